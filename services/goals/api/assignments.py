"""Measures given in a rhythm, and their links, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.commands import assignments as commands
from services.goals.commands import links
from services.goals.domain.assignments import Windows
from services.goals.models.assignments import Assignment, AssignmentCreate, AssignmentRead
from services.goals.models.links import Link, LinkOpened, LinkRead
from services.goals.opener import windows_of
from services.goals.queries import assignments as queries
from services.goals.queries import cases
from services.goals.queries import links as link_queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.keyring import Keyring, reader_of_request
from shared.pages import paged


class Unkept(Route):
    """A route whose answer holds an address: nothing of it may stay anywhere."""

    keeps = False


router = APIRouter(route_class=Route)
once = APIRouter(route_class=Unkept)


async def _windows(request: Request) -> Windows:
    return windows_of(request.app.state.settings)


Times = Annotated[Windows, Depends(_windows)]


@router.post("/assignments", response_model=AssignmentRead, status_code=201)
async def assign(
    new: AssignmentCreate, session: Session, actor: Clinician, now: Now
) -> AssignmentRead:
    """Give a client a measure in a rhythm: once, each_session, every_weeks or start_and_end."""
    return _read(await commands.assign(session, actor, new, now), None, now)


@router.get("/assignments", response_model=Page[AssignmentRead])
async def assignments(
    case_id: UUID,
    session: Session,
    actor: Reader,
    now: Now,
    limit: Limit = 50,
    after: str | None = None,
) -> dict[str, object]:
    """What the clients of a case are and were given, oldest first, each with its newest link."""
    case = await cases.case(session, actor, case_id)
    await audit.record(session, actor, "assignments_read", case.case_id)
    rows = await queries.assignments(session, case_id, limit, after_of(after))
    page, following = paged(rows, limit, lambda one: (one.assigned_at, one.assignment_id))
    newest = await link_queries.newest(session, [one.assignment_id for one in page])
    items = [_read(one, newest.get(one.assignment_id), now) for one in page]
    return {"items": items, "next": following}


@router.post("/assignments/{assignment_id}/end", response_model=AssignmentRead)
async def end(assignment_id: UUID, session: Session, actor: Clinician, now: Now) -> AssignmentRead:
    """Give it no longer; a link that is open can still be answered."""
    given = await commands.end(session, actor, assignment_id, now)
    newest = await link_queries.newest(session, [assignment_id])
    return _read(given, newest.get(assignment_id), now)


@once.post("/assignments/{assignment_id}/links", response_model=LinkOpened, status_code=201)
async def open_link(
    assignment_id: UUID,
    session: Session,
    actor: Clinician,
    keyring: Annotated[Keyring, Depends(reader_of_request)],
    times: Times,
    now: Now,
) -> LinkOpened:
    """Open a link to hand over. Its address is told in this answer and never again."""
    return await links.open_by_hand(session, actor, keyring, assignment_id, times, now)


@router.post("/links/{link_id}/withdraw", response_model=LinkRead)
async def withdraw(link_id: UUID, session: Session, actor: Clinician, now: Now) -> LinkRead:
    """Nobody answers on it any more."""
    return LinkRead.at(await links.withdraw(session, actor, link_id, now), now)


def _read(given: Assignment, link: Link | None, now: Now) -> AssignmentRead:
    shown = given.model_dump(include=set(AssignmentRead.model_fields))
    return AssignmentRead(**shown, link=LinkRead.at(link, now) if link else None)
