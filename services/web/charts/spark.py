"""The sparkline of a caseload's row: its goal's whole scale and target; words stand beside it."""

from markupsafe import Markup

from services.web.charts.drawing import Point, Scale, path, tag
from services.web.charts.yardstick import TEN, Yardstick


def spark(values: list[int], target: int, on: Yardstick = TEN) -> Markup:
    """A goal's ratings in 96 by 40 pixels; the words beside it say the same."""
    if not values:
        return Markup("")
    height = Scale(on.lowest, on.highest, 37, 3)
    across = Scale(0, max(1, len(values) - 1), 4, 90)
    places: list[Point] = [(across(n), height(value)) for n, value in enumerate(values)]
    level, (x, y), (start, high) = height(target), places[-1], places[0]
    return tag(
        "svg",
        tag("line", class_="c-target", x1=0, x2=96, y1=level, y2=level),
        tag("path", class_="c-line", d=path(places)),
        tag("circle", class_="c-start", cx=start, cy=high, r=3),
        tag("circle", class_="c-dot", cx=x, cy=y, r=4),
        viewBox="0 0 96 40",
        aria_hidden="true",
        focusable="false",
    )
