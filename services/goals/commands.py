"""What can be done with goals: set one, rate one, answer a measure; and what is heard of cases."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.goals import domain, queries
from services.goals.models import (
    CaseCopy,
    Goal,
    GoalCreate,
    Rating,
    RatingCreate,
    Response,
    ResponseCreate,
    ZoneCopy,
)
from shared import audit, outbox
from shared.auth import Actor
from shared.clock import wall_time
from shared.errors import Forbidden, Invalid, NotFound
from shared.events.goals import GoalRated, GoalSet, MeasureCompleted
from shared.events.intake import CaseClosed, CaseOpened
from shared.events.measures import Measure, UnknownVersion, definition


async def set_goal(
    session: AsyncSession,
    actor: Actor,
    new: GoalCreate,
    now: datetime,
    goal_id: UUID | None = None,
) -> Goal:
    """Agree a goal, for one client of the case or for all of them."""
    case = await _case_to_change(session, actor, new.case_id)
    domain.belongs(new.client_id, case.client_ids)
    zone = await queries.zone(session, case.clinic_id, now)
    domain.review_day(new.review_on, wall_time(now, zone).date())
    goal = Goal(
        **new.model_dump(),
        goal_id=goal_id or uuid4(),
        clinic_id=case.clinic_id,
        status=domain.Status.ACTIVE,
        set_at=now,
        set_by=actor.id,
    )
    session.add(goal)
    await session.flush()
    await audit.record(session, actor, "goal_set", case.case_id)
    await outbox.publish(session, GoalSet(occurred_at=now, **goal.model_dump()))
    return goal


async def rate_goal(
    session: AsyncSession,
    actor: Actor,
    goal_id: UUID,
    new: RatingCreate,
    now: datetime,
    rating_id: UUID | None = None,
) -> Rating:
    """Take down where a goal stands. Ratings of one goal are published in the order of commits."""
    case_id = await queries.case_of_goal(session, actor, goal_id)
    case = await _case_to_change(session, actor, case_id)
    goal = await queries.goal(session, goal_id)
    client_id = domain.rater(new.client_id, new.rated_by, goal.client_id, case.client_ids)
    rating = Rating(
        rating_id=rating_id or uuid4(),
        clinic_id=case.clinic_id,
        goal_id=goal_id,
        case_id=case_id,
        client_id=client_id,
        value=new.value,
        rated_by=new.rated_by,
        rated_at=domain.moment(new.rated_at, case.referred_at, now, "rated_at"),
        appointment_id=new.appointment_id,
        entered_at=now,
        entered_by=actor.id,
    )
    session.add(rating)
    await session.flush()
    await audit.record(session, actor, "goal_rated", case_id)
    await outbox.publish(session, GoalRated(occurred_at=now, **rating.model_dump()))
    return rating


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
    case = await _case_to_change(session, actor, new.case_id)
    domain.belongs(new.client_id, case.client_ids)
    score = domain.score(measure, new.items)
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
        answered_at=domain.moment(new.answered_at, case.referred_at, now, "answered_at"),
        entered_at=now,
        entered_by=actor.id,
    )
    session.add(response)
    await session.flush()
    await audit.record(session, actor, "measure_completed", case.case_id)
    await outbox.publish(session, MeasureCompleted(occurred_at=now, **response.model_dump()))
    return response


async def remember_case(session: AsyncSession, event: CaseOpened) -> None:
    """Keep what intake says about a new case; heard twice, it stays as it is."""
    new = event.model_dump(
        include={"case_id", "clinic_id", "clinician_id", "client_ids", "referred_at"}
    )
    await session.execute(insert(CaseCopy).values(new).on_conflict_do_nothing())


async def remember_closing(session: AsyncSession, event: CaseClosed) -> None:
    """Keep that a case was closed."""
    theirs = update(CaseCopy).where(col(CaseCopy.case_id) == event.case_id)
    await session.execute(theirs.values(closed_at=event.closed_at))


async def remember_zone(
    session: AsyncSession, clinic_id: UUID, zone: str, effective_from: datetime
) -> None:
    """Keep which time zone a clinic has from a moment on."""
    new = insert(ZoneCopy).values(clinic_id=clinic_id, zone=zone, effective_from=effective_from)
    keys = ["clinic_id", "effective_from"]
    await session.execute(new.on_conflict_do_update(index_elements=keys, set_={"zone": zone}))


async def _case_to_change(session: AsyncSession, actor: Actor, case_id: UUID) -> CaseCopy:
    """The case, locked until the commit: nobody closes it or writes in it meanwhile."""
    await outbox.lock(session, case_id)
    case = await queries.case(session, actor, case_id)
    if case.clinician_id != actor.id:
        raise Forbidden("Only the case's own clinician may do this.")
    domain.open_for_changes(case.closed_at)
    return case


def _measure(code: str, version: str | None) -> Measure:
    if code not in domain.IN_USE:
        raise NotFound()
    try:
        return definition(code, version)
    except UnknownVersion:
        raise Invalid.of("version", "is not a version of this measure that we have") from None
