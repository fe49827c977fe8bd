"""What operators see and may ask for in every service: its streams, and that a reader pauses."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.app import In, Out, Route, Session, Words
from shared.auth import Actor, require
from shared.errors import NotFound, overtaken
from shared.events.words import Role


router = APIRouter(route_class=Route, tags=["operations"])
Operator = Annotated[Actor, Depends(require(Role.OPERATIONS))]

OFTEN = 4  # starts within ten minutes: who dies every few seconds does not run, whatever it says

# A name that ends in a version's number is no reader's: a rebuild keeps its places under it.
_READERS = text("""
    select places.consumer, places.topic,
        case when paused is not null then 'paused'
            when beat_at < now() - interval '5 seconds' or beat_at is null then 'down'
            when starts_lately >= :often and last_start > now() - interval '2 minutes'
                then 'restarting' else 'running' end as state,
        coalesce(paused, case when beat_at > now() - interval '5 seconds' then running_since
            else beat_at end) as since,
        current_to, coalesce(starts_lately, 0) as starts_lately,
        (select count(*) from parked where parked.consumer = places.consumer
            and parked.topic = places.topic and parked.state = 'blocking') as set_aside,
        (select count(*) from parked where parked.consumer = places.consumer
            and parked.topic = places.topic and parked.state = 'waiting') as waiting_behind
    from (select consumer, topic, max(paused_since) as paused from consumed
        where consumer !~ '_v[0-9]+$' group by 1, 2) as places
        left join reading using (consumer, topic)
        left join lateral (
            select count(*) as starts_lately, max(at) as last_start from unnest(starts) as at
            where at > now() - interval '10 minutes') as begun on true
    order by 1, 2
""")
_RELAY = text("""
    select count(*) as unsent,
        coalesce(extract(epoch from now() - min(written_at)), 0)::float as oldest_unsent_seconds
    from outbox where batch is null
""")
_CONSUMERS = text("select 1 from consumed where consumer = :consumer limit 1")
_PAUSED = text("""
    select bool_and(paused_since is not null) as every_one,
        bool_or(paused_since is not null) as some
    from consumed where consumer = :consumer
""")
# One at a time may wish for a reader: whoever takes a wish back must see the one before.
_WISHING = text("select pg_advisory_xact_lock(7006, hashtext(:consumer))")
_LAST = text("""
    select wish_id, sub, at, act from wish
    where consumer = :consumer and act in ('pause', 'resume') order by number desc limit 1
""")
_WISH = text("""
    insert into wish (consumer, act, parked_id, dry_run, reason, sub, role, confirms)
    values (:consumer, :act, :parked_id, :dry_run, :reason, :sub, :role, :confirms)
    returning wish_id
""")


class ReaderState(Out):
    """One reader and topic, as this service's own database knows it.

    `starts_lately`: how many of its processes began within the last ten minutes. Four or more, the
    last one just now, are "restarting": something ends it again and again.
    """

    service: str
    consumer: str
    topic: str
    state: Literal["running", "restarting", "paused", "down"]
    since: datetime | None
    current_to: datetime | None
    starts_lately: int
    set_aside: int
    waiting_behind: int


class RelayState(Out):
    """What this service has published and the log does not have yet."""

    service: str
    topic: str
    unsent: int
    oldest_unsent_seconds: float


class Streams(Out):
    """This service's readers and its relay."""

    items: list[ReaderState]
    publishers: list[RelayState]


class Reason(In):
    """Why."""

    reason: Words


class Control(Reason):
    """Why; `undoes`: only if that wish, one's own, is the reader's last one; else 409."""

    undoes: UUID | None = None


class Wished(Out):
    """The worker carries it out within a second."""

    wish_id: UUID


class Controlled(Out):
    """The worker carries it out within a second; null where the reader stands or runs already."""

    wish_id: UUID | None


@router.get("/streams")
async def streams(request: Request, session: Session, actor: Operator) -> Streams:
    """Readers and relay, as this service's own database knows them."""
    service = request.app.state.service.name
    readers = (await session.execute(_READERS, {"often": OFTEN})).mappings()
    relay = (await session.execute(_RELAY)).mappings().one()
    return Streams(
        items=[ReaderState(service=service, **row) for row in readers],
        publishers=[RelayState(service=service, topic=service, **relay)],
    )


@router.post("/consumers/{consumer}/pause", status_code=202)
async def pause(consumer: str, new: Control, session: Session, actor: Operator) -> Controlled:
    """Let a reader stand still, also across restarts, until it is resumed.

    Nothing is done about one that is paused already: the first reason stands.
    """
    return await _wish_for(session, actor, consumer, "pause", new)


@router.post("/consumers/{consumer}/resume", status_code=202)
async def resume(consumer: str, new: Control, session: Session, actor: Operator) -> Controlled:
    """Let a paused reader go on from where it stands."""
    return await _wish_for(session, actor, consumer, "resume", new)


async def _wish_for(
    session: AsyncSession, actor: Actor, consumer: str, act: str, new: Control
) -> Controlled:
    about = {"consumer": consumer}
    if not (await session.execute(_CONSUMERS, about)).scalar():
        raise NotFound()
    await session.execute(_WISHING, about)
    last = (await session.execute(_LAST, about)).one_or_none()
    if new.undoes is not None:
        if last is None:
            raise overtaken(None, None)
        if (last.wish_id, last.sub) != (new.undoes, actor.sub) or last.act == act:
            raise overtaken(last.sub, last.at)
    elif (last.act if last else "resume") == act and await _stands_so(session, consumer, act):
        return Controlled(wish_id=None)
    made = await wish(session, actor, consumer=consumer, act=act, reason=new.reason)
    return Controlled(wish_id=made.wish_id)


async def _stands_so(session: AsyncSession, consumer: str, act: str) -> bool:
    """Whether all places of a reader are paused already, or none is."""
    row = (await session.execute(_PAUSED, {"consumer": consumer})).one()
    return bool(row.every_one if act == "pause" else not row.some)


async def wish(session: AsyncSession, actor: Actor, **asked: object) -> Wished:
    """Put the wish down, and who had it: the reason stays on the wish, the audit has the act."""
    row: dict[str, object] = {"parked_id": None, "dry_run": False, "confirms": None, **asked}
    said = {"sub": actor.sub, "role": ",".join(sorted(actor.roles))}
    wish_id = (await session.execute(_WISH, row | said)).scalar_one()
    await audit.record(session, actor, f"wish_{asked['act']}", wish_id)
    return Wished(wish_id=wish_id)
