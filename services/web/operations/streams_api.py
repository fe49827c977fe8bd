"""`GET /api/operations/v1/streams`: the Streams page as JSON, for the operations role."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.web.clients import Caller
from services.web.operations.streams import look
from services.web.session import COOKIE, person
from shared import problems
from shared.errors import Forbidden, ServiceError
from shared.events.words import Role


router = APIRouter(include_in_schema=False)


@router.get("/api/operations/v1/streams")
async def streams(request: Request) -> Response:
    """Every reader's lag, also of a dead one, and every publisher's outbox."""
    header = request.headers.get("authorization")
    if header is None and COOKIE in request.cookies:
        header = f"Bearer {(await person(request)).token}"
    try:
        body = await _body(request, header)
    except ServiceError as error:
        return problems.problem(error)
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


async def _body(request: Request, header: str | None) -> dict[str, Any]:
    state = request.app.state
    actor = await state.authenticator.actor(header)
    if not actor.is_any(Role.OPERATIONS):
        raise Forbidden()
    token = (header or "").partition(" ")[2]
    seen = await look(Caller(state.services, token), state.log_ends, state.streams_known)
    return seen.as_json()
