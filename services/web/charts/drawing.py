"""What every chart is made of: SVG tags that escape what they hold, scales, the Chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from markupsafe import Markup, escape


Point = tuple[float, float]
Span = tuple[float, float]
ASCENT, DESCENT = 11, 3  # how far words reach above and below their baseline
LETTER = 6.6  # how wide one of them is
MIDDLE = 174  # of where points stand
POINT = 7  # half the height of the largest point, with its edge


@dataclass(frozen=True)
class Chart:
    """One chart three times: the sentence above it, the picture, and its figures as a table.

    `ids` names what each row of the table is about, where a page of its own tells more.
    """

    sentence: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scale:
    """Maps values between `low` and `high` to pixels between `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 1)


def tag(name: str, *inside: object, **attributes: object) -> Markup:
    """An SVG element; attribute names are written with underscores, values are escaped."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{given}>{''.join(map(escape, inside))}</{name}>")


def picture(name: str, box: str, title: str, desc: str, *inside: Markup) -> Markup:
    """A whole picture with the words that stand for it where it cannot be seen."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-t"),
        tag("desc", desc, id=f"{name}-d"),
        *inside,
        viewBox=box,
        role="img",
        aria_labelledby=f"{name}-t {name}-d",
        focusable="false",
    )


def path(points: list[Point]) -> str:
    """The `d` of a line through points."""
    return " ".join(f"{'L' if n else 'M'}{x} {y}" for n, (x, y) in enumerate(points))


def text(x: float, y: float, words: object, anchor: str = "start", class_: str = "") -> Markup:
    """Words in a picture."""
    extra = {"class_": class_} if class_ else {}
    place = {} if anchor == "start" else {"text_anchor": anchor}
    return tag("text", words, x=x, y=y, **place, **extra)


def time_scale(times: list[datetime], start: float, end: float) -> Scale:
    """Pixels for instants; one instant alone stands at the start."""
    return Scale(times[0].timestamp(), times[-1].timestamp(), start, end)


def free_baseline(wanted: Sequence[float], taken: Sequence[Span], edges: Sequence[Span]) -> float:
    """The first of the wanted baselines at which words cover nothing.

    `taken` are the heights of what stands where the words would: lines, points, other words. Where
    everything is taken, words may cover that, but never reach over the `edges` into the axis' own.
    """
    inside = [y for y in wanted if free(y, edges)] or wanted
    return round(next((y for y in inside if free(y, taken)), inside[0]), 1)


def free(baseline: float, taken: Sequence[Span]) -> bool:
    """Whether words on this baseline cover nothing of what is taken."""
    top, bottom = baseline - ASCENT, baseline + DESCENT
    return not any(low < bottom and top < high for low, high in taken)


def line_between(places: list[Point], left: float, right: float) -> Span:
    """Between which heights the joined points run from `left` to `right`, with the points' size."""
    taken = [y + side for x, y in places if left <= x <= right for side in (-POINT, POINT)]
    for (x1, y1), (x2, y2) in pairwise(places):
        slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0
        taken += [y1 + slope * (edge - x1) for edge in (left, right) if x1 < edge < x2]
    return (min(taken), max(taken)) if taken else (0, 0)


def beside_start(places: list[Point], taken: Sequence[Span], edges: Sequence[Span]) -> float:
    """The baseline of the first point's words: on its free side, as near as nothing is covered."""
    first, second = places[0][1], places[1][1]
    above = (first - 9, first - 25, first - 41)
    below = (first + 19, first + 35, first + 51)
    wanted = (*above, *below) if second >= first else (*below, *above)
    return free_baseline(wanted, taken, edges)


def crosses(without: Sequence[Point], counted: Sequence[Point]) -> list[Markup]:
    """What does not count, crossed out.

    A cross that would lie on a point that counts (the same value, entered again) stands beside it,
    where there is room: else the right value looks like the wrong one.
    """
    drawn = []
    for x, y in without:
        if any(abs(x - cx) < POINT and abs(y - cy) < POINT for cx, cy in counted):
            x = x - 2 * POINT if x > MIDDLE else x + 2 * POINT
        drawn.append(tag("path", class_="c-void", d=f"M{x - 4} {y - 4}l8 8m0 -8l-8 8"))
    return drawn


def dates(times: list[datetime], xs: list[float], y: float, edges: str = "middle") -> list[Markup]:
    """Dates under the axis: first, last and middle; one that would cover another is left out.

    `edges`: "out" lets the first begin and the last end at its point.
    """
    last = len(times) - 1
    drawn: list[tuple[Span, str, Markup]] = []
    for n in (0, last, last // 2):
        words = f"{times[n].day} {times[n]:%b}"
        anchor = "middle" if edges == "middle" or 0 < n < last else "end" if n else "start"
        box = _across(xs[n], words, anchor)
        if all(
            words != said and (box[1] < left or right < box[0]) for (left, right), said, _ in drawn
        ):
            drawn.append((box, words, text(xs[n], y, words, anchor)))
    return [label for _, _, label in drawn]


def _across(x: float, words: str, anchor: str) -> Span:
    """From where to where words reach, with room on both sides."""
    width = LETTER * len(words)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return left - LETTER / 2, left + width + LETTER / 2
