"""Answers to measures over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.api.packs import known
from services.goals.commands import answers as commands
from services.goals.models.answers import ResponseCreate, ResponseRead
from services.goals.queries import answers as queries
from services.goals.queries import cases, shown
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.pages import paged


router = APIRouter(route_class=Route)


@router.post("/measures/{code}/responses", response_model=ResponseRead, status_code=201)
async def complete_measure(
    code: str, new: ResponseCreate, session: Session, actor: Clinician, now: Now
) -> ResponseRead:
    """Take down a client's answers: items, a total in points where that is enough, or both."""
    return shown.response(await commands.complete_measure(session, actor, code, new, now))


@router.get("/measures/{code}/responses", response_model=Page[ResponseRead])
async def responses(
    code: str,
    case_id: UUID,
    session: Session,
    actor: Reader,
    limit: Limit = 50,
    after: str | None = None,
) -> dict[str, object]:
    """A case's answers to one measure, oldest first."""
    measure = known(code)
    case = await cases.case(session, actor, case_id)
    await audit.record(session, actor, "responses_read", case.case_id)
    rows = await queries.responses(session, case_id, measure.code, limit, after_of(after))
    items, following = paged(rows, limit, lambda answer: (answer.answered_at, answer.response_id))
    return {"items": [shown.response(one) for one in items], "next": following}
