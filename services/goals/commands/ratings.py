"""What can happen to a rating: it is given, amended, voided."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands import sessions
from services.goals.commands.cases import case_to_change, case_to_correct
from services.goals.domain import goals as life
from services.goals.domain import moments
from services.goals.domain import ratings as rules
from services.goals.domain.voiding import is_voided_again
from services.goals.models.cases import CaseCopy
from services.goals.models.goals import Goal
from services.goals.models.ratings import (
    Rating,
    RatingAmend,
    RatingCreate,
    RatingVersion,
    RatingVoid,
)
from services.goals.queries import goals, ratings
from shared import audit, outbox
from shared.auth import Actor
from shared.events import Event
from shared.events.goals import AttainmentRated, GoalRated, RatingAmended, RatingVoided
from shared.events.words import CorrectionReason, GoalMethod


VERSIONED = set(RatingVersion.model_fields) - {"reason", "entered_at", "entered_by"}


async def rate_goal(
    session: AsyncSession,
    actor: Actor,
    goal_id: UUID,
    new: RatingCreate,
    now: datetime,
    rating_id: UUID | None = None,
) -> Rating:
    """Take down where a goal stands. Ratings of one goal are published in the order of commits."""
    case_id = await goals.case_of_goal(session, actor, goal_id)
    case = await case_to_change(session, actor, case_id)
    goal = await goals.goal(session, goal_id)
    rules.on_scale(goal.method, new.value)
    client_id = rules.rater(new.client_id, new.rated_by, goal.client_id, case.client_ids)
    rated_at = moments.moment(new.rated_at, case.referred_at, now, "rated_at")
    rules.may_be_rated(goal.status, goal.ended_at, rated_at)
    await sessions.check(session, case_id, new.appointment_id)
    rating = Rating(
        rating_id=rating_id or uuid4(),
        clinic_id=case.clinic_id,
        goal_id=goal_id,
        case_id=case_id,
        client_id=client_id,
        value=new.value,
        rated_by=new.rated_by,
        rated_at=rated_at,
        appointment_id=new.appointment_id,
        entered_at=now,
        entered_by=actor.id,
    )
    session.add(rating)
    await session.flush()
    await _keep_version(session, actor, rating, None, now)
    await audit.record(session, actor, "goal_rated", case_id)
    await outbox.publish(session, _rated(goal, rating, now))
    return rating


def _rated(goal: Goal, rating: Rating, now: datetime) -> Event:
    if goal.method is GoalMethod.GAS:
        return AttainmentRated(occurred_at=now, level=rating.value, **rating.model_dump())
    return GoalRated(occurred_at=now, **rating.model_dump())


async def amend_rating(
    session: AsyncSession, actor: Actor, rating_id: UUID, change: RatingAmend, now: datetime
) -> Rating:
    """What holds instead of what was entered; that stays as a version. The same changes nothing.

    Also in a case that was closed since: a wrong number must not stand for ever. Conflict when the
    rating was voided, or, with both versions, when somebody else was faster.
    """
    rating, goal, case = await _to_correct(session, actor, rating_id)
    rules.may_be_amended(rating.voided)
    life.seen(change.version, rating.version)
    holds = _instead(rating, goal, case, change, now)
    if all(getattr(rating, name) == value for name, value in holds.items()):
        return rating
    for name, value in holds.items():
        setattr(rating, name, value)
    rating.version += 1
    await session.flush()
    await _keep_version(session, actor, rating, change.reason, now)
    await audit.record(session, actor, "rating_amended", case.case_id, change.reason)
    amended = RatingAmended(occurred_at=now, reason=change.reason, **rating.model_dump())
    await outbox.publish(session, amended)
    return rating


def _instead(
    rating: Rating, goal: Goal, case: CaseCopy, change: RatingAmend, now: datetime
) -> dict[str, Any]:
    """What holds once a change is made: what is given, else what was there."""
    rules.on_scale(goal.method, change.value)
    rated_by = change.rated_by or rating.rated_by
    named = "client_id" in change.model_fields_set
    whose = change.client_id if named else rating.client_id
    rated_at = rating.rated_at
    if change.rated_at is not None:
        rated_at = moments.moment(change.rated_at, case.referred_at, now, "rated_at")
        moments.before_closing(rated_at, case.closed_at, "rated_at")
        rules.may_be_rated(goal.status, goal.ended_at, rated_at)
    return {
        "value": change.value,
        "rated_by": rated_by,
        "client_id": rules.rater(whose, rated_by, goal.client_id, case.client_ids),
        "rated_at": rated_at,
    }


async def void_rating(
    session: AsyncSession, actor: Actor, rating_id: UUID, void: RatingVoid, now: datetime
) -> Rating:
    """A rating does not count any more, and stays to be seen. The same again changes nothing."""
    rating, _, case = await _to_correct(session, actor, rating_id)
    if is_voided_again("rating", rating.void_reason, void.reason):
        return rating
    rating.voided_at, rating.voided_by, rating.void_reason = now, actor.id, void.reason
    await session.flush()
    await audit.record(session, actor, "rating_voided", case.case_id, void.reason)
    await outbox.publish(
        session, RatingVoided(occurred_at=now, reason=void.reason, **rating.model_dump())
    )
    return rating


async def _to_correct(
    session: AsyncSession, actor: Actor, rating_id: UUID
) -> tuple[Rating, Goal, CaseCopy]:
    case_id = await ratings.case_of_rating(session, actor, rating_id)
    case = await case_to_correct(session, actor, case_id)
    rating = await ratings.rating(session, rating_id)
    return rating, await goals.goal(session, rating.goal_id), case


async def _keep_version(
    session: AsyncSession,
    actor: Actor,
    rating: Rating,
    reason: CorrectionReason | None,
    now: datetime,
) -> None:
    held = rating.model_dump(include=VERSIONED)
    session.add(RatingVersion(**held, reason=reason, entered_at=now, entered_by=actor.id))
    await session.flush()
