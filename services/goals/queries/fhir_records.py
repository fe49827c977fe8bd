"""What a FHIR resource is made from, read from the tables: records as domain.fhir takes them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain.fhir.records import AnswerRecord, GoalRecord, RatingRecord
from services.goals.domain.goals import achievement_status, lifecycle_status
from services.goals.models.answers import Response
from services.goals.models.goals import Goal, GoalAct
from services.goals.models.ratings import Rating
from services.goals.queries import cases
from shared.clock import wall_time
from shared.events.measures import Change, Direction, change_between
from shared.events.words import GoalMethod, RatedBy


async def goal_records(
    session: AsyncSession, goals: Sequence[Goal], now: datetime
) -> list[GoalRecord]:
    """Goals of one case with their statuses; days are days of the clinic's calendar."""
    if not goals:
        return []
    clinic_id = goals[0].clinic_id
    zone = await cases.zone(session, clinic_id, now)
    changed = await _last_acts(session, goals)
    moves = await _movements(session, goals)
    return [
        GoalRecord(
            goal_id=goal.goal_id,
            case_id=goal.case_id,
            client_id=goal.client_id,
            lifecycle=lifecycle_status(goal.status),
            achievement=achievement_status(goal.status, moves.get(goal.goal_id)),
            kind=goal.kind,
            title=goal.title,
            description=goal.description,
            method=goal.method,
            levels=tuple(goal.levels or ()),
            target=goal.target,
            starts_on=goal.starts_on or wall_time(goal.set_at, zone).date(),
            status_on=wall_time(changed.get(goal.goal_id, goal.set_at), zone).date(),
        )
        for goal in goals
    ]


async def _last_acts(session: AsyncSession, goals: Sequence[Goal]) -> dict[UUID, datetime]:
    ids = [goal.goal_id for goal in goals]
    asked = select(GoalAct.goal_id, func.max(col(GoalAct.at))).where(col(GoalAct.goal_id).in_(ids))
    found = await session.execute(asked.group_by(col(GoalAct.goal_id)))
    return {row[0]: row[1] for row in found}


async def _movements(session: AsyncSession, goals: Sequence[Goal]) -> dict[UUID, Change]:
    """What the latest rating says against the first, where one person's goal is rated 0 to 10.

    Goal attainment scaling has no published reliable change; the members of a shared goal may move
    in different directions.
    """
    own = {g.goal_id: g for g in goals if g.method is GoalMethod.GBO and g.client_id is not None}
    asked = select(Rating).where(col(Rating.goal_id).in_(own), col(Rating.voided_at).is_(None))
    # Of ratings of one moment the one that came first is the earlier: as in every chart.
    sort = (col(Rating.rated_at), col(Rating.entered_at), col(Rating.rating_id))
    rows = (await session.scalars(asked.order_by(*sort))).all()
    told = {row.goal_id for row in rows if row.rated_by is RatedBy.CLIENT}
    values: dict[UUID, list[int]] = {}
    for row in rows:  # where the client rates, it is the client's word that moves the goal
        if row.rated_by is RatedBy.CLIENT or row.goal_id not in told:
            values.setdefault(row.goal_id, []).append(row.value)
    moves = {}
    for goal_id, line in values.items():
        if len(line) > 1:
            points, better = own[goal_id].reliable_change, Direction.HIGHER_IS_BETTER
            moves[goal_id] = change_between(line[0], line[-1], points, better)
    return moves


def answer_record(row: Response) -> AnswerRecord:
    """Answers as they hold now."""
    return AnswerRecord(
        response_id=row.response_id,
        case_id=row.case_id,
        client_id=row.client_id,
        measure=row.measure,
        version=row.version,
        items=row.items,
        total=row.total,
        usable=row.usable,
        answered_at=row.answered_at,
        entered_at=row.entered_at,
        by=row.by,
        amended=row.amendment > 1,
        voided=row.voided_at is not None,
    )


async def rating_records(session: AsyncSession, ratings: Sequence[Rating]) -> list[RatingRecord]:
    """Ratings as they hold now, each with what its goal is rated by and whose it is."""
    ids = {rating.goal_id for rating in ratings}
    found = await session.scalars(select(Goal).where(col(Goal.goal_id).in_(ids)))
    goals = {goal.goal_id: goal for goal in found}
    return [_rating_record(row, goals[row.goal_id]) for row in ratings]


def _rating_record(row: Rating, goal: Goal) -> RatingRecord:
    return RatingRecord(
        rating_id=row.rating_id,
        goal_id=row.goal_id,
        case_id=row.case_id,
        client_id=row.client_id,
        goal_for=goal.client_id,
        method=goal.method,
        value=row.value,
        rated_by=row.rated_by,
        rated_at=row.rated_at,
        entered_at=row.entered_at,
        entered_by=row.entered_by,
        amended=row.version > 1,
        voided=row.voided_at is not None,
    )
