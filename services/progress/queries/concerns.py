"""Concerns: for the safeguarding lead and those who are named. For all others there are none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain import calendar, escalation
from services.progress.domain.lifecycle import Act
from services.progress.domain.state import Case, readable
from services.progress.models import tables
from services.progress.models.flags import ConcernCounts, ConcernRead
from services.progress.queries.detail import acts_of
from services.progress.queries.flags import shown
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import FlagState, Role, Rule, Severity
from shared.pages import paged, parts_of


_concern, _clinic = tables.concern.c, tables.clinic.c
_SELECT = select(tables.concern, _clinic.zone, _clinic.calendars).select_from(
    tables.concern.outerjoin(tables.clinic, _clinic.clinic_id == _concern.clinic_id)
)


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.is_any(Role.SAFEGUARDING_LEAD):
        return []
    return [_concern.named.contains([actor.id])]


async def case_of(session: AsyncSession, case_id: UUID) -> tuple[UUID, Case | None]:
    """A case of the caller's clinics, whoever's it is: anybody here may be worried about it.

    None in place of what nobody can read: a concern waits for no repair.
    """
    state = tables.case_state.c
    asked = select(state.clinic_id, state.state).where(state.case_id == case_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound()
    return row.clinic_id, readable(row.state)


async def row_of_concern(session: AsyncSession, actor: Actor, concern_id: UUID) -> Row[Any]:
    """One concern. NotFound when the actor may not see it: the same bytes as if there were none."""
    asked = _SELECT.where(_concern.concern_id == concern_id, *_seen_by(actor))
    row: Row[Any] | None = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound()
    return row


async def acknowledgement(session: AsyncSession, concern_id: UUID) -> Row[Any, Any, Any] | None:
    """Who was first to say that they saw a concern, when, and in which words."""
    acts = tables.concern_act.c
    asked = select(acts.by, acts.at, acts.note).where(
        acts.concern_id == concern_id, acts.act == Act.ACKNOWLEDGED.value
    )
    first = asked.order_by(acts.number).limit(1)
    return (await session.execute(first)).one_or_none()


async def concern(
    session: AsyncSession, actor: Actor, concern_id: UUID, now: datetime
) -> ConcernRead:
    """One concern with all that was done about it."""
    return await _read(session, await row_of_concern(session, actor, concern_id), now)


async def concerns(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    now: datetime,
    limit: int,
    after: str | None,
) -> tuple[list[ConcernRead], str | None]:
    """A clinic's concerns, the oldest first. NotFound for whoever may see none."""
    asked = _SELECT.where(_concern.clinic_id == clinic_id, *_seen_by(actor))
    if place := parts_of(after, datetime.fromisoformat, UUID):
        asked = asked.where(tuple_(_concern.raised_at, _concern.concern_id) > tuple_(*place))
    ordered = asked.order_by(_concern.raised_at, _concern.concern_id).limit(limit + 1)
    rows = (await session.execute(ordered)).all()
    if not rows and not actor.is_any(Role.SAFEGUARDING_LEAD):
        raise NotFound()
    page, following = paged(rows, limit, lambda one: (one.raised_at.isoformat(), one.concern_id))
    return [await _read(session, row, now) for row in page], following


async def counts(session: AsyncSession, actor: Actor, clinic_id: UUID) -> ConcernCounts:
    """How many concerns are open, and how much was ever done: it grows with each act.

    NotFound for whoever may see none.
    """
    acts, closed = tables.concern_act.c, FlagState.CLOSED.value
    done = select(func.count()).where(acts.concern_id == _concern.concern_id).scalar_subquery()
    asked = select(
        func.count().filter(_concern.state != closed), func.count(), func.sum(done)
    ).where(_concern.clinic_id == clinic_id, *_seen_by(actor))
    still_open, every, acted = (await session.execute(asked)).one()
    if not every and not actor.is_any(Role.SAFEGUARDING_LEAD):
        raise NotFound()
    return ConcernCounts(open=still_open, changes=every + int(acted or 0))


async def _read(session: AsyncSession, row: Row[Any], now: datetime) -> ConcernRead:
    acts = await acts_of(session, tables.concern_act, "concern_id", row.concern_id)
    acted = max((each.at for each in acts if each.act is Act.ACTIONED), default=None)
    # The first two clocks count from when it was raised: 24 hours to the authority [S74].
    since = escalation.Since(row.raised_at, row.raised_at, acted)
    held = calendar.calendar_of(row.zone, row.calendars)
    running = escalation.clock(Rule.SAFEGUARDING, FlagState(row.state), since, held)
    return ConcernRead(
        concern_id=row.concern_id,
        clinic_id=row.clinic_id,
        case_id=row.case_id,
        client_id=row.client_id,
        rule=Rule.SAFEGUARDING,
        severity=Severity.URGENT,
        urgent=row.urgent,
        note=row.note,
        raised_by=row.raised_by,
        raised_at=row.raised_at,
        named=row.named,
        state=FlagState(row.state),
        clock=running and shown(running, now),
        acts=acts,
    )
