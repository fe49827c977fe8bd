"""Flags: which there are, why, and what was done about them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.progress import queries
from services.progress.api.callers import Clinical
from services.progress.commands import flags as commands
from services.progress.commands.acts import By
from services.progress.commands.undoing import last_act
from services.progress.models.flags import (
    Acknowledge,
    Action,
    Assign,
    Close,
    FlagRead,
    Reopen,
    Review,
)
from services.progress.models.shapes import FlagAnswer, FlagCounts, FlagPage, FlagWhole
from shared import audit
from shared.app import Limit, Now, Route, Session
from shared.errors import Invalid
from shared.events.words import FlagState


router = APIRouter(route_class=Route, tags=["progress"])


@router.get("/flags")
async def flags(
    session: Session,
    actor: Clinical,
    now: Now,
    clinic_id: UUID | None = None,
    case_id: UUID | None = None,
    clinician_id: UUID | None = None,
    whose: UUID | None = None,
    state: Literal["open"] | FlagState | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> FlagPage:
    """Flags of a clinic, a case or a caseload, the oldest first.

    `state=open` leaves out what is done with; `whose` are those that a person has to see to: of
    their own cases, and those that were given to them.
    """
    about = {"clinic_id": clinic_id, "case_id": case_id, "clinician_id": clinician_id}
    about |= {"whose": whose}
    if not any(about.values()):
        raise Invalid.of("clinic_id", "name a clinic or a case")
    states = queries.OPEN if state == "open" else (state,) if state else ()
    current = await queries.fresh(session, now)
    found, following = await queries.flags(session, actor, about, states, limit, after)
    unread = await queries.unreadable_cases(session, actor, about)
    more = {"next": following, "unreadable_cases": unread}
    return FlagPage(**found._asdict(), **more, **dict(current))


@router.get("/flags/counts")
async def counts(
    session: Session,
    actor: Clinical,
    now: Now,
    clinic_id: UUID | None = None,
    whose: UUID | None = None,
) -> FlagCounts:
    """How many flags wait in a clinic, or for a person, without the flags themselves."""
    about = {"clinic_id": clinic_id, "whose": whose}
    if not any(about.values()):
        raise Invalid.of("clinic_id", "name a clinic or a person")
    current = await queries.fresh(session, now)
    found = await queries.how_many_open(session, actor, about)
    return FlagCounts(open=found, **dict(current))


@router.get("/flags/{flag_id}")
async def flag(flag_id: UUID, session: Session, actor: Clinical, now: Now) -> FlagWhole:
    """One flag: why, what was done about it, who has been told, what it rests on."""
    current = await queries.fresh(session, now)
    found = await queries.detail(session, actor, flag_id)
    await audit.record(session, actor, "flag_read", flag_id)
    return FlagWhole(**dict(found), **dict(current))


async def _by(request: Request, actor: Clinical, now: Now) -> By:
    return By(actor, now, request.app.state.settings.partitions)


Acting = Annotated[By, Depends(_by)]


async def _answer(session: Session, by: By, found: FlagRead) -> FlagAnswer:
    current = await queries.fresh(session, by.now)
    last = await last_act(session, found.flag_id)
    return FlagAnswer(**dict(found), **dict(current), last_act=last.act_id if last else None)


@router.post("/flags/{flag_id}/acknowledge")
async def acknowledge(flag_id: UUID, said: Acknowledge, session: Session, by: Acting) -> FlagAnswer:
    """Say that a flag was seen. 409, naming the first person, when somebody else did."""
    found = await commands.acknowledge(session, by, flag_id, said.note)
    return await _answer(session, by, found)


@router.post("/flags/{flag_id}/review")
async def review(flag_id: UUID, said: Review, session: Session, by: Acting) -> FlagAnswer:
    """Look into a flag that was acknowledged."""
    found = await commands.review(session, by, flag_id, said.note)
    return await _answer(session, by, found)


@router.post("/flags/{flag_id}/assign")
async def assign(flag_id: UUID, said: Assign, session: Session, by: Acting) -> FlagAnswer:
    """Take a flag, or hand it over. 409 when it `undoes` what is not one's own last act."""
    found = await commands.assign(session, by, flag_id, said.to, said.undoes)
    return await _answer(session, by, found)


@router.post("/flags/{flag_id}/action")
async def action(flag_id: UUID, said: Action, session: Session, by: Acting) -> FlagAnswer:
    """Say what was done about a flag."""
    found = await commands.act(session, by, flag_id, said.action, said.note)
    return await _answer(session, by, found)


@router.post("/flags/{flag_id}/close")
async def close(flag_id: UUID, said: Close, session: Session, by: Acting) -> FlagAnswer:
    """Say that a flag is done with; a safety flag needs a clinician, and a reason in words."""
    found = await commands.close(session, by, flag_id, said.reason, said.note)
    return await _answer(session, by, found)


@router.post("/flags/{flag_id}/reopen")
async def reopen(flag_id: UUID, said: Reopen, session: Session, by: Acting) -> FlagAnswer:
    """Say that a closed flag was not done with after all.

    409 when it `undoes` what is not one's own last act.
    """
    found = await commands.reopen(session, by, flag_id, said.reason, said.undoes)
    return await _answer(session, by, found)
