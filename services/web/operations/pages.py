"""The operations addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.operations import home, parked
from services.web.shell.fronts import OPERATIONS
from services.web.visit import Visit, visiting


router = APIRouter(prefix="/operations", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(OPERATIONS))]


@router.get("")
async def streams(visit: Here) -> Response:
    """Streams."""
    return await home.streams(visit)


@router.post("/readers")
async def control(visit: Here) -> Response:
    """Pause or resume a reader."""
    return await home.control(visit)


@router.get("/parked")
async def all_parked(visit: Here) -> Response:
    """Parked events."""
    return await parked.parked(visit)


@router.post("/parked/{service}/{parked_id}")
async def redrive(visit: Here, service: str, parked_id: UUID) -> Response:
    """Preview or redrive a parked event."""
    return await parked.redrive(visit, service, str(parked_id))
