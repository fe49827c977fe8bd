"""Cases end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import domain
from services.intake.domain import CaseStatus, Ending
from services.intake.models.tables import Case
from services.intake.queries import care
from shared import audit, outbox
from shared.auth import Actor
from shared.events.intake import CaseClosed
from shared.events.words import EndCode


async def close(
    session: AsyncSession, actor: Actor, case_id: UUID, end_code: EndCode, now: datetime
) -> Case:
    """A course of care ends. Closing it again in the same way changes nothing.

    Conflict, with who closed it and how, where it ended otherwise.
    """
    await outbox.lock(session, case_id)
    case = await care.case(session, actor, case_id)
    if domain.closed_already(_ending(case), end_code):
        return case
    case.status, case.end_code, case.closed_at = CaseStatus.CLOSED, end_code, now
    case.closed_by = actor.id
    await audit.record(session, actor, "case_closed", case_id, end_code)
    await outbox.publish(
        session,
        CaseClosed(
            occurred_at=now,
            clinic_id=case.clinic_id,
            case_id=case_id,
            end_code=end_code,
            closed_at=now,
        ),
    )
    return case


def _ending(case: Case) -> Ending | None:
    if case.end_code is None or case.closed_at is None:
        return None
    return Ending(case.end_code, case.closed_at, case.closed_by)
