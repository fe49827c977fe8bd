"""A clinic's figures, for its leads: each with its rule, and the cases behind it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.progress import queries
from services.progress.api.callers import Lead
from services.progress.models.figures import FigureCases, FiguresRead
from shared import audit
from shared.app import Limit, Now, Route, Session


router = APIRouter(route_class=Route, tags=["progress"])

MonthName = Annotated[str, Query(pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$")]


@router.get("/figures")
async def figures(
    session: Session,
    actor: Lead,
    now: Now,
    clinic_id: UUID,
    month: MonthName,
    suppressed: bool = False,
) -> FiguresRead:
    """A clinic's month. `suppressed` rounds every count to the nearest five."""
    return await queries.figures(session, actor, clinic_id, month, suppressed, now)


@router.get("/figures/cases")
async def behind(
    session: Session,
    actor: Lead,
    now: Now,
    clinic_id: UUID,
    month: MonthName,
    figure: str,
    limit: Limit = 50,
    after: str | None = None,
) -> FigureCases:
    """The cases behind a figure: a figure's code, or "resilience.stalled" for goals of a kind."""
    current = await queries.fresh(session, now)
    found = await queries.behind(session, actor, clinic_id, month, figure, now, limit, after)
    await audit.record(session, actor, "figure_cases_read", clinic_id)
    return FigureCases(
        items=found.items, next=found.following, unreadable=found.unreadable, **dict(current)
    )
