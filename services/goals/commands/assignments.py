"""What can happen to the measures that a client is given."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands import links, saved
from services.goals.commands.cases import case_to_change
from services.goals.commands.packs import must_be_on
from services.goals.domain import assignments as rules
from services.goals.domain import moments
from services.goals.models.assignments import Assignment, AssignmentCreate
from services.goals.queries import assignments as queries
from services.goals.queries import links as link_queries
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict, Invalid
from shared.events.intake import CaseClosed
from shared.events.measures import Measure, UnknownMeasure, definition
from shared.events.words import RhythmKind


async def assign(
    session: AsyncSession, actor: Actor, new: AssignmentCreate, now: datetime
) -> Assignment:
    """Give a client a measure in a rhythm. Conflict when the client is given it already."""
    rules.check_rhythm(new.rhythm, new.weeks)
    case = await case_to_change(session, actor, new.case_id)
    moments.belongs(new.client_id, case.client_ids)
    await must_be_on(session, case.clinic_id, _known(new.measure), now)
    if await queries.given_already(session, new.case_id, new.client_id, new.measure):
        raise Conflict("This client is given this questionnaire already. End that first.")
    given = Assignment(
        assignment_id=uuid4(),
        clinic_id=case.clinic_id,
        assigned_at=now,
        assigned_by=actor.id,
        **new.model_dump(),
    )
    session.add(given)
    await session.flush()
    await audit.record(session, actor, "measure_assigned", case.case_id)
    await outbox.publish(session, links.assigned(given, now))
    return given


def _known(code: str) -> Measure:
    try:
        return definition(code)
    except UnknownMeasure:
        raise Invalid.of("measure", "is not a measure that we have") from None


async def end(
    session: AsyncSession, actor: Actor, assignment_id: UUID, now: datetime
) -> Assignment:
    """Give a measure no longer; twice is once. A link that is open can still be answered."""
    given = await queries.assignment(session, actor, assignment_id)
    await outbox.lock(session, given.case_id)
    await links.own_case(session, actor, given.case_id)
    given = await queries.again(session, assignment_id)
    if given.ended_at is None:
        await links.end_assignment(session, given, now)
        await audit.record(session, actor, "assignment_ended", given.case_id)
    return given


async def close_case(session: AsyncSession, event: CaseClosed) -> None:
    """Nothing more is asked in a case that was closed, but the measure of the end.

    Its link opens by the closing itself: which session is the last, nobody knows before.
    """
    asked = event.end_code in rules.ASKED_AT_THE_END
    for link in await link_queries.open_in_case(session, event.case_id):
        await saved.end(session, link, event.closed_at)
    for given in await queries.running(session, event.case_id):
        if asked and given.rhythm is RhythmKind.START_AND_END:
            given.end_due_at = event.closed_at
        else:
            await links.end_assignment(session, given, event.closed_at)
