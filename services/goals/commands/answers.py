"""What can happen to answers: they are given by staff, by a sender, or by a client on a link."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands import sessions
from services.goals.commands.cases import case_to_change
from services.goals.commands.packs import must_be_on
from services.goals.domain import answers, moments
from services.goals.models.answers import Response, ResponseCreate
from services.goals.models.cases import CaseCopy
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Invalid, NotFound
from shared.events.goals import MeasureCompleted
from shared.events.measures import (
    Measure,
    UnknownMeasure,
    UnknownVersion,
    checksum_of,
    definition,
)
from shared.events.words import AnsweredBy


async def complete_measure(
    session: AsyncSession,
    actor: Actor,
    code: str,
    new: ResponseCreate,
    now: datetime,
    response_id: UUID | None = None,
) -> Response:
    """Take down a client's answers to a measure, as staff has them from paper or a sender."""
    measure = _measure(code, new.version)
    case = await case_to_change(session, actor, new.case_id)
    await must_be_on(session, case.clinic_id, measure, now)
    at = moments.moment(new.answered_at, case.referred_at, now, "answered_at")
    await sessions.check(session, case.case_id, new.appointment_id)
    response = await store_answers(
        session,
        case,
        new.client_id,
        measure,
        new.items,
        new.total,
        AnsweredBy(new.by),
        at,
        now,
        entered_by=actor.id,
        response_id=response_id,
        appointment_id=new.appointment_id,
    )
    await audit.record(session, actor, "measure_completed", case.case_id)
    return response


async def store_answers(
    session: AsyncSession,
    case: CaseCopy,
    client_id: UUID,
    measure: Measure,
    items: Mapping[str, int],
    total: Decimal | None,
    by: AnsweredBy,
    answered_at: datetime,
    now: datetime,
    *,
    entered_by: UUID | None = None,
    response_id: UUID | None = None,
    appointment_id: UUID | None = None,
) -> Response:
    """Score a client's answers, keep them and publish them. Invalid, naming what is wrong.

    The case is locked and open: whoever calls has seen to that, and that the caller may do this.
    """
    moments.belongs(client_id, case.client_ids)
    score = answers.score(measure, items, total)
    response = Response(
        response_id=response_id or uuid4(),
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        client_id=client_id,
        measure=measure.code,
        version=measure.version,
        definition=checksum_of(measure.code, measure.version),
        items=dict(items),
        total=score.total,
        items_total=score.items_total,
        usable=score.usable,
        band=score.band,
        at_caseness=score.at_caseness,
        by=by,
        answered_at=answered_at,
        appointment_id=appointment_id,
        entered_at=now,
        entered_by=entered_by,
    )
    session.add(response)
    await session.flush()
    await outbox.publish(session, MeasureCompleted(occurred_at=now, **response.model_dump()))
    return response


def _measure(code: str, version: str | None) -> Measure:
    try:
        return definition(code, version)
    except UnknownMeasure:
        raise NotFound() from None
    except UnknownVersion:
        raise Invalid.of("version", "is not a version of this measure that we have") from None
