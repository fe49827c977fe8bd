"""The goal chart: ratings, the target, and the band of no reliable change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from services.web.charts.drawing import (
    Chart,
    Point,
    Scale,
    Span,
    beside_start,
    crosses,
    dates,
    line_between,
    path,
    picture,
    tag,
    text,
    time_scale,
)
from services.web.charts.target import Earlier, target_line, target_words
from services.web.charts.words import count, number, signed, span
from services.web.charts.yardstick import TEN, Yardstick


GAP = timedelta(weeks=6)
LEFT, RIGHT = 22, 326
FLOOR, CEILING = 126, 10
EDGES: list[Span] = [(FLOOR, 200), (-200, 0)]  # what no words may reach into


@dataclass(frozen=True)
class Rated:
    """One rating: when (in the clinic's wall time), the value, and who gave it."""

    at: datetime
    value: int
    by: str
    voided: bool = False


@dataclass(frozen=True)
class Aimed:
    """What a goal aims at: its target now, and those that were agreed on before."""

    target: int
    earlier: tuple[Earlier, ...] = ()


def goal_chart(
    name: str, title: str, aimed: Aimed | int, points: list[Rated], on: Yardstick = TEN
) -> Chart:
    """A goal's ratings as sentence, picture and table; voided ones are crossed out."""
    aim = Aimed(aimed) if isinstance(aimed, int) else aimed
    counts = [point for point in points if not point.voided]
    return Chart(
        sentence=goal_sentence(points, aim.target, on) + target_words(aim.earlier, on),
        svg=_picture(name, title, aim, points, on),
        columns=("Date", f"Rating, {on.words}", "From start", "Rated by"),
        rows=tuple(_row(point, counts, on) for point in points),
    )


def _row(point: Rated, counts: list[Rated], on: Yardstick) -> tuple[str, ...]:
    if point.voided:
        moved = "voided"
    else:
        moved = "start" if point is counts[0] else signed(point.value - counts[0].value)
    return (f"{point.at.day} {point.at:%b %Y}", on.value(point.value), moved, point.by)


def goal_sentence(points: list[Rated], target: int, on: Yardstick = TEN) -> str:
    """How the goal moved and what is left, in one line."""
    counts = [point for point in points if not point.voided]
    if not counts:
        return "Not rated yet. The first rating is the start."
    if len(counts) == 1:
        latest = on.value(counts[0].value)
        return f"One rating so far, {latest}; change is shown from the second."
    return f"{_movement(counts, on)}. {_distance(counts[-1].value, target, on)}."


def _movement(points: list[Rated], on: Yardstick) -> str:
    took = span(points[0].at, points[-1].at)
    first, latest = points[0].value, points[-1].value
    if latest == first:
        return f"At {on.value(latest)}, as at the start, over {count(len(points), 'rating')}"
    way = "Up" if latest > first else "Down"
    return f"{way} from {on.value(first)} to {on.value(latest)} {took}"


def _distance(latest: int, target: int, on: Yardstick) -> str:
    """Where the latest rating stands; whether the goal was reached, its status may know better."""
    if latest > target:
        return "Above the target"
    if latest == target:
        return "At the target"
    left = target - latest
    steps = on.step if left == 1 else f"{on.step}s"
    return f"{number(left).capitalize()} {steps} short of the target"


def _picture(name: str, title: str, aim: Aimed, points: list[Rated], on: Yardstick) -> Markup:
    counts = [point for point in points if not point.voided]
    values = ", ".join(on.value(point.value) for point in counts) or "none"
    limit = (
        f"Changes of less than {on.reliable} from the start are not reliable."
        if on.reliable
        else "No published threshold of reliable change."
    )
    height = Scale(on.lowest, on.highest, FLOOR, CEILING)
    return picture(
        name,
        "0 0 400 150",
        f"Goal “{title}”, rated {on.words}",
        f"{count(len(counts), 'rating')}: {values}. Target {on.value(aim.target)}. {limit}",
        *_ground(aim, counts, on, height),
        *_ratings(points, aim, on, height),
    )


def _ground(aim: Aimed, points: list[Rated], on: Yardstick, height: Scale) -> list[Markup]:
    level, floor = height(aim.target), height(on.lowest)
    times = [point.at for point in points]
    across = time_scale(times, 28, 320) if times else Scale(0, 1, 28, 320)
    line = target_line(aim.target, aim.earlier if times else (), across, height, (LEFT, RIGHT))
    marks = [
        tag("line", class_="c-axis", x1=LEFT, x2=RIGHT, y1=floor, y2=floor),
        *(text(16, height(value) + 4, on.value(value), "end") for value in on.marks),
        *(
            tag("line", class_="c-grid", x1=LEFT, x2=RIGHT, y1=height(v), y2=height(v))
            for v in on.marks[1:]
        ),
        line,
        text(333, round(level + 4, 1), f"target {on.value(aim.target)}", class_="c-target-text"),
    ]
    return (_band(points[0].value, on, height) if points else []) + marks


def _band(start: int, on: Yardstick, height: Scale) -> list[Markup]:
    if on.band is None:
        return []
    top = height(min(on.highest, start + on.band))
    tall = round(height(max(on.lowest, start - on.band)) - top, 1)
    return [tag("rect", class_="c-band", x=LEFT, y=top, width=RIGHT - LEFT, height=tall)]


def _ratings(points: list[Rated], aim: Aimed, on: Yardstick, height: Scale) -> list[Markup]:
    if not points:
        return []
    times = [point.at for point in points]
    across = time_scale(times, 28, 320)
    places: list[Point] = [(across(p.at.timestamp()), height(p.value)) for p in points]
    pairs = list(zip(points, places, strict=True))
    counts = [(point, place) for point, place in pairs if not point.voided]
    drawn = crosses([p for point, p in pairs if point.voided], [place for _, place in counts])
    if counts:
        kept, at = [point for point, _ in counts], [place for _, place in counts]
        drawn += _lines([point.at for point in kept], at)
        drawn += [_dot(point, place, n, len(counts)) for n, (point, place) in enumerate(counts)]
        drawn += _labels(kept, at, aim, on, height)
    return drawn + dates(times, [x for x, _ in places], 144, edges="out")


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


def _labels(
    points: list[Rated], places: list[Point], aim: Aimed, on: Yardstick, height: Scale
) -> list[Markup]:
    latest, level = points[-1].value, height(aim.target) + 4
    beside = places[-1][1] + 5
    if abs(beside - level) < 15:  # the two labels at the right must not cover each other
        beside = level - 16 if latest > aim.target else level + 16
    said = [text(333, round(beside, 1), f"now {on.value(latest)}", class_="c-strong")]
    if len(points) > 1:
        words = f"start {on.value(points[0].value)}"
        levels = [height(each) for each in (aim.target, *(one.target for one in aim.earlier))]
        taken = [line_between(places, 24, 76), *((level - 1, level + 1) for level in levels)]
        said.append(text(30, beside_start(places, taken, EDGES), words, class_="c-strong"))
    return said
