"""A case's scores as the rows of a table, oldest first; what does not count says so."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.answers import Response
from services.goals.models.cases import CaseCopy
from services.goals.models.goals import Goal
from services.goals.models.ratings import Rating
from services.goals.queries import cases
from shared.clock import wall_time
from shared.events.measures import Measure, definition


Cell = str | int | None
Row = tuple[Cell, ...]

HEADER = (
    *("date", "time", "client", "kind", "what", "value", "points", "band"),
    *("given_by", "amended", "voided"),
)
NOT_USED = "not used: the sender's total is not that of the answers"


async def rows(session: AsyncSession, case: CaseCopy, now: datetime) -> list[Row]:
    """Every rating and score of a case: a goal's `value`, a measure's `points`.

    Dates are days of the clinic's calendar. A client is named by an id, never by name.
    """
    zone = await cases.zone(session, case.clinic_id, now)
    placed = [*await _ratings(session, case), *await _scores(session, case)]
    placed.sort(key=lambda one: one[0])
    return [(*_when(at, zone), *row) for at, row in placed]


def _when(at: datetime, zone: str) -> tuple[str, str]:
    local = wall_time(at, zone)
    return local.date().isoformat(), f"{local:%H:%M}"


async def _ratings(session: AsyncSession, case: CaseCopy) -> list[tuple[datetime, Row]]:
    asked = select(Goal, Rating).join(Rating, col(Rating.goal_id) == col(Goal.goal_id))
    asked = asked.order_by(col(Rating.entered_at), col(Rating.rating_id))  # of one moment
    found = await session.execute(asked.where(col(Goal.case_id) == case.case_id))
    return [(rating.rated_at, _rating(goal, rating)) for goal, rating in found.all()]


def _rating(goal: Goal, rating: Rating) -> Row:
    client = rating.client_id or goal.client_id
    return (
        str(client) if client else None,
        "goal",
        goal.title,
        rating.value,
        None,
        None,
        rating.rated_by,
        _yes(rating.version > 1),
        _yes(rating.voided_at is not None),
    )


async def _scores(session: AsyncSession, case: CaseCopy) -> list[tuple[datetime, Row]]:
    asked = select(Response).where(col(Response.case_id) == case.case_id)
    found: Sequence[Response] = (await session.scalars(asked)).all()
    return [(one.answered_at, row) for one in found for row in _score(one)]


def _score(answer: Response) -> Iterator[Row]:
    """One row; one for each item where there is no total, because each stands for itself."""
    measure = definition(answer.measure, answer.version)
    if measure.has_total:
        yield _measured(answer, measure.name, *_total(measure, answer))
        return
    counting = measure.counting(answer.items)
    for number, item in measure.item_of.items():
        points = counting.get(number)
        shown = None if points is None else str(points)
        yield _measured(answer, f"{measure.name}: {item.label}", shown, None)


def _total(measure: Measure, answer: Response) -> tuple[str | None, str]:
    if not answer.usable:
        return None, NOT_USED
    band = measure.band_of(answer.items, answer.total)
    return measure.words(answer.total), band.label


def _measured(answer: Response, what: str, points: str | None, band: str | None) -> Row:
    return (
        str(answer.client_id),
        "measure",
        what,
        None,
        points,
        band,
        answer.by,
        _yes(answer.amendment > 1),
        _yes(answer.voided_at is not None),
    )


def _yes(said: bool) -> str:
    return "yes" if said else "no"
