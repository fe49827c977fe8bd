"""Skipping an unreadable event for good: one of operations asks for it, a second one confirms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.app import In, Route, Session
from shared.aside import PLACE, Redrive
from shared.errors import Conflict, NotFound
from shared.operations import Operator, Wished, wish


router = APIRouter(route_class=Route, tags=["operations"])

# Whoever asks or confirms waits for the one before: an ask is confirmed once.
_ALONE = text("select pg_advisory_xact_lock(7006, hashtext(:parked_id))")
_ASKED = text("""
    select wish_id, sub, at from wish as asked
    where parked_id = :parked_id and act = 'ask_skip' and done_at is null
        and at > now() - interval '1 day'
        and not exists (select from wish where confirms = asked.wish_id)
    order by number desc limit 1
""")


GONE = "Nobody asks for that any more: it was confirmed or withdrawn, or a day has passed."


class Seen(In):
    """Which ask is answered: the one that was seen, with its reason."""

    wish_id: UUID


@router.post("/parked/{parked_id}/skip", status_code=202)
async def skip(parked_id: UUID, new: Redrive, session: Session, actor: Operator) -> Wished:
    """Ask that an event which blocks its case be left out for good; a second person confirms it.

    An ask holds for a day. With `dry_run` nobody has to confirm: it only says what would come.
    """
    reason = new.why
    item = await _blocking(session, parked_id)
    asked = await _asked(session, parked_id)
    if asked and not new.dry_run:
        raise _taken(asked, "It has been asked for already: somebody else has to confirm it.")
    act = "skip" if new.dry_run else "ask_skip"
    said = {"consumer": item["consumer"], "act": act, "reason": reason}
    return await wish(session, actor, parked_id=parked_id, dry_run=new.dry_run, **said)


@router.post("/parked/{parked_id}/skip/confirm", status_code=202)
async def confirm(parked_id: UUID, new: Seen, session: Session, actor: Operator) -> Wished:
    """Confirm what somebody else asked for; the worker then does it. 409 for the same person."""
    item = await _blocking(session, parked_id)
    asked = await _seen(session, parked_id, new)
    if asked["sub"] == actor.sub:
        raise _taken(asked, "You asked for it yourself: a second person has to confirm it.")
    said = {"consumer": item["consumer"], "act": "skip", "reason": "confirmed"}
    return await wish(session, actor, parked_id=parked_id, confirms=new.wish_id, **said)


@router.post("/parked/{parked_id}/skip/withdraw", status_code=202)
async def withdraw(parked_id: UUID, new: Seen, session: Session, actor: Operator) -> Wished:
    """End an ask that nobody has confirmed: who asked takes it back, anybody else turns it down."""
    item = await _blocking(session, parked_id)
    await _seen(session, parked_id, new)
    said = {"consumer": item["consumer"], "act": "withdraw_skip", "reason": "withdrawn"}
    return await wish(session, actor, parked_id=parked_id, confirms=new.wish_id, **said)


async def _seen(session: AsyncSession, parked_id: UUID, new: Seen) -> RowMapping:
    """The ask that was seen. Conflict when it is none any more."""
    asked = await _asked(session, parked_id)
    if asked is None or asked["wish_id"] != new.wish_id:
        raise Conflict(GONE)
    return asked


async def _blocking(session: AsyncSession, parked_id: UUID) -> RowMapping:
    """The item, which nobody else acts on meanwhile. Conflict unless it blocks its case."""
    await session.execute(_ALONE, {"parked_id": str(parked_id)})
    item = (await session.execute(PLACE, {"parked_id": parked_id})).mappings().one_or_none()
    if item is None:
        raise NotFound()
    if item["state"] != "blocking":
        raise Conflict("Only an event that blocks its case is skipped, and this one does not.")
    return item


async def _asked(session: AsyncSession, parked_id: UUID) -> RowMapping | None:
    found = await session.execute(_ASKED, {"parked_id": parked_id})
    return found.mappings().one_or_none()


def _taken(asked: RowMapping, words: str) -> Conflict:
    at: datetime = asked["at"]
    extra: dict[str, Any] = {"by": asked["sub"], "at": at.isoformat()}
    return Conflict(words, extra=extra)
