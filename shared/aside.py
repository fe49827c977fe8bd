"""What was set aside, for operators of every service: seen without its bytes, handed on again."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import text

from shared.app import In, Limit, Out, Page, Route, Session, Words, YesNo
from shared.errors import Conflict, Invalid, NotFound
from shared.operations import Operator, Wished, wish


router = APIRouter(route_class=Route, tags=["operations"])

_PARKED = """
    select parked_id, number, consumer, topic, partition, "offset", key, type, cause, state, since,
        outcome, case when state = 'blocking' then (
            select count(*) from parked as behind where behind.consumer = parked.consumer
            and behind.topic = parked.topic and behind.key = parked.key
            and behind.state = 'waiting') else 0 end as waiting,
        case when state in ('blocking', 'skipped') then (
            select json_build_object('wish_id', wish_id, 'by', sub, 'at', at, 'reason', reason,
                'confirmed_by', (select sub from wish as confirming
                    where confirming.confirms = asked.wish_id order by number desc limit 1))
            from wish as asked where asked.parked_id = parked.parked_id and act = 'ask_skip'
            and case when parked.state = 'skipped' then outcome = 'confirmed'
                else done_at is null and at > now() - interval '1 day' and not exists (
                    select from wish as answer
                    where answer.confirms = asked.wish_id and answer.act = 'withdraw_skip') end
            order by asked.number desc limit 1) end as skip,
        (select json_build_object('act', act, 'dry_run', dry_run, 'by', sub, 'at', at)
            from wish as waiting where waiting.parked_id = parked.parked_id
            and act in ('redrive', 'skip') and done_at is null
            order by waiting.number desc limit 1) as unanswered
    from parked
"""
_ALL = text(f"""
    {_PARKED}
    where (state in ('foreign', 'blocking') or :all and state in ('done', 'skipped')
            or :skipped and state = 'skipped')
        and number > :after and (consumer !~ '_v[0-9]+$' or state = 'skipped')
    order by number limit :limit
""")
# What waits behind another is none of those that are shown.
# What a version of a projection set aside that nobody reads any more, or not yet, is nobody's.
_ONE = text(f"""
    {_PARKED} where parked_id = :parked_id and state <> 'waiting'
        and (consumer !~ '_v[0-9]+$' or state = 'skipped')
""")
PLACE = text("""
    select consumer, state from parked where parked_id = :parked_id and consumer !~ '_v[0-9]+$'
""")


class SkipAsked(Out):
    """Who asked that an event be left out for good, and why; and who confirmed it."""

    wish_id: UUID
    by: str
    at: datetime
    reason: str
    confirmed_by: str | None


class Unanswered(Out):
    """What somebody asked for about it, and its worker has not answered yet."""

    act: Literal["redrive", "skip"]
    dry_run: bool
    by: str
    at: datetime


class Parked(Out):
    """A record that was set aside; its bytes are shown to nobody.

    `skip`: that it be left out for good is asked for, or was done. `unanswered`: `outcome` is that
    of the try before, until the worker has carried this one out.
    """

    parked_id: UUID
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str
    type: str
    cause: str
    state: Literal["foreign", "blocking", "done", "skipped"]
    since: datetime
    waiting: int
    outcome: str | None
    skip: SkipAsked | None
    unanswered: Unanswered | None


class Redrive(In):
    """Hand it on again, and why; or only try, and say what would happen: that needs no reason."""

    reason: Words | None = None
    dry_run: YesNo = False

    @property
    def why(self) -> str:
        """The reason that is kept. Invalid where something would change without one."""
        if self.reason is None and not self.dry_run:
            raise Invalid.of("reason", "is needed")
        return self.reason or "a preview"


@router.get("/parked")
async def parked(
    session: Session,
    actor: Operator,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    done: bool = False,
    skipped: bool = False,
) -> Page[Parked]:
    """What was set aside and is not done; with `done` also what was, with `skipped` what never is.

    Never its bytes.
    """
    wanted = {"all": done, "skipped": skipped, "after": after, "limit": limit}
    found = await session.execute(_ALL, wanted)
    rows = [dict(row) for row in found.mappings()]
    following = str(rows[-1]["number"]) if len(rows) == limit else None
    return Page[Parked](items=[Parked.model_validate(row) for row in rows], next=following)


@router.get("/parked/{parked_id}")
async def one(parked_id: UUID, session: Session, actor: Operator) -> Parked:
    """One record that was set aside, also after it was handed on or left out for good."""
    found = (await session.execute(_ONE, {"parked_id": parked_id})).mappings().one_or_none()
    if found is None:
        raise NotFound()
    return Parked.model_validate(dict(found))


@router.post("/parked/{parked_id}/redrive", status_code=202)
async def redrive(parked_id: UUID, new: Redrive, session: Session, actor: Operator) -> Wished:
    """Hand a key's parked events on again, in order. The outcome stands on the item."""
    reason = new.why
    item = (await session.execute(PLACE, {"parked_id": parked_id})).mappings().one_or_none()
    if item is None:
        raise NotFound()
    if item["state"] == "foreign":
        raise Conflict("A foreign record is never handed on: it is no event of this publisher.")
    asked = {"consumer": item["consumer"], "act": "redrive", "reason": reason}
    return await wish(session, actor, parked_id=parked_id, dry_run=new.dry_run, **asked)
