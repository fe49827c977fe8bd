"""What people did about flags, told again from the log, for a database that has lost it.

Acts are facts of this service's own: no rebuild touches them. Where the database is empty, or an
older copy of itself, the log still knows them. Notes are in no event; they come back from a backup
alone, and so do concerns.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from services.progress.domain.acted import ACTS, Done
from services.progress.domain.recalled import Life
from services.progress.models.tables import CONSUMER
from services.progress.projection import acted, store
from services.progress.projection.folding import LIMIT
from services.progress.projection.store import Connection
from shared import record as wire
from shared.bus import Bus, Partition, scan
from shared.consumer.sorting import Place, sort
from shared.events import Event
from shared.events.progress import FlagRaised


HEARD: tuple[type[Event], ...] = (FlagRaised, *ACTS)
KINDS = frozenset(kind.model_fields["type"].default for kind in HEARD)

_STANDS = "select * from live.flag where case_id = any($1::uuid[])"
_KNOWN = "select flag_id, act, at from flag_act where flag_id = any($1::uuid[])"
_INVENTED = """
delete from flag_act as a using outbox as o
where o.id = a.act_id and o.batch is null and a.act = 'escalated'
    and a.flag_id = any($1::uuid[]) and not a.act_id = any($2::uuid[])
returning a.act_id
"""
_UNSAID = "delete from outbox where id = any($1::uuid[])"
_ACT = """
insert into flag_act (act_id, flag_id, clinic_id, act, at, by, code, "to", step, due_at, before)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (act_id) do update set at = excluded.at, code = excluded.code, "to" = excluded."to"
"""
_CASE = """
insert into flag_case as held (flag_id, clinic_id, case_id, acknowledged_by, acknowledged_at, state,
    seen, seen_grown_at, seen_severity, asks_since, risen, assigned_to, told, closed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (flag_id) do update set acknowledged_by = excluded.acknowledged_by,
    note = case when held.acknowledged_at = excluded.acknowledged_at then held.note end,
    acknowledged_at = excluded.acknowledged_at, state = excluded.state, seen = excluded.seen,
    seen_grown_at = excluded.seen_grown_at, seen_severity = excluded.seen_severity,
    asks_since = excluded.asks_since, risen = excluded.risen, assigned_to = excluded.assigned_to,
    told = excluded.told, closed_at = excluded.closed_at
"""

Row = asyncpg.Record
Lives = dict[UUID, Life]


async def recall(bus: Bus, connection: Connection, partitions: int) -> int:
    """Put down what the log knows of acts and the database does not; how many acts that were.

    Twice changes nothing. Whoever acts on a flag meanwhile waits, as for every batch. Escalations
    that a clock made of flags which people had dealt with, and nobody was told of yet, are undone;
    one that it made a second time is the one that was told, when it was told.
    """
    count = 0
    for number in range(partitions):
        lives = lives_of(await _heard(bus, Partition(CONSUMER, number)))
        if lives:
            async with connection.transaction():
                await store.lock_number(connection, number)
                count += await put(connection, await named(connection, lives))
    return count


async def _heard(bus: Bus, part: Partition) -> list[Event]:
    """All that one partition's log says of flags, in its order."""
    heard: list[Event] = []
    place = Place()
    async for records in scan(bus, {part: 0}):
        found = sort(records, place, CONSUMER)
        place = found.place
        heard += [wire.event(each, LIMIT) for each in found.next if wire.kind(each) in KINDS]
    return heard


def lives_of(said: Iterable[Event]) -> Lives:
    """Every flag about which people did something, by its name then, as these events have it."""
    lives: dict[UUID, Life] = defaultdict(Life)
    for event in said:
        if isinstance(event, HEARD):
            lives[event.flag_id].hears(event)  # type: ignore[attr-defined]
    return {flag_id: life for flag_id, life in lives.items() if life.acts}


async def named(connection: Connection, lives: Lives) -> Lives:
    """These lives by the names that their flags have now.

    Folded anew, the same flag may have come to another one.
    """
    stands = await connection.fetch(_STANDS, _cases(lives))
    return {_named(flag_id, life, stands): life for flag_id, life in lives.items()}


async def put(connection: Connection, lives: Lives) -> int:
    """Put down what is lacking of the acts in these lives; how many. The caller holds the lock."""
    held = {tuple(row) for row in await connection.fetch(_KNOWN, list(lives))}
    lacking = [
        (flag_id, event, done)
        for flag_id, life in lives.items()
        for event, done in life.acts
        if (flag_id, done.act, done.at) not in held
    ]
    changed = {flag_id: lives[flag_id] for flag_id, *_ in lacking}
    await _undo(connection, changed)
    for flag_id, event, done in lacking:
        await connection.execute(_ACT, *_act(flag_id, event, done))
    stands = await connection.fetch(_STANDS, _cases(changed))
    rows = {row["flag_id"]: row for row in stands}
    for flag_id, life in changed.items():
        await connection.execute(_CASE, flag_id, *_case(life, rows.get(flag_id)))
    # What people did since in this database is in no log yet, and what was undone in no event.
    for case_id in _cases(changed):
        await acted.mend(connection, case_id)
    return len(lacking)


def _first(life: Life) -> Any:
    return life.acts[0][0]


def _cases(lives: Lives) -> list[UUID]:
    return sorted({_first(life).case_id for life in lives.values()})


def _named(flag_id: UUID, life: Life, stands: Collection[Row]) -> UUID:
    about = _first(life)
    same = (about.case_id, about.rule, about.client_id)
    others = [
        row["flag_id"]
        for row in stands
        if not row["cleared"] and (row["case_id"], row["rule"], row["client_id"]) == same
    ]
    here = any(row["flag_id"] == flag_id for row in stands)
    return flag_id if here or not others else others[0]


async def _undo(connection: Connection, changed: Mapping[UUID, Life]) -> None:
    said = [event.event_id for life in changed.values() for event, _ in life.acts]
    gone = await connection.fetch(_INVENTED, list(changed), said)
    await connection.execute(_UNSAID, [row["act_id"] for row in gone])


def _act(flag_id: UUID, event: Event, done: Done) -> tuple[Any, ...]:
    """An act's row; which step a clock came to, and when that was due, its event says alone."""
    clock = (getattr(event, name, None) for name in ("step", "due_at"))
    whose = (done.act_id, flag_id, event.clinic_id, done.act.value, done.at)
    return (*whose, done.by, done.code, done.to, *clock, done.before)


def _case(life: Life, row: Row | None) -> tuple[Any, ...]:
    """The row of what was done: somebody saw all that stands but what was told after their look."""
    about, seen, stand = _first(life), None, life.stand
    grown_at = life.seen.occurred_at if life.seen else None
    if life.seen:
        evidence = row["evidence"] if row else life.seen.evidence
        seen = [event for event in evidence if event not in life.later]
        grown_at = row["grown_at"] if row and not life.asks_since else grown_at
    return (
        about.clinic_id,
        about.case_id,
        stand.acknowledged_by,
        stand.acknowledged_at,
        stand.state.value,
        seen,
        grown_at,
        life.seen.severity.value if life.seen else None,
        life.asks_since,
        life.risen,
        stand.assigned_to,
        sorted(stand.told),
        stand.closed_at,
    )
