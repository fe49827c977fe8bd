"""Behind a measure's scores: severity bands with their names, the published limit with its words.

Every chart is equally wide, so that letters have one size on a page: long names are wrapped.
"""

import textwrap
from dataclasses import dataclass

from markupsafe import Markup

from services.web.charts.drawing import Scale, Span, tag, text
from services.web.charts.scores import Measure


LEFT, RIGHT, BOTTOM, TOP = 22, 326, 194, 8
WIDTH = 408
BESIDE = 334  # where the words at the right begin
LETTERS = 12  # so many of them find room there
ROW = 11  # words on baselines nearer than this cover each other
LINE = 12  # from one line of a name to its next


@dataclass(frozen=True)
class Limit:
    """A published score at which a line is drawn, and what stands beside it, line by line."""

    at: int
    lines: tuple[str, ...]

    @property
    def said(self) -> str:
        """The same in a sentence: `Cut-off 10.`"""
        return f"{' '.join(self.lines).capitalize()}."

    @property
    def half(self) -> float:
        """How far its first and last line stand from the middle one."""
        return _half(self.lines)


def limit_of(measure: Measure) -> Limit | None:
    """The cut-off; for a short screen, from where on it asks for the full questionnaire."""
    if measure.cut_off is not None:
        return Limit(measure.cut_off, (f"cut-off {measure.words(measure.cut_off)}",))
    if measure.screen is not None:
        return Limit(
            measure.screen, ("positive", "screen", f"from {measure.words(measure.screen)}")
        )
    return None


def bands(measure: Measure, height: Scale) -> list[Markup]:
    """The bands with their names at the right and their lowest totals at the left."""
    drawn: list[Markup] = []
    limit, below = limit_of(measure), 300.0
    for n, band in enumerate(measure.bands):
        above = measure.bands[n + 1].low if n + 1 < len(measure.bands) else measure.highest
        span = (height(above), height(band.low))
        worse = len(measure.bands) - 1 - n if measure.rising else n
        drawn += [_shade(span, worse), *_name(band.name, span, limit, height)]
        low = round(span[1] + 4, 1)
        if below - low > ROW:
            drawn.append(text(16, low, measure.words(band.low), "end"))
            below = low
    return [*drawn, text(16, TOP + 8, measure.words(measure.highest), "end")]


def limit_line(measure: Measure, height: Scale) -> list[Markup]:
    """The line of the published limit and its words; nothing where none is published."""
    if (limit := limit_of(measure)) is None:
        return []
    level = height(limit.at)
    return [
        tag("line", class_="c-cutoff", x1=LEFT, x2=RIGHT, y1=level, y2=level),
        _lines(level, limit.lines, "c-cutoff-text"),
    ]


def _shade(span: Span, worse: int) -> Markup:
    top, bottom = span
    shade, tall = f"c-sev-{min(worse, 4)}", round(bottom - top, 1)
    return tag("rect", class_=shade, x=LEFT, y=top, width=RIGHT - LEFT, height=tall)


def _name(name: str, span: Span, limit: Limit | None, height: Scale) -> list[Markup]:
    lines = short(name)
    if not lines:
        return []
    cut = None if limit is None else height(limit.at)
    extra = _half(lines) + (limit.half if limit else 0)
    middle = _place(span, cut, extra)
    return [] if middle is None else [_lines(middle, lines)]


def _place(span: Span, cut: float | None, extra: float) -> float | None:
    """The height of a band's name: its middle, or beside the limit's words, if it has room there.

    `extra`: how much further apart both must be where they have several lines. None where there
    is no room: the band's shade and its numbers say it too.
    """
    middle, reach = sum(span) / 2, ROW + extra
    if cut is None or abs(middle - cut) > reach:
        return middle
    free = [cut + way * (reach + 1) for way in (-1, 1)]
    within = [each for each in free if span[0] <= each <= span[1]]
    return min(within, key=lambda each: abs(each - middle), default=None)


def short(name: str) -> tuple[str, ...]:
    """A band's name as it stands beside a chart, line by line; nothing for a band without one."""
    said = name.replace("moderately", "mod.").replace("none or ", "")
    return tuple(textwrap.wrap(said, LETTERS, break_long_words=False))


def _half(lines: tuple[str, ...]) -> float:
    return LINE * (len(lines) - 1) / 2


def _lines(middle: float, lines: tuple[str, ...], class_: str = "") -> Markup:
    """Words at the right, around a height; several lines are one text, read as one."""
    first = middle - _half(lines) + 4
    if len(lines) == 1:
        return text(BESIDE, round(first, 1), lines[0], class_=class_)
    spans = [
        tag("tspan", line, x=BESIDE, y=round(first + n * LINE, 1)) for n, line in enumerate(lines)
    ]
    return text(BESIDE, round(first, 1), Markup(" ").join(spans), class_=class_)
