"""The safeguarding lead's addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from services.web.safeguarding import concern
from services.web.safeguarding.routes import concerns
from services.web.search import found
from services.web.shell.fronts import SAFEGUARDING
from services.web.visit import Visit, visiting


router = APIRouter(prefix="/safeguarding", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(SAFEGUARDING))]


@router.get("")
async def all_concerns(visit: Here) -> Response:
    """Open concerns first."""
    return await concern.concerns_page(visit)


@router.post("/search")
async def search(visit: Here) -> Response:
    """Find a client or case number."""
    return await found(visit, "/safeguarding/cases/")


@router.get("/cases/{case_id}")
async def case(visit: Here, case_id: UUID) -> Response:
    """Of a case this front end shows nothing but the form."""
    return RedirectResponse(f"/safeguarding/cases/{case_id}/concern", 303)


router.include_router(concerns(SAFEGUARDING, "/cases"))
