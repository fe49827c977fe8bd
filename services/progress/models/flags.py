"""Flags as they are asked for and answered."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.progress.domain.escalation import ClockName
from services.progress.domain.lifecycle import Act
from services.progress.models.ended import Ended
from services.progress.models.still import Still
from shared.app import In, Out, Words, YesNo
from shared.events.progress import CloseReason, FlagAction, ReopenReason
from shared.events.rules import Teller
from shared.events.words import FlagState, Rule, Severity


class Acknowledgement(Out):
    """Who saw a flag first, when, and what they noted, where they noted something."""

    by: UUID
    at: datetime
    note: str | None


class Actioned(Out):
    """What was done about a flag last, by whom and when; its note is with the flag's acts."""

    what: FlagAction
    by: UUID
    at: datetime


class ClockRead(Out):
    """What the flag wants next and until when; whether that is past."""

    what: ClockName
    since: datetime
    due_at: datetime
    past: bool


class FlagRead(Out):
    """A clinician should look, and why."""

    flag_id: UUID
    rule: Rule
    rule_version: int
    rule_words: str
    severity: Severity
    safety: bool  # closed only by a clinician, with a reason
    case_id: UUID
    clinic_id: UUID
    client_id: UUID | None
    state: FlagState
    raised_at: datetime
    grown_at: datetime  # when it last came to more: evidence, a rise, or raised again
    sentence: str
    evidence: list[UUID]
    parameters: dict[str, int]
    acknowledged: Acknowledgement | None
    seen_before: Acknowledgement | None  # the last one, where what came since asks for a new look
    actioned: Actioned | None  # while that is what it stands at
    assigned_to: UUID | None
    clock: ClockRead | None


class ActRead(Out):
    """One act about a flag; the clock's own have nobody in `by`."""

    act: Act
    at: datetime
    by: UUID | None
    code: str | None
    to: UUID | None
    note: str | None
    step: int | None


class FlagActRead(ActRead):
    """One act about one of a case's flags."""

    flag_id: UUID


class ToldRead(Out):
    """Who has been told, in which role, and when; nobody by name where all of a role are."""

    role: Teller
    person_id: UUID | None
    at: datetime


class EvidenceRead(Out):
    """One event that a flag rests on; nulls where the case no longer holds it.

    `subject_id` is the rating, the answers, the session or the disclosure that it tells of.
    """

    event_id: UUID
    type: str | None
    at: datetime | None
    words: str | None
    subject_id: UUID | None
    goal_id: UUID | None


class ParameterRead(Out):
    """A number of the rule that was in force, in words."""

    name: str
    value: int
    words: str
    unit: str
    default: int
    source: str


class FlagDetail(FlagRead):
    """One flag with all that was done about it.

    `compared_with` are the first values of what it rests on, `since` the newest that came after it.
    `ended`: of a cleared flag what went away of it, as far as its case still says.
    """

    acts: list[ActRead]
    told: list[ToldRead]
    rests_on: list[EvidenceRead]
    compared_with: list[EvidenceRead]
    since: list[EvidenceRead]
    ended: list[Ended]
    parameters_in_words: list[ParameterRead]
    still: Still | None
    may_close_with: list[CloseReason]


class Acknowledge(In):
    """What the person who looks has to say, if anything; it stays in this database."""

    note: Words | None = None


class Review(In):
    """Somebody looks into it."""

    note: Words | None = None


class Assign(In):
    """Whose it is to look into from now on; one's own id takes it.

    `undoes`: only if that act, one's own, is the last one; else 409.
    """

    to: UUID
    undoes: UUID | None = None


class Action(In):
    """What was done about it, and why."""

    action: FlagAction
    note: Words


class Close(In):
    """Why it is done with; a safety flag's note is needed."""

    reason: CloseReason
    note: Words | None = None


class Reopen(In):
    """Why it was not done with after all.

    `undoes`: only if that act, one's own, is the last one; else 409. The flag is then again in the
    state in which it was before, and its clock runs as it did.
    """

    reason: ReopenReason
    undoes: UUID | None = None


class Concern(In):
    """A concern for the safeguarding lead; `named` are others who may see it."""

    case_id: UUID
    client_id: UUID | None = None
    note: Words
    urgent: YesNo
    named: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class ConcernCounts(Out):
    """How many concerns a person may see that are open, and how much was done about any of them."""

    open: int
    changes: int


class ConcernReceipt(Out):
    """A concern was passed on; nothing more is shown to whoever raised it."""

    concern_id: UUID


class ConcernRead(Out):
    """A concern, for the safeguarding lead and those named."""

    concern_id: UUID
    clinic_id: UUID
    case_id: UUID
    client_id: UUID | None
    rule: Rule
    severity: Severity
    urgent: bool
    note: str
    raised_by: UUID
    raised_at: datetime
    named: list[UUID]
    state: FlagState
    clock: ClockRead | None
    acts: list[ActRead]


class Told(In):
    """Who was told of a concern, outside or inside, in words."""

    note: Words


class Name(In):
    """Somebody who may see a concern from now on."""

    staff_id: UUID
