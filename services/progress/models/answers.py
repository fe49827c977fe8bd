"""How questionnaires' scores stand, as progress answers it."""

from datetime import datetime
from uuid import UUID

from services.progress.models.goals import TrendRead
from shared.app import Out
from shared.events.measures import Change, Direction


class AnswerPoint(Out):
    """One questionnaire; `safety` is the answer to its safety item, null when it was not told.

    `total` counts units, `points` says it as people do. A voided one, and one whose total disagreed
    with its items (`usable` false), counts for nothing; its safety item still does unless voided.
    """

    response_id: UUID
    at: datetime
    total: int
    points: str | None
    version: str
    safety: dict[str, int] | None
    items: dict[str, int] | None
    usable: bool
    voided: bool


class CutOffRead(Out):
    """From where on somebody is at caseness: in units, in words, and on whose word."""

    total: str
    beyond: bool
    words: str
    population: str
    source: str


class ReliableChangeRead(Out):
    """How many points are more than chance; confidence null where the source states none."""

    points: str
    units: int
    confidence: str | None
    source: str
    words: str


class ItemSeries(Out):
    """One item's own movement, of a measure whose items stand for themselves."""

    number: str
    label: str
    first: int | None
    latest: int | None
    change: int | None
    verdict: Change | None
    at_caseness: bool | None


class MeasureProgress(Out):
    """How a measure moved since its first score in the case that counts.

    Totals are null while none counts, and where items stand for themselves: see `items` then.
    """

    measure: str
    name: str
    version: str
    client_id: UUID
    direction: Direction | None
    has_total: bool
    first: int | None
    latest: int | None
    change: int | None
    first_points: str | None
    latest_points: str | None
    change_points: str | None
    verdict: Change | None
    clinical_class: str | None
    band: str | None
    band_label: str | None
    at_caseness: bool | None
    cut_off: CutOffRead | None
    reliable_change: ReliableChangeRead | None
    trend: TrendRead
    items: list[ItemSeries]
    points: list[AnswerPoint]
