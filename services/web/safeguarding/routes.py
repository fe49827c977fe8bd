"""What every front end has of safeguarding: raising a concern, and the page of one's own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.safeguarding import concern, raising
from services.web.shell.fronts import Front
from services.web.visit import Visit, visiting


def concerns(front: Front, cases: str) -> APIRouter:
    """The addresses within a front end whose cases stand under `cases`."""
    router = APIRouter()
    here = Annotated[Visit, Depends(visiting(front))]

    @router.get(f"{cases}/{{case_id}}/concern")
    async def form(visit: here, case_id: UUID) -> Response:
        """Raise a concern."""
        return await raising.concern_form(visit, str(case_id))

    @router.post(f"{cases}/{{case_id}}/concern")
    async def raise_(visit: here, case_id: UUID) -> Response:
        """Pass a concern on."""
        return await raising.raise_concern(visit, str(case_id))

    @router.get("/concerns/{concern_id}")
    async def one(visit: here, concern_id: UUID) -> Response:
        """One concern."""
        return await concern.concern_page(visit, str(concern_id))

    @router.post("/concerns/{concern_id}/{act}")
    async def act(visit: here, concern_id: UUID, act: str) -> Response:
        """Acknowledge, refer, tell, name or close."""
        return await concern.act(visit, str(concern_id), act)

    return router
