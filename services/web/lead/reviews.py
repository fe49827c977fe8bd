"""The lead's addresses for reviews: supervision, outcomes, waits; and what rules flags."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.lead import calendar, outcomes, rules, supervision, waits
from services.web.shell.fronts import LEAD
from services.web.visit import Visit, visiting


router = APIRouter()
Here = Annotated[Visit, Depends(visiting(LEAD))]


@router.get("/supervision")
async def to_discuss(visit: Here) -> Response:
    """What to discuss with each clinician."""
    return await supervision.supervision(visit)


@router.post("/supervision/{flag_id}")
async def discuss(visit: Here, flag_id: UUID) -> Response:
    """Record that a flag was discussed."""
    return await supervision.discuss(visit, str(flag_id))


@router.get("/outcomes")
async def figures(visit: Here) -> Response:
    """A month's figures."""
    return await outcomes.outcomes(visit)


@router.get("/outcomes.csv")
async def download(visit: Here) -> Response:
    """A month's figures as a file."""
    return await outcomes.download(visit)


@router.get("/outcomes/cases")
async def behind(visit: Here) -> Response:
    """The cases behind a figure."""
    return await outcomes.behind(visit)


@router.get("/waits")
async def who_waits(visit: Here) -> Response:
    """Who waits, and how long."""
    return await waits.waits(visit)


@router.get("/rules")
async def flag_rules(visit: Here) -> Response:
    """What raises a flag here."""
    return await rules.rules(visit)


@router.post("/rules")
async def change_rules(visit: Here) -> Response:
    """Try other numbers, or switch them on."""
    return await rules.change(visit)


@router.get("/calendar")
async def clinic_calendar(visit: Here) -> Response:
    """When the clinic works."""
    return await calendar.calendar(visit)


@router.post("/calendar")
async def change_calendar(visit: Here) -> Response:
    """The next version of the calendar."""
    return await calendar.change(visit)
