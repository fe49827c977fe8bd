"""What every chart is made of: SVG tags that escape what they hold, scales, the Chart."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup


Point = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """One chart three times: the sentence above it, the picture, and its figures as a table."""

    sentence: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
    given = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
    )
    content = Markup("").join(Markup("{}").format(part) for part in inside)
    return Markup("<{0}{1}>{2}</{0}>").format(name, given, content)


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


def clear_of_line(first: float, second: float, top: float) -> float:
    """Where the first point's label goes: on the side away from the line that leaves the point."""
    above = second >= first and first - top > 14
    return round(first - 9 if above else first + 19, 1)


def labelled(times: list[datetime]) -> list[int]:
    """Which of the instants get a date under the axis: first, middle, last."""
    last = len(times) - 1
    return sorted({0, last // 2 if last > 2 else 0, last})
