"""A case's scores as a file, asked for in the person's own name."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.shell.fronts import CLINICIAN
from services.web.visit import Visit, visiting


router = APIRouter(include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(CLINICIAN))]
HEADERS = {
    # Downloads lie about in folders: the name says neither whose they are nor where they come from.
    "Content-Disposition": 'attachment; filename="scores.csv"',
    "Cache-Control": "no-store",
}


@router.get("/cases/{case_id}/scores.csv")
async def scores(visit: Here, case_id: UUID) -> Response:
    """Every rating and score of a case; the goals service decides who may read it."""
    table = await visit.api.file("goals", f"/v1/cases/{case_id}/scores.csv")
    return Response(table, headers=HEADERS, media_type="text/csv; charset=utf-8")
