"""The clinical lead's addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.clinician import case
from services.web.lead import board, caseloads, settings
from services.web.search import found
from services.web.shell.fronts import LEAD
from services.web.visit import Visit, visiting


router = APIRouter(prefix="/lead", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(LEAD))]


@router.get("")
async def flag_board(visit: Here) -> Response:
    """The flag board."""
    return await board.board(visit)


@router.post("/search")
async def search(visit: Here) -> Response:
    """Find a client or case number."""
    return await found(visit, "/lead/cases/")


@router.post("/flags/{flag_id}/acknowledge")
async def acknowledge(visit: Here, flag_id: UUID) -> Response:
    """Take a flag."""
    return await board.acknowledge(visit, str(flag_id))


@router.get("/caseloads")
async def all_caseloads(visit: Here) -> Response:
    """Caseloads."""
    return await caseloads.caseloads(visit)


@router.get("/caseloads/{staff_id}")
async def one_caseload(visit: Here, staff_id: UUID) -> Response:
    """One clinician's cases."""
    return await caseloads.caseload(visit, str(staff_id))


@router.get("/cases/{case_id}")
async def case_page(visit: Here, case_id: UUID) -> Response:
    """One case, to read."""
    return await case.case_page(visit, str(case_id))


@router.get("/settings")
async def clinic_settings(visit: Here) -> Response:
    """The clinic's settings."""
    return await settings.settings(visit)


@router.post("/settings")
async def change_settings(visit: Here) -> Response:
    """The next version of the settings."""
    return await settings.change(visit)
