"""The operations addresses."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.operations import home, parked, rebuilds, skipping
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


@router.get("/parked/{service}/{parked_id}/skip")
async def skip_form(visit: Here, service: str, parked_id: UUID) -> Response:
    """What skipping an event for good means."""
    return await skipping.skip_form(visit, service, str(parked_id))


@router.post("/parked/{service}/{parked_id}/skip")
async def skip(visit: Here, service: str, parked_id: UUID) -> Response:
    """Preview it, or ask for it."""
    return await skipping.ask(visit, service, str(parked_id))


@router.post("/parked/{service}/{parked_id}/skip/confirm")
async def confirm_skip(visit: Here, service: str, parked_id: UUID) -> Response:
    """Confirm what somebody else asked for."""
    return await skipping.confirm(visit, service, str(parked_id))


@router.post("/parked/{service}/{parked_id}/skip/withdraw")
async def withdraw_skip(visit: Here, service: str, parked_id: UUID) -> Response:
    """Take an ask back, or turn somebody else's down."""
    return await skipping.withdraw(visit, service, str(parked_id))


@router.get("/rebuilds")
async def all_rebuilds(visit: Here) -> Response:
    """Rebuilds and incidents."""
    return await rebuilds.rebuilds(visit)


@router.post("/rebuilds")
async def start_rebuild(visit: Here) -> Response:
    """Begin a rebuild."""
    return await rebuilds.ask(visit)


@router.get("/rebuilds/{number}")
async def one_rebuild(visit: Here, number: int) -> Response:
    """One rebuild."""
    return await rebuilds.rebuild(visit, number)


@router.post("/rebuilds/{number}/{act}")
async def switch(visit: Here, number: int, act: Literal["switch", "switch-back"]) -> Response:
    """Switch to a rebuilt version, or back."""
    return await rebuilds.turn(visit, number, act)


@router.post("/repairs")
async def repair_typed(visit: Here) -> Response:
    """Fold one case anew whose id is typed."""
    return await rebuilds.repair_typed(visit)


@router.post("/cases/{case_id}/repair")
async def repair(visit: Here, case_id: UUID) -> Response:
    """Fold one case anew."""
    return await rebuilds.repair(visit, str(case_id))


@router.get("/runbook")
async def runbook(visit: Here) -> Response:
    """When something broke."""
    return await rebuilds.runbook(visit)
