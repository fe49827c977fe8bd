"""Scores of a questionnaire, and what they say: the side of the cut-off, the safety item. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from services.web.charts.words import full_date


@dataclass(frozen=True)
class Band:
    """A range of totals and its name; empty where no bands are published."""

    name: str
    low: int
    high: int


@dataclass(frozen=True)
class Measure:
    """What a chart needs to know of a questionnaire. Totals are units, `per_point` to a point."""

    name: str
    lowest: int
    highest: int
    bands: tuple[Band, ...]
    cut_off: int | None
    reliable: int | None
    safety_item: str | None
    beyond: bool = False  # whether the cut-off itself is on the healthy side
    rising: bool = False  # whether higher is better
    per_point: int = 1
    screen: int | None = None  # from here on a short screen asks for the full questionnaire

    def words(self, total: int) -> str:
        """A total, or a difference of two, in points."""
        exact = Fraction(total, self.per_point)
        if exact.denominator == 1:
            return str(exact)
        places = Decimal(exact.numerator) / exact.denominator
        return str(places.quantize(Decimal("0.01"), ROUND_HALF_UP))

    def change(self, first: int, total: int) -> str:
        """A change with its sign, a real minus."""
        moved = total - first
        sign = "+" if moved > 0 else "−" if moved < 0 else ""
        return f"{sign}{self.words(abs(moved))}"

    @property
    def way(self) -> str:
        """Which way is better, for the heading."""
        return "higher is better" if self.rising else "lower is better"


@dataclass(frozen=True)
class Score:
    """One answered questionnaire: when (wall time), its total, the safety item if known.

    `without` says why it does not count ("voided", "not used"); empty when it does. `answered` is
    told where the total is pro-rated: "9 of 10 items".
    """

    at: datetime
    total: int
    safety: int | None
    without: str = ""
    answered: str = ""


def counted(scores: list[Score]) -> list[Score]:
    """The scores that count."""
    return [score for score in scores if not score.without]


def measure_sentence(measure: Measure, scores: list[Score]) -> str:
    """Where the total went and on which side of the cut-off it stands."""
    totals = [score.total for score in counted(scores)]
    if not totals:
        return f"{measure.name} was not answered yet."
    side, last = _side(measure, totals), measure.words(totals[-1])
    if len(totals) == 1:
        return f"One score so far, {last}: {side}. Change is shown from the second."
    return f"From {measure.words(totals[0])} to {last}: {side}."


def prorated_sentence(scores: list[Score]) -> str:
    """That the first or the latest score stands for items that nobody answered; empty if none."""
    counts = counted(scores)
    if not counts:
        return ""
    first, latest = counts[0], counts[-1]
    if latest.answered:
        return f"The latest score is pro-rated from {latest.answered}."
    return f"The first score is pro-rated from {first.answered}." if first.answered else ""


def _side(measure: Measure, totals: list[int]) -> str:
    if measure.screen is not None:
        return _screened(measure, measure.screen, totals[-1])
    if measure.cut_off is None:
        return "no cut-off is published"
    case = [at_caseness(measure, measure.cut_off, total) for total in totals]
    words = f"{_where(measure, case[-1])} the cut-off of {measure.words(measure.cut_off)}"
    if case[-1]:
        if any(before and not after for before, after in pairwise(case)):
            return f"{words} again"  # it was better for a while
        return f"still {words}" if len(case) > 1 and all(case) else words
    return f"{words} for the first time" if len(case) > 1 and all(case[:-1]) else words


def _screened(measure: Measure, screen: int, last: int) -> str:
    limit = measure.words(screen)
    if last >= screen:
        return f"a positive screen (from {limit}), which asks for the full questionnaire"
    return f"below a positive screen (from {limit})"


def at_caseness(measure: Measure, cut_off: int, total: int) -> bool:
    """Whether a total lies at the cut-off or past it, in the worse direction."""
    over = cut_off - total if measure.rising else total - cut_off
    return over > 0 if measure.beyond else over >= 0


def _where(measure: Measure, case: bool) -> str:
    """On which side, in words: the cut-off itself belongs to one of the two."""
    side = "below" if case == measure.rising else "above"
    return side if case == measure.beyond else f"at or {side}"


def safety_sentence(measure: Measure, scores: list[Score]) -> str | None:
    """What the safety item said last; None where the measure has none or nothing was answered.

    A later 0 is no sign of safety: the last answer above it is named with it.
    """
    told = [score for score in scores if score.without != "voided"]
    if measure.safety_item is None or not told:
        return None
    last = told[-1].safety
    if last is None:
        return f"Item {measure.safety_item} is unknown at the latest answer."
    above = next((score for score in reversed(told) if score.safety), None)
    before = f"{above.safety} on {full_date(above.at)}, " if above and not last else ""
    return f"Item {measure.safety_item} was {before}{last} at the latest answer."
