"""Questions about messages and who gets them: the only SELECTs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.notifications.domain import CONTACT_PATIENCE
from services.notifications.models import (
    Case,
    Contact,
    HeldAlert,
    Message,
    SenderName,
    Staff,
    State,
)
from shared import watermarks
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import Purpose, Role


CONSUMER = "notifications"


async def case(session: AsyncSession, actor: Actor, case_id: UUID) -> Case:
    """A case that the actor may see. NotFound, also while it has not been heard of."""
    wanted = select(Case).where(col(Case.case_id) == case_id)
    if actor.only(Role.CLINICIAN):
        wanted = wanted.where(col(Case.clinician_id) == actor.id)
    if found := await session.scalar(wanted):
        return found
    raise NotFound()


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """A clinician sees what own cases' people were told, and what they were told themselves.

    That a concern was told is seen by who was told, and by nobody else.
    """
    mine = cast(col(Message.recipient_id), Text) == actor.sub
    open_to_others = or_(col(Message.purpose) != Purpose.CONCERN, mine)
    if not actor.only(Role.CLINICIAN):
        return [open_to_others]
    own = select(col(Case.case_id)).where(col(Case.clinician_id) == actor.id)
    return [open_to_others, or_(col(Message.case_id).in_(own), mine)]


async def messages(
    session: AsyncSession,
    actor: Actor,
    scope: dict[str, UUID],
    states: Sequence[State] | None,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Message]:
    """Messages of one clinic or one case, newest first; one more than `limit`."""
    order = tuple_(col(Message.created_at), col(Message.message_id))
    wanted = select(Message).filter_by(**scope).where(*_seen_by(actor))
    if states:
        wanted = wanted.where(col(Message.state).in_(states))
    if after:
        wanted = wanted.where(order < after)
    newest = (col(Message.created_at).desc(), col(Message.message_id).desc())
    return (await session.scalars(wanted.order_by(*newest).limit(limit + 1))).all()


async def counts(session: AsyncSession, actor: Actor, scope: dict[str, UUID]) -> dict[State, int]:
    """How many messages of one clinic or one case there are in each state."""
    wanted = select(col(Message.state), func.count()).filter_by(**scope).where(*_seen_by(actor))
    found = await session.execute(wanted.group_by(col(Message.state)))
    return {State(state): number for state, number in found.all()}


async def freshness(session: AsyncSession, now: datetime) -> dict[str, datetime | float | None]:
    """Up to when all that other services published has been heard, and how long ago that is."""
    at = await watermarks.current_to(session, CONSUMER)
    lag = None if at is None else round(max(0.0, (now - at).total_seconds()), 3)
    return {"current_to": at, "lag_seconds": lag}


async def known_case(session: AsyncSession, case_id: UUID) -> Case | None:
    """A case, if it has been heard of."""
    return await session.get(Case, case_id)


async def held_alerts(session: AsyncSession, case_id: UUID) -> Sequence[HeldAlert]:
    """Flags of a case that wait for it."""
    held = select(HeldAlert).where(col(HeldAlert.case_id) == case_id)
    return (await session.scalars(held.order_by(col(HeldAlert.event_id)))).all()


async def to_be_told(
    session: AsyncSession, clinic_id: UUID, clinician_id: UUID, today: date
) -> list[UUID]:
    """The clinician; or, when they work here no longer, every lead of the clinic who does."""
    person = await session.get(Staff, (clinic_id, clinician_id))
    if person is None or person.last_day is None or person.last_day >= today:
        return [clinician_id]
    leads = await of_role(session, clinic_id, Role.CLINICAL_LEAD, today)
    return leads or [clinician_id]


async def of_role(session: AsyncSession, clinic_id: UUID, role: Role, today: date) -> list[UUID]:
    """Everybody of a role who works at a clinic."""
    people = await session.scalars(
        select(col(Staff.staff_id))
        .where(
            col(Staff.clinic_id) == clinic_id,
            col(Staff.roles).contains([role]),
            or_(col(Staff.last_day).is_(None), col(Staff.last_day) >= today),
        )
        .order_by(col(Staff.staff_id))
    )
    return list(people)


async def due(
    session: AsyncSession, now: datetime, late: datetime, limit: int = 50
) -> list[tuple[Message, Contact | None]]:
    """Queued messages about which something can be done now, in the order in which they came.

    Staff come first: all that they are told is of a flag or a concern, and that does not wait until
    hundreds of clients have their appointments.
    """
    theirs = and_(
        col(Contact.clinic_id) == Message.clinic_id, col(Contact.person_id) == Message.recipient_id
    )
    decidable = or_(
        col(Contact.person_id).is_not(None),
        col(Message.created_at) < now - CONTACT_PATIENCE,
        col(Message.caused_at) < late,
    )
    found = await session.execute(
        select(Message, Contact)
        .outerjoin(Contact, theirs)
        .where(col(Message.state) == State.QUEUED, col(Message.try_at) <= now, decidable)
        .order_by(col(Message.recipient_kind).desc(), col(Message.number))
        .limit(limit)
    )
    return [(message, contact) for message, contact in found.all()]


async def sender_name(session: AsyncSession, clinic_id: UUID, now: datetime) -> str | None:
    """The sealed name under which a clinic's messages go out now, if it has been heard of."""
    in_force = (col(SenderName.clinic_id) == clinic_id, col(SenderName.effective_from) <= now)
    newest = col(SenderName.effective_from).desc()
    found: str | None = await session.scalar(
        select(SenderName.sealed).where(*in_force).order_by(newest).limit(1)
    )
    return found


async def in_state(session: AsyncSession, message_id: UUID, state: State) -> Message | None:
    """A message, locked, if it is still in this state."""
    wanted = select(Message).where(
        col(Message.message_id) == message_id, col(Message.state) == state
    )
    return await session.scalar(wanted.with_for_update())


async def interrupted(session: AsyncSession) -> Sequence[Message]:
    """Messages that were being sent when their sender ended."""
    left = select(Message).where(col(Message.state) == State.SENDING)
    return (await session.scalars(left.order_by(col(Message.number)))).all()
