"""What can happen to answers."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_change
from services.goals.domain import answers, moments
from services.goals.models.answers import Response, ResponseCreate
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Invalid, NotFound
from shared.events.goals import MeasureCompleted
from shared.events.measures import Measure, UnknownVersion, definition


async def complete_measure(
    session: AsyncSession,
    actor: Actor,
    code: str,
    new: ResponseCreate,
    now: datetime,
    response_id: UUID | None = None,
) -> Response:
    """Take down a client's answers to a measure, scored by its definition."""
    measure = _measure(code, new.version)
    case = await case_to_change(session, actor, new.case_id)
    moments.belongs(new.client_id, case.client_ids)
    score = answers.score(measure, new.items)
    response = Response(
        response_id=response_id or uuid4(),
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        client_id=new.client_id,
        measure=measure.code,
        version=measure.version,
        items=new.items,
        total=score.total,
        band=score.band,
        at_caseness=score.at_caseness,
        answered_at=moments.moment(new.answered_at, case.referred_at, now, "answered_at"),
        entered_at=now,
        entered_by=actor.id,
    )
    session.add(response)
    await session.flush()
    await audit.record(session, actor, "measure_completed", case.case_id)
    await outbox.publish(session, MeasureCompleted(occurred_at=now, **response.model_dump()))
    return response


def _measure(code: str, version: str | None) -> Measure:
    if code not in answers.IN_USE:
        raise NotFound()
    try:
        return definition(code, version)
    except UnknownVersion:
        raise Invalid.of("version", "is not a version of this measure that we have") from None
