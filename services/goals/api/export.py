"""A case's scores as a file for a spreadsheet."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.goals.api.callers import Reader
from services.goals.domain.export import written
from services.goals.queries import cases
from services.goals.queries import export as queries
from shared import audit
from shared.app import Now, Route, Session


router = APIRouter(route_class=Route)
HEADERS = {
    # Downloads lie about in folders and mails: the file's name says of nobody that they come here.
    "Content-Disposition": 'attachment; filename="scores.csv"',
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@router.get(
    "/cases/{case_id}/scores.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "The table"}},
)
async def scores(case_id: UUID, session: Session, actor: Reader, now: Now) -> Response:
    """Every rating and score of a case as CSV (RFC 4180, UTF-8 with a byte order mark).

    Columns: date and time in the clinic's zone, client (an id), goal or measure, what, a goal's
    value, a measure's points, band, who gave it, whether it was amended or voided. A text that a
    spreadsheet would take for a formula begins with an apostrophe.
    """
    case = await cases.case(session, actor, case_id)
    await audit.record(session, actor, "scores_exported", case.case_id)
    table = [queries.HEADER, *await queries.rows(session, case, now)]
    return Response(written(table), headers=HEADERS, media_type="text/csv; charset=utf-8")
