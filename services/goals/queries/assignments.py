"""Questions about measures that are given to clients, and about the sessions they follow."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain.assignments import Meeting
from services.goals.models.assignments import Assignment, SessionCopy
from services.goals.models.cases import CaseCopy
from services.goals.queries.cases import theirs
from services.goals.queries.paging import page_of
from shared.auth import Actor
from shared.errors import NotFound


async def assignment(session: AsyncSession, actor: Actor, assignment_id: UUID) -> Assignment:
    """A measure given in a case that the actor may read. NotFound for every other."""
    asked = select(Assignment).join(CaseCopy, col(CaseCopy.case_id) == col(Assignment.case_id))
    mine = asked.where(col(Assignment.assignment_id) == assignment_id, *theirs(actor))
    if (found := await session.scalar(mine)) is None:
        raise NotFound()
    return found


async def again(session: AsyncSession, assignment_id: UUID) -> Assignment:
    """The same, as it is now that this transaction holds the case's lock."""
    asked = select(Assignment).where(col(Assignment.assignment_id) == assignment_id)
    fresh = asked.execution_options(populate_existing=True)
    return (await session.scalars(fresh)).one()


async def assignments(
    session: AsyncSession, case_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Assignment]:
    """What the clients of a case are and were given, oldest first."""
    asked = select(Assignment).where(col(Assignment.case_id) == case_id)
    sort = (col(Assignment.assigned_at), col(Assignment.assignment_id))
    return await page_of(session, asked, sort, limit, after)


async def running(session: AsyncSession, case_id: UUID) -> Sequence[Assignment]:
    """What the clients of a case are still given."""
    asked = select(Assignment).where(
        col(Assignment.case_id) == case_id, col(Assignment.ended_at).is_(None)
    )
    return (await session.scalars(asked.order_by(col(Assignment.assigned_at)))).all()


async def given_already(
    session: AsyncSession, case_id: UUID, client_id: UUID, measure: str
) -> bool:
    """Whether a client is given a measure in this case at present."""
    return any(
        one.client_id == client_id and one.measure == measure
        for one in await running(session, case_id)
    )


async def to_be_sent(session: AsyncSession) -> Sequence[Assignment]:
    """Everything that is given by message at present, in all clinics."""
    asked = select(Assignment).where(
        col(Assignment.ended_at).is_(None), col(Assignment.send).is_(True)
    )
    return (await session.scalars(asked.order_by(col(Assignment.assigned_at)))).all()


async def session_of_case(
    session: AsyncSession, case_id: UUID, appointment_id: UUID
) -> SessionCopy | None:
    """A session of a case, as far as this service has heard of it."""
    asked = select(SessionCopy).where(
        col(SessionCopy.appointment_id) == appointment_id, col(SessionCopy.case_id) == case_id
    )
    return await session.scalar(asked)


async def meetings(
    session: AsyncSession, assignment: Assignment, now: datetime, reach: timedelta
) -> list[Meeting]:
    """The client's sessions of this case that are about to be, or just were."""
    asked = select(SessionCopy).where(
        col(SessionCopy.case_id) == assignment.case_id,
        col(SessionCopy.cancelled).is_(False),
        col(SessionCopy.client_ids).contains([assignment.client_id]),
        col(SessionCopy.starts_at) < now + reach,
        col(SessionCopy.ends_at) > now - reach,
    )
    found = await session.scalars(asked.order_by(col(SessionCopy.starts_at)))
    return [Meeting(one.appointment_id, one.starts_at, one.ends_at) for one in found]
