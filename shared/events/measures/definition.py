"""What a measure's definition holds, and the scores that follow from it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator


# Item number (as text, as on the wire) to answer.
Answers = Mapping[str, int]

Loinc = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,7}-[0-9]$")]
Source = Annotated[str, StringConstraints(min_length=1)]


class Direction(StrEnum):
    """Which way is better."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


class Licence(StrEnum):
    """Whether the words of a questionnaire may be shipped."""

    TEXT_OK = "text_ok"
    TEXT_OK_NOT_COMMERCIAL = "text_ok_nc"
    SCORE_ONLY = "score_only"


class Change(StrEnum):
    """What a later score says against the first one of the case."""

    FIRST_SCORE = "first_score"
    NO_RELIABLE_CHANGE = "no_reliable_change"
    RELIABLY_BETTER = "reliably_better"
    RELIABLY_WORSE = "reliably_worse"
    NO_PUBLISHED_THRESHOLD = "no_published_threshold"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Terms(_Part):
    """Under which terms its words may be used."""

    tier: Licence
    source: Source


class LoincCodes(_Part):
    """The codes of the panel and of the total: two different ones (a common mix-up)."""

    panel: Loinc
    total: Loinc
    source: Source


class Answer(_Part):
    """One of the answers that every item allows."""

    value: int
    label: str


class Item(_Part):
    """One question, under our own short label."""

    number: int = Field(ge=1, le=99)
    label: str
    loinc: Loinc


class Band(_Part):
    """A named stretch of totals, both ends included."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    label: str
    lowest: int
    highest: int


class Bands(_Part):
    """All bands, lowest first, without a gap."""

    steps: tuple[Band, ...]
    source: Source


class Caseness(_Part):
    """The total from which on (in the worse direction) somebody is at caseness."""

    total: int
    source: Source


class ReliableChange(_Part):
    """How many points are more than chance; reaching it counts (inclusive)."""

    points: int
    exact: float
    confidence: float | None
    source: Source


class SafetyItem(_Part):
    """An item whose answer, from `value` on, asks for a clinician's look."""

    item: int
    value: int
    source: Source


class Measure(_Part):
    """One version of a questionnaire: items, ranges, scoring, bands and sourced thresholds."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    version: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")]
    name: str
    about: str
    look_back_days: int
    direction: Direction
    licence: Terms
    loinc: LoincCodes
    answers: tuple[Answer, ...]
    items: tuple[Item, ...]
    bands: Bands
    caseness: Caseness | None
    reliable_change: ReliableChange | None
    safety_items: tuple[SafetyItem, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> "Measure":
        numbers = [item.number for item in self.items]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("items are numbered 1, 2, 3 …")
        edges = [edge for band in self.bands.steps for edge in (band.lowest, band.highest + 1)]
        if edges[1:-1:2] != edges[2::2] or (edges[0], edges[-1] - 1) != self.range:
            raise ValueError("bands cover the range of totals without a gap")
        if {safety.item for safety in self.safety_items} - set(numbers):
            raise ValueError("a safety item is one of the items")
        return self

    @property
    def numbers(self) -> list[str]:
        """The item numbers, as they stand in an event."""
        return [str(item.number) for item in self.items]

    @property
    def values(self) -> list[int]:
        """The answers that an item allows."""
        return [answer.value for answer in self.answers]

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest total that there can be."""
        return min(self.values) * len(self.items), max(self.values) * len(self.items)

    def faults(self, items: Answers) -> dict[str, str]:
        """What is wrong with the answers that are there, by item number, in words."""
        allowed = f"must be one of {', '.join(map(str, self.values))}"
        wrong = {n: allowed for n, value in items.items() if value not in self.values}
        return wrong | dict.fromkeys(
            items.keys() - set(self.numbers), f"is not an item of {self.name}"
        )

    def missing(self, items: Answers) -> list[str]:
        """The items without an answer: none may be missing, a zero is never assumed."""
        return [number for number in self.numbers if number not in items]

    def total(self, items: Answers) -> int:
        """The sum of all items; ValueError when the set of answers cannot be scored."""
        if wrong := [*self.faults(items), *self.missing(items)]:
            raise ValueError(f"items {', '.join(sorted(wrong))} of {self.code} cannot be scored")
        return sum(items.values())

    def band(self, total: int) -> Band:
        """The band that a total lies in; ValueError when no total can be that."""
        for band in self.bands.steps:
            if band.lowest <= total <= band.highest:
                return band
        raise ValueError(f"no total of {self.code} can be that")

    def at_caseness(self, total: int) -> bool | None:
        """Whether a total is at caseness; None when no cut-off is published."""
        if self.caseness is None:
            return None
        worse_is_up = self.direction is Direction.HIGHER_IS_WORSE
        return total >= self.caseness.total if worse_is_up else total <= self.caseness.total

    def safety(self, items: Answers) -> dict[str, int]:
        """The answered safety items that ask for a clinician's look. Empty does not mean safe.

        An item that is missing is unknown, not zero: a total without items says nothing here.
        """
        return {
            number: items[number]
            for number, value in ((str(s.item), s.value) for s in self.safety_items)
            if items.get(number, value - 1) >= value
        }

    def change(self, first: int, latest: int) -> Change:
        """What the latest total says against the first one."""
        points = self.reliable_change.points if self.reliable_change else None
        return change_between(first, latest, points, self.direction)


def change_between(first: int, latest: int, points: int | None, direction: Direction) -> Change:
    """Reliable when the change is at least `points` (as NHS England counts: the limit included)."""
    if points is None:
        return Change.NO_PUBLISHED_THRESHOLD
    if abs(latest - first) < points:
        return Change.NO_RELIABLE_CHANGE
    rose = latest > first
    better = rose is (direction is Direction.HIGHER_IS_BETTER)
    return Change.RELIABLY_BETTER if better else Change.RELIABLY_WORSE
