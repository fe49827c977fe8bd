"""What a measure's definition holds, and the scores that follow from it. Pure.

Items and answers are in answers.py, totals in totals.py; here are bands, cut-offs and changes.
"""

from bisect import bisect_right
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Annotated

from pydantic import StringConstraints, model_validator

from shared.events.measures.answers import Answers
from shared.events.measures.parts import (
    Band,
    Bands,
    Caseness,
    CutOff,
    Direction,
    LoincCodes,
    Method,
    Norms,
    ReliableChange,
    SafetyItem,
    SnomedCode,
    Terms,
)
from shared.events.measures.totals import Totalled
from shared.events.measures.verdicts import Change, change_between
from shared.events.words import GoalKind


class Measure(Totalled):
    """One version of a questionnaire: items, ranges, scoring, bands and sourced thresholds."""

    version: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")]
    about: str
    kinds: tuple[GoalKind, ...] = (GoalKind.SYMPTOM_RELIEF,)  # PHQ-9's first file names none
    look_back_days: int | None = None
    direction: Direction
    licence: Terms
    loinc: LoincCodes | None = None
    snomed: tuple[SnomedCode, ...] = ()
    ordering: str = ""  # which of the circulating orders the item numbers follow
    bands: Bands = Bands()
    caseness: Caseness | None = None
    cut_offs: tuple[CutOff, ...] = ()
    reliable_change: ReliableChange | None = None
    other_changes: tuple[ReliableChange, ...] = ()
    norms: tuple[Norms, ...] = ()
    safety_items: tuple[SafetyItem, ...] = ()
    total_alone: bool = True  # whether a total may come without its items
    doubts: tuple[str, ...] = ()  # what no source here proves, in words
    source: str = ""  # how its file was researched and which copies differ: told.py fills it

    @model_validator(mode="after")
    def _holds_together(self) -> "Measure":
        numbers = [item.number for item in self.items]
        if not numbers or numbers != sorted(set(numbers)):
            raise ValueError("items are numbered upwards")
        if self.scoring.may_miss and self.scoring.method is not Method.MEAN:
            raise ValueError("only a mean can do without an answer")
        if self.scoring.method is Method.MEAN and any(self.unscored.values()):
            raise ValueError("in a mean every answer counts")
        named = {safety.item for safety in self.safety_items}
        named |= {number for scale in self.subscales for number in scale.items}
        if named - set(numbers):
            raise ValueError("a safety item or a subscale's is one of the items")
        if self.loinc and self.loinc.total == self.loinc.panel:
            raise ValueError("the code of the panel is not that of the total")
        if self.bands.steps and not self._bands_fit():
            raise ValueError("bands cover the range of totals without a gap")
        return self

    def _bands_fit(self) -> bool:
        """Whether every total that there can be lies in one band, with its ends as published."""
        # What lies between two whole numbers, when an answer is missing, belongs to the lower band.
        gap = self.per_point if self.scoring.may_miss else 1
        bottoms = [ceil(band.lowest * self.per_point) for band in self.bands.steps]
        tops = [floor(band.highest * self.per_point) for band in self.bands.steps]
        fits = (bottoms[0], tops[-1]) == self.range
        return fits and [top + gap for top in tops[:-1]] == bottoms[1:]

    @cached_property
    def steps(self) -> tuple[Band, ...]:
        """The bands; where none is published, one that says so."""
        if self.bands.steps:
            return self.bands.steps
        lowest, highest = (ceil(self.points(end)) for end in self.range)
        none = Band(
            code="none_published", label="No published bands", lowest=lowest, highest=highest
        )
        return (none,)

    @cached_property
    def _edges(self) -> tuple[int, ...]:
        return tuple(ceil(band.lowest * self.per_point) for band in self.steps)

    def band(self, total: int) -> Band:
        """The band that a total lies in; ValueError when no total can be that."""
        lowest, highest = self.range
        if not lowest <= total <= highest:
            raise ValueError(f"no total of {self.code} can be that")
        return self.steps[max(bisect_right(self._edges, total) - 1, 0)]

    def band_of(self, items: Answers, total: int) -> Band:
        """The band of a total of these answers; one that says so where none is published for them.

        A sum that leaves out an item which does not apply (WSAS without work) has another range
        than the one that the bands were published for. Without items the total is taken as whole.
        """
        band = self.band(total)
        whole = not items or len(self.counting(items)) == len(self.items)
        if whole or self.scoring.method is not Method.SUM:
            return band
        said = {"code": "none_published", "label": "No bands are published for fewer items"}
        return band.model_copy(update=said)

    def at_caseness(self, total: int) -> bool | None:
        """Whether a total is at caseness; None when no cut-off is published, or no total is."""
        return self.reaches(total, self.caseness) if self.caseness and self.has_total else None

    def reaches(self, total: int, cut_off: Caseness) -> bool:
        """Whether a total is at a cut-off or, in the worse direction, beyond it."""
        over = total - Fraction(cut_off.total) * self.per_point
        if self.direction is Direction.HIGHER_IS_BETTER:
            over = -over
        return over > 0 if cut_off.beyond else over >= 0

    def safety(self, items: Answers) -> dict[str, int]:
        """The answered safety items that ask for a clinician's look. Empty does not mean safe.

        An item that is missing is unknown, not zero: a total without items says nothing here.
        """
        return {
            number: items[number]
            for number, value in ((str(s.item), s.value) for s in self.safety_items)
            if items.get(number, value - 1) >= value
        }

    def items_at_caseness(self, items: Answers) -> list[str] | None:
        """The items at the cut-off, where each stands for itself; None where none is published."""
        if self.caseness is None or self.has_total:
            return None
        counting = self.counting(items)
        return [n for n, value in counting.items() if self.reaches(value, self.caseness)]

    @cached_property
    def threshold(self) -> int | None:
        """The smallest reliable change of a total, in units; None where none is published."""
        if self.reliable_change is None:
            return None
        return ceil(Fraction(self.reliable_change.points) * self.per_point)

    def change(self, first: int, latest: int) -> Change:
        """What the latest total says against the first one."""
        return change_between(
            first, latest, self.threshold if self.has_total else None, self.direction
        )

    def item_change(self, number: str, first: Answers, latest: Answers) -> Change | None:
        """What one answer says against the first one, where items stand for themselves.

        None where it was not answered, or did not apply, at one of the two.
        """
        before, after = self.counting(first).get(number), self.counting(latest).get(number)
        if before is None or after is None:
            return None
        return change_between(
            before, after, None if self.has_total else self.threshold, self.direction
        )
