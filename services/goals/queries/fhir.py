"""A case's goals, answers and ratings as FHIR resources: searches in pages, and single reads.

A search is for a case that the actor may read (`cases.case`); a single read asks by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain.fhir import goals as goals_as
from services.goals.domain.fhir import observations, questionnaires
from services.goals.domain.fhir.codes import Resource
from services.goals.models.answers import Response
from services.goals.models.cases import CaseCopy
from services.goals.models.goals import Goal
from services.goals.models.ratings import Rating
from services.goals.queries import answers
from services.goals.queries import goals as stored
from services.goals.queries.cases import theirs
from services.goals.queries.fhir_records import answer_record, goal_records, rating_records
from services.goals.queries.paging import page_of
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.measures import definition
from shared.pages import paged


After = tuple[datetime, UUID] | None
Placed = tuple[datetime, UUID, Resource]


@dataclass(frozen=True)
class Found:
    """One page of a search, how many there are on all pages, and where the next one begins."""

    resources: list[Resource]
    total: int
    following: str | None


async def goals(
    session: AsyncSession, case_id: UUID, limit: int, after: After, now: datetime
) -> Found:
    """A case's goals, oldest first."""
    rows = await stored.goals(session, case_id, limit, after)
    page, following = paged(rows, limit, lambda goal: (goal.set_at, goal.goal_id))
    made = [goals_as.goal(record) for record in await goal_records(session, page, now)]
    return Found(made, await _count(session, Goal, case_id), following)


async def responses(session: AsyncSession, case_id: UUID, limit: int, after: After) -> Found:
    """A case's answers to all measures, oldest first."""
    rows = await _responses(session, case_id, limit, after)
    page, following = paged(rows, limit, lambda row: (row.answered_at, row.response_id))
    total = await _count(session, Response, case_id)
    return Found([_response(row) for row in page], total, following)


async def observed(session: AsyncSession, case_id: UUID, limit: int, after: After) -> Found:
    """What a case's answers come to and where its goals stood, oldest first."""
    scores = await _responses(session, case_id, limit, after)
    asked = select(Rating).where(col(Rating.case_id) == case_id)
    sort = (col(Rating.rated_at), col(Rating.rating_id))
    ratings = await page_of(session, asked, sort, limit, after)
    # Each list has one row more than a page, so their union's first rows are all there.
    both = [*map(_scored, scores), *await _rated(session, ratings)]
    both.sort(key=lambda placed: placed[:2])
    page, following = paged(both, limit, lambda placed: placed[:2])
    total = await _count(session, Response, case_id) + await _count(session, Rating, case_id)
    return Found([resource for _, _, resource in page], total, following)


async def goal(
    session: AsyncSession, actor: Actor, goal_id: UUID, now: datetime
) -> tuple[UUID, Resource]:
    """The case of one goal, and the goal. NotFound when there is none that the actor may read."""
    case_id = await stored.case_of_goal(session, actor, goal_id)
    row = await stored.goal(session, goal_id)
    (record,) = await goal_records(session, [row], now)
    return case_id, goals_as.goal(record)


async def response(session: AsyncSession, actor: Actor, response_id: UUID) -> tuple[UUID, Resource]:
    """The case of one set of answers, and the answers. NotFound when the actor may read none."""
    case_id = await answers.case_of_response(session, actor, response_id)
    return case_id, _response(await answers.response(session, response_id))


async def observation(session: AsyncSession, actor: Actor, which: UUID) -> tuple[UUID, Resource]:
    """The case of one score or rating, and it. NotFound when the actor may read none."""
    answer = await _answer(session, actor, which)
    if answer is not None:
        return answer.case_id, _scored(answer)[2]
    mine = select(Rating).join(CaseCopy, col(CaseCopy.case_id) == col(Rating.case_id))
    row = await session.scalar(mine.where(col(Rating.rating_id) == which, *theirs(actor)))
    if row is None:
        raise NotFound()
    ((_, _, resource),) = await _rated(session, [row])
    return row.case_id, resource


async def _answer(session: AsyncSession, actor: Actor, response_id: UUID) -> Response | None:
    mine = select(Response).join(CaseCopy, col(CaseCopy.case_id) == col(Response.case_id))
    asked = mine.where(col(Response.response_id) == response_id, *theirs(actor))
    return await session.scalar(asked)


async def _responses(
    session: AsyncSession, case_id: UUID, limit: int, after: After
) -> Sequence[Response]:
    asked = select(Response).where(col(Response.case_id) == case_id)
    sort = (col(Response.answered_at), col(Response.response_id))
    return await page_of(session, asked, sort, limit, after)


async def _count(
    session: AsyncSession, table: type[Goal | Response | Rating], case_id: UUID
) -> int:
    asked = select(func.count()).select_from(table).where(col(table.case_id) == case_id)
    return await session.scalar(asked) or 0


def _response(row: Response) -> Resource:
    return questionnaires.response(answer_record(row), definition(row.measure, row.version))


def _scored(row: Response) -> Placed:
    made = observations.score(answer_record(row), definition(row.measure, row.version))
    return row.answered_at, row.response_id, made


async def _rated(session: AsyncSession, rows: Sequence[Rating]) -> list[Placed]:
    records = await rating_records(session, rows)
    return [(r.rated_at, r.rating_id, observations.rating(r)) for r in records]
