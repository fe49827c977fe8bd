"""Queueing messages: one a person and cause, whatever is delivered how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications import domain, queries
from services.notifications.models import Case, HeldAlert, Message, State
from shared import outbox
from shared.events import Event, derived_id
from shared.events.notifications import (
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    MessageUnknown,
)
from shared.events.words import Channel, Purpose, RecipientKind, Role


EVENTS = {
    State.QUEUED: MessageQueued,
    State.SENT: MessageSent,
    State.FAILED: MessageFailed,
    State.UNKNOWN: MessageUnknown,
    State.SUPPRESSED: MessageSuppressed,
}
TOLD = (
    "clinic_id",
    "case_id",
    "message_id",
    "purpose",
    "channel",
    "recipient_kind",
    "recipient_id",
    "cause",
)


@dataclass(frozen=True)
class Cause:
    """The event for which people are told something."""

    event_id: UUID
    occurred_at: datetime
    clinic_id: UUID
    case_id: UUID
    flag_id: UUID | None = None


def event_of(message: Message, now: datetime) -> Event:
    """The event that says which state a message has reached; the same one however often made."""
    return EVENTS[State(message.state)](
        event_id=derived_id(message.message_id, message.state),
        occurred_at=now,
        **{name: getattr(message, name) for name in TOLD},
    )


async def tell_clients(
    session: AsyncSession,
    cause: Cause,
    purpose: Purpose,
    client_ids: Iterable[UUID],
    words: domain.Words,
    now: datetime,
) -> None:
    """Queue a message of its own for each client: nobody learns from it who else gets one."""
    for client_id in client_ids:
        await _queue(session, cause, purpose, (RecipientKind.CLIENT, client_id), words, now)


async def ask(
    session: AsyncSession, cause: Cause, client_id: UUID, sealed: str, now: datetime
) -> None:
    """Queue a client's link to a questionnaire; its address stays sealed until it is sent."""
    recipient = (RecipientKind.CLIENT, client_id)
    await _queue(session, cause, Purpose.QUESTIONNAIRE, recipient, domain.asked(), now, sealed)


async def alert(
    session: AsyncSession, cause: Cause, clinician_id: UUID | None, now: datetime
) -> None:
    """Tell the case's clinician of a flag; held while it is not known who that is."""
    case = await queries.known_case(session, cause.case_id)
    told = clinician_id or (case.clinician_id if case else None)
    if told is None:
        await _hold(session, cause)
        return
    words = domain.flagged(case.case_number if case else str(cause.case_id), cause.case_id)
    for person in await queries.to_be_told(session, cause.clinic_id, told, now.date()):
        await _queue(session, cause, Purpose.FLAG_RAISED, (RecipientKind.STAFF, person), words, now)


async def alert_role(
    session: AsyncSession, cause: Cause, purpose: Purpose, role: Role, now: datetime
) -> None:
    """Tell everybody of a role at the clinic of a flag: one message each."""
    for person in await queries.of_role(session, cause.clinic_id, role, now.date()):
        await alert_person(session, cause, purpose, person, now, role)


async def alert_person(
    session: AsyncSession,
    cause: Cause,
    purpose: Purpose,
    person: UUID,
    now: datetime,
    role: Role = Role.CLINICIAN,
) -> None:
    """Tell one member of staff of a flag, in the words of their work."""
    number = await _number(session, cause.case_id)
    words = domain.for_role(role, purpose, number, cause.case_id, cause.clinic_id)
    await _queue(session, cause, purpose, (RecipientKind.STAFF, person), words, now)


async def tell_given(session: AsyncSession, cause: Cause, person: UUID, now: datetime) -> None:
    """Tell one member of staff that a flag is theirs to look into."""
    words = domain.given(await _number(session, cause.case_id), cause.case_id)
    recipient = (RecipientKind.STAFF, person)
    await _queue(session, cause, Purpose.FLAG_RAISED, recipient, words, now)


async def _number(session: AsyncSession, case_id: UUID) -> str:
    """What a case is called in messages; its id until it has been heard of."""
    case = await queries.known_case(session, case_id)
    return case.case_number if case else str(case_id)


async def alert_safeguarding(session: AsyncSession, cause: Cause, now: datetime) -> None:
    """Tell the safeguarding leads of a concern; nobody else may see that they were told.

    Where nobody has that role, the clinical leads are told so: a concern must not wait for no one.
    """
    people = await queries.of_role(session, cause.clinic_id, Role.SAFEGUARDING_LEAD, now.date())
    words = domain.concern(cause.case_id)
    if not people:
        people = await queries.of_role(session, cause.clinic_id, Role.CLINICAL_LEAD, now.date())
        words = domain.no_safeguarding_lead()
    for person in people:
        await _queue(session, cause, Purpose.CONCERN, (RecipientKind.STAFF, person), words, now)


async def tell_named(session: AsyncSession, cause: Cause, person: UUID, now: datetime) -> None:
    """Tell one member of staff that they may see a concern; nobody else may see that they were."""
    words = domain.concern_shared(cause.case_id)
    await _queue(session, cause, Purpose.CONCERN, (RecipientKind.STAFF, person), words, now)


async def tell_held(session: AsyncSession, case: Case, now: datetime) -> None:
    """Tell the clinician of a case, now known, of the flags that waited for it."""
    for held in await queries.held_alerts(session, case.case_id):
        of = (held.clinic_id, held.case_id, held.flag_id)
        cause = Cause(held.event_id, held.occurred_at, *of)
        await alert(session, cause, case.clinician_id, now)
    told = delete(HeldAlert).where(col(HeldAlert.case_id) == case.case_id)
    await session.execute(told)


async def _hold(session: AsyncSession, cause: Cause) -> None:
    row = insert(HeldAlert).values(vars(cause))
    await session.execute(row.on_conflict_do_nothing())


async def _queue(
    session: AsyncSession,
    cause: Cause,
    purpose: Purpose,
    recipient: tuple[RecipientKind, UUID],
    words: domain.Words,
    now: datetime,
    sealed: str | None = None,
) -> None:
    """Queue one message, unless this cause has queued it before."""
    kind, person = recipient
    message = Message(
        message_id=derived_id(cause.event_id, f"{purpose} {person}"),
        clinic_id=cause.clinic_id,
        case_id=cause.case_id,
        purpose=purpose,
        channel=Channel.EMAIL,  # unless only a mobile turns out to be safe
        recipient_kind=kind,
        recipient_id=person,
        cause=cause.event_id,
        caused_at=cause.occurred_at,
        flag_id=cause.flag_id,
        subject=words.subject,
        body=words.body,
        sealed=sealed,
        created_at=now,
        try_at=now,
    )
    row = insert(Message).values(message.model_dump(exclude={"number"}))
    made = await session.execute(row.on_conflict_do_nothing().returning(col(Message.message_id)))
    if made.first():
        await publish(session, message, now)


async def publish(session: AsyncSession, message: Message, now: datetime) -> None:
    """Tell which state a message has reached; of a concern's, nobody hears."""
    if message.purpose != Purpose.CONCERN:
        await outbox.publish(session, event_of(message, now))
