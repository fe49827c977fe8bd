"""What the front ends that may end a case have of it: the question, and the act."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.closing import acting
from services.web.shell.fronts import Front
from services.web.visit import Visit, visiting


def endings(front: Front, cases: str) -> APIRouter:
    """The addresses within a front end whose cases stand under `cases`."""
    router = APIRouter()
    here = Annotated[Visit, Depends(visiting(front))]

    @router.get(f"{cases}/{{case_id}}/end")
    async def question(visit: here, case_id: UUID) -> Response:
        """The question before a case is closed."""
        return await acting.end_form(visit, str(case_id))

    @router.post(f"{cases}/{{case_id}}/end")
    async def end(visit: here, case_id: UUID) -> Response:
        """Close a case."""
        return await acting.end(visit, str(case_id))

    return router
