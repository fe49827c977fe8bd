"""The goal chart: ratings from 0 to 10, the target, and the band of no reliable change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from services.web.charts.drawing import (
    Chart,
    Point,
    Scale,
    Span,
    dates,
    free_baseline,
    line_between,
    path,
    picture,
    tag,
    text,
    time_scale,
)
from services.web.charts.words import count, number, signed, span


BAND = 2.5  # exactly 3 counts as reliable, so a point on the limit lies visibly outside
GAP = timedelta(weeks=6)
LEFT, RIGHT = 22, 326
HEIGHT = Scale(0, 10, 126, 10)


@dataclass(frozen=True)
class Rated:
    """One rating: when (in the clinic's wall time), the value, and who gave it."""

    at: datetime
    value: int
    by: str


def goal_chart(name: str, title: str, target: int, points: list[Rated]) -> Chart:
    """A goal's ratings as sentence, picture and table."""
    return Chart(
        sentence=goal_sentence(points, target),
        svg=_picture(name, title, target, points),
        columns=("Date", "Rating, 0 to 10", "From start", "Rated by"),
        rows=tuple(
            (
                f"{point.at.day} {point.at:%b %Y}",
                str(point.value),
                "start" if n == 0 else signed(point.value - points[0].value),
                point.by,
            )
            for n, point in enumerate(points)
        ),
    )


def goal_sentence(points: list[Rated], target: int) -> str:
    """How the goal moved and what is left, in one line."""
    if not points:
        return "Not rated yet. The first rating is the start."
    first, latest = points[0].value, points[-1].value
    if len(points) == 1:
        return f"One rating so far, {latest}; change is shown from the second."
    return f"{_movement(points, first, latest)}. {_distance(latest, target)}."


def _movement(points: list[Rated], first: int, latest: int) -> str:
    took = span(points[0].at, points[-1].at)
    if latest > first:
        return f"Up from {first} to {latest} {took}"
    if latest < first:
        return f"Down from {first} to {latest} {took}"
    return f"At {latest}, as at the start, over {count(len(points), 'rating')}"


def _distance(latest: int, target: int) -> str:
    if latest > target:
        return "Above the target"
    if latest == target:
        return "The target is reached"
    left = target - latest
    return f"{number(left).capitalize()} {'point' if left == 1 else 'points'} short of the target"


def _picture(name: str, title: str, target: int, points: list[Rated]) -> Markup:
    values = ", ".join(str(point.value) for point in points) or "none"
    desc = (
        f"{count(len(points), 'rating')}: {values}. Target {target}. "
        "Changes of less than 3 from the start are not reliable."
    )
    return picture(
        name,
        "0 0 400 150",
        f"Goal “{title}”, rated 0 to 10",
        desc,
        *_ground(target, points),
        *_ratings(points, target),
    )


def _ground(target: int, points: list[Rated]) -> list[Markup]:
    level = HEIGHT(target)
    marks = [
        tag("line", class_="c-axis", x1=LEFT, x2=RIGHT, y1=HEIGHT(0), y2=HEIGHT(0)),
        *(text(16, HEIGHT(value) + 4, value, "end") for value in (0, 5, 10)),
        *(
            tag("line", class_="c-grid", x1=LEFT, x2=RIGHT, y1=HEIGHT(v), y2=HEIGHT(v))
            for v in (5, 10)
        ),
        tag("line", class_="c-target", x1=LEFT, x2=RIGHT, y1=level, y2=level),
        text(333, round(level + 4, 1), f"target {target}", class_="c-target-text"),
    ]
    return ([_band(points[0].value)] if points else []) + marks


def _band(start: int) -> Markup:
    top, bottom = HEIGHT(min(10, start + BAND)), HEIGHT(max(0, start - BAND))
    return tag(
        "rect",
        class_="c-band",
        x=LEFT,
        y=top,
        width=RIGHT - LEFT,
        height=round(bottom - top, 1),
    )


def _ratings(points: list[Rated], target: int) -> list[Markup]:
    if not points:
        return []
    times = [point.at for point in points]
    across = time_scale(times, 28, 320)
    places: list[Point] = [(across(p.at.timestamp()), HEIGHT(p.value)) for p in points]
    return [
        *_lines(times, places),
        *(
            _dot(point, place, n, len(points))
            for n, (point, place) in enumerate(zip(points, places, strict=True))
        ),
        *_labels(points, places, target),
        *dates(times, [x for x, _ in places], 144, edges="out"),
    ]


def _lines(times: list[datetime], places: list[Point]) -> list[Markup]:
    """Joined ratings; more than six weeks without one is a dotted line."""
    runs: list[list[Point]] = [[places[0]]]
    gaps: list[list[Point]] = []
    for before, after, place in zip(times, times[1:], places[1:], strict=False):
        if after - before > GAP:
            gaps.append([runs[-1][-1], place])
            runs.append([])
        runs[-1].append(place)
    drawn = [tag("path", class_="c-line", d=path(run)) for run in runs if len(run) > 1]
    return drawn + [tag("path", class_="c-line c-gap", d=path(gap)) for gap in gaps]


def _dot(point: Rated, place: Point, n: int, of: int) -> Markup:
    x, y = place
    if n == 0 and of > 1:
        return tag("circle", class_="c-start", cx=x, cy=y, r=4.5)
    radius = 6 if n == of - 1 else 3.75
    if point.by == "clinician":  # another rater, another shape
        return tag(
            "rect",
            class_="c-dot",
            x=round(x - radius, 1),
            y=round(y - radius, 1),
            width=2 * radius,
            height=2 * radius,
        )
    return tag("circle", class_="c-dot", cx=x, cy=y, r=radius)


def _labels(points: list[Rated], places: list[Point], target: int) -> list[Markup]:
    latest, level = points[-1].value, HEIGHT(target) + 4
    beside = places[-1][1] + 5
    if abs(beside - level) < 15:  # the two labels at the right must not cover each other
        beside = level - 16 if latest > target else level + 16
    said = [text(333, round(beside, 1), f"now {latest}", class_="c-strong")]
    if len(points) > 1:
        words = f"start {points[0].value}"
        said.append(text(30, _start(places, target), words, class_="c-strong"))
    return said


def _start(places: list[Point], target: int) -> float:
    """Where the first rating's label covers neither the line, nor the target, nor the dates."""
    first, second, level = places[0][1], places[1][1], HEIGHT(target)
    above, below = (first - 10, first - 26), (first + 20, first + 36)
    wanted = (*above, *below) if second >= first else (*below, *above)
    taken: list[Span] = [
        line_between(places, 24, 76),
        (level - 1, level + 1),
        (HEIGHT(0), 200),
        (-200, 0),
    ]
    return free_baseline(wanted, taken)
