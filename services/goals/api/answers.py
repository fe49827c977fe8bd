"""Answers to measures over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.api.packs import known
from services.goals.commands import answers as commands
from services.goals.commands import corrections
from services.goals.models.answers import (
    ResponseAmend,
    ResponseCreate,
    ResponseRead,
    ResponseVoid,
    ResponseWhole,
)
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


@router.get("/responses/{response_id}", response_model=ResponseWhole)
async def response(response_id: UUID, session: Session, actor: Reader) -> ResponseWhole:
    """Answers with their score, and everything that they said before they were amended."""
    case_id = await queries.case_of_response(session, actor, response_id)
    await audit.record(session, actor, "response_read", case_id)
    found = await queries.response(session, response_id)
    return shown.whole(found, await queries.replaced(session, response_id))


@router.post("/responses/{response_id}/amend", response_model=ResponseRead)
async def amend(
    response_id: UUID, new: ResponseAmend, session: Session, actor: Clinician, now: Now
) -> ResponseRead:
    """Let other answers, or another time, hold instead. `version` is the amendment last seen."""
    return shown.response(await corrections.amend(session, actor, response_id, new, now))


@router.post("/responses/{response_id}/void", response_model=ResponseRead)
async def void(
    response_id: UUID, given: ResponseVoid, session: Session, actor: Clinician, now: Now
) -> ResponseRead:
    """Let answers count no more; they stay in the history."""
    return shown.response(await corrections.void(session, actor, response_id, given, now))
