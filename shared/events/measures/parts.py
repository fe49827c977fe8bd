"""The parts that a measure's definition is made of. Every number stands beside its source."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


Loinc = Annotated[str, StringConstraints(pattern=r"^(LA)?[0-9]{1,7}-[0-9]$")]
Snomed = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,18}$")]
Source = Annotated[str, StringConstraints(min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=40)]

# A number as its source prints it. In a file: a whole number, or a string ("4.31"), since a JSON
# fraction would come in as a float.
Points = int | Decimal


class Direction(StrEnum):
    """Which way is better."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


class Licence(StrEnum):
    """Whether the words of a questionnaire may be shipped."""

    TEXT_OK = "text_ok"
    TEXT_OK_NOT_COMMERCIAL = "text_ok_nc"
    SCORE_ONLY = "score_only"


class Method(StrEnum):
    """What answers are made into."""

    SUM = "sum"
    MEAN = "mean"
    ITEMS = "items"  # each answer stands for itself; there is no total to show


class Part(BaseModel):
    """Frozen; an unknown word in a file is an error, not a thing that is passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Terms(Part):
    """Under which terms its words may be used, and who must be named beside them."""

    tier: Licence
    source: Source
    attribution: str = ""


class LoincCodes(Part):
    """The codes of the panel and of the total: two different ones (a common mix-up)."""

    panel: Loinc
    total: Loinc | None = None
    source: Source


class SnomedCode(Part):
    """A SNOMED CT code, and of what."""

    code: Snomed
    what: str
    source: Source


class Answer(Part):
    """One of the answers that an item allows. One that is not scored says "does not apply"."""

    value: int
    label: str
    loinc: Loinc | None = None
    scored: bool = True


class Span(Part):
    """Every whole number from one to another, for items that are marked on a line."""

    lowest: int
    highest: int


class Item(Part):
    """One question, under our own short label; `code` names it wherever it stands on a form."""

    number: int = Field(ge=1, le=99)
    label: str
    code: Slug | None = None
    loinc: Loinc | None = None
    reversed: bool = False
    answers: tuple[Answer, ...] = ()  # its own list, where it differs from the measure's


class Scoring(Part):
    """How the total is made: sum or mean, times `times`, divided by `divide_by`.

    `may_miss` items may be without an answer when the total is a mean; otherwise none.
    """

    method: Method = Method.SUM
    times: int = Field(default=1, ge=1)
    divide_by: int = Field(default=1, ge=1)
    may_miss: int = Field(default=0, ge=0)
    source: str = ""


class Subscale(Part):
    """A score of some of the items, shown beside the total."""

    code: Slug
    label: str
    items: tuple[int, ...]
    mean: bool = False
    positive_from: int | None = None
    source: Source


class Band(Part):
    """A named stretch of totals, both ends included."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    label: str
    lowest: Points
    highest: Points


class Bands(Part):
    """All bands, lowest first, without a gap. None where none is published."""

    steps: tuple[Band, ...] = ()
    source: str = ""


class Caseness(Part):
    """The total from which on (in the worse direction) somebody is at caseness.

    When `beyond` is set, the total itself is not yet at caseness.
    """

    total: Points
    beyond: bool = False
    population: str = ""
    source: Source


class CutOff(Caseness):
    """Another published cut-off, for another purpose or population; never used for caseness."""

    code: Slug


class ReliableChange(Part):
    """How many points are more than chance; reaching it counts (inclusive)."""

    points: Points
    exact: Decimal | None = None
    confidence: Decimal | None = None
    population: str = ""
    source: Source


class Norms(Part):
    """What was found in a sample: never a universal yardstick (domain sheet A.3)."""

    population: str
    n: int | None = None
    mean: Decimal | None = None
    sd: Decimal | None = None
    reliability: Decimal | None = None
    kind: str = ""  # of the reliability: "alpha", "test-retest over 7 weeks"
    source: Source


class SafetyItem(Part):
    """An item whose answer, from `value` on, asks for a clinician's look."""

    item: int
    value: int
    source: Source
