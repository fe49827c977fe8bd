"""A clinic's figures, as progress answers them."""

from uuid import UUID

from services.progress.models.shapes import Fresh, FreshPage
from shared.app import Out
from shared.events.words import GoalKind


class FigureRead(Out):
    """A figure that can be checked: who was counted, out of whom, by which rule.

    `percent` is null when nobody was counted or nobody was there, as in the NHS's own code.
    """

    figure: str
    label: str
    counted: int
    of: int
    percent: float | None
    words: str


class KindFigures(Out):
    """How many goals of a kind there are, and how they stand."""

    kind: GoalKind
    goals: int
    open: int
    reliably_better: int
    reached: int
    reliably_worse: int
    stalled: int


class FiguresRead(Fresh):
    """A clinic's month; `suppressed`: counts to the nearest five, and percentages of those.

    `too_few` names the counts that mislead when they are rounded, and are not to be shown outside:
    `cases`, a figure or a kind's `insight.stalled`, and `recovery of` or `insight` for the whole.
    `unreadable`: cases of the clinic that nobody can read until they are repaired; in no count.
    """

    clinic_id: UUID
    month: str
    suppressed: bool
    too_few: list[str]
    cases: int
    unreadable: int
    figures: list[FigureRead]
    kinds: list[KindFigures]
    kinds_words: str


class FigureCase(Out):
    """A case behind a figure: how often it was counted, out of how often it is there."""

    case_id: UUID
    case_number: str | None
    clinician_id: UUID | None
    client_id: UUID | None
    counted: int
    of: int


class FigureCases(FreshPage[FigureCase]):
    """Cases behind a figure; `unreadable`: so many were passed over because nobody can read them.

    Over all pages they are those that the figure does not count.
    """

    unreadable: int
