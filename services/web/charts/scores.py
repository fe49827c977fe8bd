"""Scores of a questionnaire, and what they say: the side of the cut-off, the safety item. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Band:
    """A range of totals and its name."""

    name: str
    low: int
    high: int


@dataclass(frozen=True)
class Measure:
    """What a chart needs to know of a questionnaire; lower is better."""

    name: str
    highest: int
    bands: tuple[Band, ...]
    cut_off: int
    reliable: int | None
    safety_item: str | None


@dataclass(frozen=True)
class Score:
    """One answered questionnaire: when (wall time), its total, the safety item if known."""

    at: datetime
    total: int
    safety: int | None


def measure_sentence(measure: Measure, scores: list[Score]) -> str:
    """Where the total went and on which side of the cut-off it stands."""
    if not scores:
        return f"{measure.name} was not answered yet."
    totals = [score.total for score in scores]
    side = _side(measure.cut_off, totals)
    if len(totals) == 1:
        return f"One score so far, {totals[0]}: {side}. Change is shown from the second."
    return f"From {totals[0]} to {totals[-1]}: {side}."


def _side(cut_off: int, totals: list[int]) -> str:
    below = [total < cut_off for total in totals]
    if not below[-1]:
        still = "still " if len(totals) > 1 and not below[0] else ""
        return f"{still}at or above the cut-off of {cut_off}"
    if len(below) > 1 and not any(below[:-1]):
        return f"below the cut-off of {cut_off} for the first time"
    return f"below the cut-off of {cut_off}"


def safety_sentence(measure: Measure, scores: list[Score]) -> str | None:
    """What the safety item said last; None where the measure has none or nothing was answered."""
    if measure.safety_item is None or not scores:
        return None
    last = scores[-1].safety
    if last is None:
        return f"Item {measure.safety_item} is unknown at the latest answer."
    return f"Item {measure.safety_item} was {last} at the latest answer."
