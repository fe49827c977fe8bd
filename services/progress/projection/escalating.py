"""Escalations: what a flag's clocks ask for, carried out once, however many workers look.

Which step is due is a pure function (domain/escalation.py); its act has a derived id, so the second
who comes writes nothing and tells nobody.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg

from services.progress.domain.calendar import Calendar, calendar_of
from services.progress.domain.escalation import STEPS, Since, Step, running, steps, taken_up
from services.progress.domain.state import SPOILT
from services.progress.projection import asking, incidents, store
from services.progress.projection.asking import UNSEEN
from services.progress.projection.store import Connection
from shared import outbox
from shared.events import Event, derived_id
from shared.events.progress import ConcernEscalated, FlagEscalated
from shared.events.rules import DEFINITIONS
from shared.events.words import FlagState, Rule
from shared.partitions import partition_of


IN_ONE_GO = 200  # flags that are looked at before others have their turn: heartbeats, the fold
CLOCKED = [rule.value for rule, one in DEFINITIONS.items() if one.clocks.acknowledge]

# The state as the API reckons it (queries/flags.py): what came after the last look counts anew.
_FLAGS = f"""
with shown as (
    select f.flag_id, f.case_id, f.clinic_id, f.client_id, f.rule, f.rule_version, f.raised_at,
        coalesce(fc.asks_since, f.grown_at) as asks_since, fc.acknowledged_at, fc.state as held,
        c.zone, c.calendars::text, {UNSEEN} as unseen,
        (select max(at) from flag_act a
            where a.flag_id = f.flag_id and a.act = 'reopened'
                and a.undoes is null) as reopened_at,
        coalesce((select array_agg(act_id) from flag_act a
            where a.flag_id = f.flag_id and a.act = 'escalated'), '{{}}') as done
    from live.flag f left join flag_case fc using (flag_id)
    left join live.clinic c on c.clinic_id = f.clinic_id
    where not f.cleared and f.rule = any($1::text[]) and ($2::uuid is null or f.flag_id = $2)
)
select *, case when held is null or unseen then 'raised' else held end as state
from shown where held is null or unseen or held in ('raised', 'acknowledged', 'in_review')
"""
_CONCERNS = """
select n.concern_id as flag_id, n.case_id, n.clinic_id, n.client_id, 'SAFEGUARDING' as rule,
    1 as rule_version, n.raised_at, n.raised_at as asks_since, n.raised_at as acknowledged_at,
    n.state,
    null::timestamptz as reopened_at, false as unseen, c.zone, c.calendars::text,
    coalesce((select array_agg(act_id) from concern_act a
        where a.concern_id = n.concern_id and a.act = 'escalated'), '{}') as done
from concern n left join live.clinic c using (clinic_id)
where n.state in ('raised', 'acknowledged', 'in_review') and ($1::uuid is null or concern_id = $1)
"""
_ACT = """
insert into {table} (act_id, {subject}, clinic_id, act, at, code, "to", step, due_at)
values ($1, $2, $3, 'escalated', $4, $5, $6, $7, $8) on conflict (act_id) do nothing
"""
_TOLD = """
insert into flag_case as held (flag_id, clinic_id, case_id, state, told)
values ($1, $2, $3, 'raised', $4)
on conflict (flag_id) do update set told = held.told || excluded.told
"""

Row = asyncpg.Record


async def escalate(connection: Connection, now: datetime, partitions: int) -> bool:
    """Carry out what is due by `now`; whether anything was published."""
    published, spoilt = False, dict[UUID, None]()
    await asking.forget(connection)
    for concern, rows in ((False, await _flags(connection)), (True, await _concerns(connection))):
        for number, row in enumerate(rows):
            if number % IN_ONE_GO == 0:
                await asyncio.sleep(0)
            due = _due(row, now)
            if due is None and not concern:  # nothing may hint at a concern
                spoilt[row["case_id"]] = None
            elif due:
                published |= await _one(connection, row, now, partitions, concern)
    if spoilt:
        await incidents.note_all(connection, spoilt, incidents.FLAG_UNREADABLE)
    return published


async def _flags(connection: Connection, flag_id: UUID | None = None) -> Sequence[Row]:
    return await connection.fetch(_FLAGS, CLOCKED, flag_id)


async def _concerns(connection: Connection, concern_id: UUID | None = None) -> Sequence[Row]:
    return await connection.fetch(_CONCERNS, concern_id)


def _due(row: Row, now: datetime) -> list[tuple[UUID, Step]] | None:
    """The steps that are due and not done, with the ids of their acts.

    None for a row that holds what no clock can be reckoned from: it must not stop the others'.
    """
    try:
        return _steps(row, now)
    except SPOILT:
        return None


def _steps(row: Row, now: datetime) -> list[tuple[UUID, Step]]:
    rule, raised = Rule(row["rule"]), row["asks_since"] if row["unseen"] else row["raised_at"]
    since = Since(raised, taken_up(row["acknowledged_at"], row["reopened_at"]))
    runs = running(rule, FlagState(row["state"]), since)
    if runs is None:
        return []
    name = f"escalated {runs.what} {runs.since.isoformat()}"
    acts = {number: derived_id(row["flag_id"], f"{name} {number}") for number in STEPS}
    left = set(acts.values()).difference(row["done"])
    if not left:
        return []  # most of those that stand for long: no calendar need be asked
    found = steps(rule, runs, _calendar(row["zone"], row["calendars"]), now)
    return [(acts[step.number], step) for step in found if acts[step.number] in left]


@lru_cache(maxsize=256)
def _calendar(zone: str | None, calendars: str | None) -> Calendar:
    """A clinic's calendar; all its flags are asked under the same."""
    return calendar_of(zone, json.loads(calendars or "{}"))


async def _one(
    connection: Connection, seen: Row, now: datetime, partitions: int, concern: bool
) -> bool:
    """One flag's or concern's due steps, while nobody else may act on it."""
    subject = seen["flag_id"]
    key = subject if concern else seen["case_id"]
    async with connection.transaction():
        await store.lock_number(connection, partition_of(str(key), partitions))
        again = await (_concerns if concern else _flags)(connection, subject)
        events: list[Event] = []
        for row in again:
            for act_id, step in _due(row, now) or ():
                await _write(connection, row, act_id, step, now, concern)
                events.append(_event(row, act_id, step, now, concern))
        if events:
            await outbox.put(connection, *events)
    return bool(events)


async def _write(
    connection: Connection, row: Row, act_id: UUID, step: Step, now: datetime, concern: bool
) -> None:
    table, subject = ("concern_act", "concern_id") if concern else ("flag_act", "flag_id")
    said: tuple[Any, ...] = (step.to.value, step.person, step.number, step.due)
    statement = _ACT.format(table=table, subject=subject)
    await connection.execute(statement, act_id, row["flag_id"], row["clinic_id"], now, *said)
    if not concern:
        person = [step.person] if step.person else []
        await connection.execute(_TOLD, row["flag_id"], row["clinic_id"], row["case_id"], person)


def _event(row: Row, act_id: UUID, step: Step, now: datetime, concern: bool) -> Event:
    common = {"event_id": act_id, "occurred_at": now, "clinic_id": row["clinic_id"]}
    if concern:
        return ConcernEscalated(concern_id=row["flag_id"], step=step.number, **common)
    return FlagEscalated(
        flag_id=row["flag_id"],
        case_id=row["case_id"],
        client_id=row["client_id"],
        rule=Rule(row["rule"]),
        rule_version=row["rule_version"],
        step=step.number,
        to=step.to,
        person_id=step.person,
        due_at=step.due,
        **common,
    )
