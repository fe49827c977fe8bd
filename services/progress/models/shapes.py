"""What progress answers. Every answer says up to which moment it holds."""

from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from services.progress.models.answers import MeasureProgress
from services.progress.models.flags import FlagActRead, FlagDetail, FlagRead
from services.progress.models.goals import Attainment, GoalProgress, KindProgress
from services.progress.models.outcomes import AttendanceCounts, OutcomeRead, WaitingRead
from services.progress.models.still import LeftOut, Still
from shared.app import Out, Page
from shared.events.measures import Change


Item = TypeVar("Item")


class Fresh(Out):
    """Up to when everything was taken in; null while that is not known (never guessed)."""

    current_to: datetime | None
    lag_seconds: float | None


class FreshPage(Page[Item], Fresh, Generic[Item]):
    """One page of a list."""


class FlagAnswer(FlagRead, Fresh):
    """One flag; `last_act` is what a person did last, to be named when it is taken back."""

    last_act: UUID | None


class FlagWhole(FlagDetail, Fresh):
    """One flag, with all that was done about it."""


class FlagPage(FreshPage[FlagRead]):
    """Flags; `unreadable`: so many more belong on this page, and nobody can read them.

    `unreadable_cases`: so many of the cases that the list is about, on whatever page; their flags
    say nothing of what came in since.
    """

    unreadable: int
    unreadable_cases: int


class FlagCounts(Fresh):
    """How many flags are not done with; those that nobody can read are among them."""

    open: int


class CaseSummary(Out):
    """A case as it stands; `unreadable_flags`: so many more that nobody can read.

    One that is not `readable` stands empty until it is repaired. `still`: what came since then is
    not in it, whatever the answer's own `current_to` says.
    """

    case_id: UUID
    case_number: str | None
    clinic_id: UUID
    clinician_id: UUID | None
    client_ids: list[UUID]
    status: Literal["pending", "open", "closed", "rejected"]
    goals: list[GoalProgress]
    measures: list[MeasureProgress]
    attendance: AttendanceCounts
    last_contact: datetime | None
    waiting: WaitingRead
    worst: Change | None
    flags: list[FlagRead]
    unreadable_flags: int
    readable: bool
    still: Still | None


class CaseloadPage(FreshPage[CaseSummary]):
    """Cases; `unreadable`: so many of them stand empty, because nobody can read them."""

    unreadable: int


class CaseRead(CaseSummary, Fresh):
    """One case; `set_aside` counts its events that could not be taken in, or wait behind one.

    `skipped`: so many were left out for good (`left_out`, oldest first); what they said is in
    nothing here. `flag_acts` is all that people did about its flags, whatever became of those;
    oldest first.
    """

    opened_at: datetime | None
    closed_at: datetime | None
    end_code: str | None
    outcome: list[OutcomeRead]
    kinds: list[KindProgress]
    attainment: list[Attainment]
    flag_acts: list[FlagActRead]
    set_aside: int
    skipped: int
    left_out: list[LeftOut]
