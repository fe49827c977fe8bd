"""Repair: one case folded anew from the log, under its partition number's lock.

Nothing of the case in the read tables is trusted but the names of flags: a case that they have lost
altogether is folded like any other.
"""

from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from services.progress.domain.packed import BEGINNING, micros
from services.progress.domain.rules import DEFAULTS, Happened, Told
from services.progress.domain.state import Case, Flag, readable
from services.progress.models.tables import CONSUMER
from services.progress.projection import (
    acted,
    asking,
    flag_rows,
    grown,
    houses,
    incidents,
    names,
    published,
    recalling,
    store,
    telling,
)
from services.progress.projection.carrying import carry_over, told_of
from services.progress.projection.case_log import CaseLog
from services.progress.projection.folding import Batch, fold_all, gather
from services.progress.projection.names import Known
from services.progress.projection.reconciling import Look
from services.progress.projection.settling import swept_until
from services.progress.projection.store import Connection, Held
from services.progress.projection.sweep import evaluate
from services.progress.projection.taking_up import Aside, aside, take_up
from services.progress.projection.target import LIVE
from shared import outbox
from shared.bus import Bus, Record
from shared.consumer.failure import Meaning, cause, meaning
from shared.events import Event
from shared.log import log
from shared.partitions import partition_of
from shared.settings import Settings


_OPEN = "select * from repair where done_at is null order by number limit 1"
_HELD = "select version, state from live.case_state where case_id = $1"
# What people were told of, or did something about, stays to be seen, as over: links lead to it.
_OVER = "update live.flag set cleared = true where case_id = $1 and not flag_id = any($2::uuid[])"
_GONE = """
delete from live.flag as held where case_id = $1 and not flag_id = any($2::uuid[])
    and not flag_id = any($3::uuid[])
    and not exists (select from flag_case as did where did.flag_id = held.flag_id)
"""
_AWAY = "delete from live.flag where flag_id = any($1::uuid[])"
_READ = """
select case when count(*) = count(current_to) then min(current_to) end
from reading where consumer = $1
"""
REFUSED = "refused: "
LEFT = ", what was done about {} of them is left: its acts are not what was published"
# Our own log of the case's number is read under its lock: a connection that waits for it is no idle
# one. It has an end all the same, since everybody else waits for us.
_PATIENCE = "set local idle_in_transaction_session_timeout = '10min'"
_DONE = "update repair set done_at = now(), outcome = $2 where repair_id = $1"
_AUDIT = "insert into audit (sub, role, act, subject_id) values ($1, $2, 'case_repaired', $3)"


async def repair_all(bus: Bus, settings: Settings, connection: Connection) -> int:
    """Carry out what was asked for; how many."""
    done = 0
    while wish := await connection.fetchrow(_OPEN):
        try:
            await _repair(bus, settings, connection, wish)
        except Exception as error:
            if meaning(error) is not Meaning.SET_ASIDE:
                raise
            # This wish fails for its own sake: it must not keep those behind it waiting.
            log.error("repair failed", case_id=str(wish["case_id"]), cause=cause(error))
            failed = f"failed: {cause(error)}; nothing was changed"
            await connection.execute(_DONE, wish["repair_id"], failed)
        done += 1
    return done


async def _repair(
    bus: Bus, settings: Settings, connection: Connection, wish: asyncpg.Record
) -> None:
    case_id: UUID = wish["case_id"]
    number = partition_of(str(case_id), settings.partitions)
    look, said = Look(bus, settings, connection, number, [case_id]), CaseLog(bus, number, case_id)
    await look.at([case_id])  # most of the log is read while nobody waits for us
    await said.up_to_where_we_stand(connection)
    async with connection.transaction():
        await store.lock_number(connection, number)
        await connection.execute(_PATIENCE)
        waiting = await aside(connection, case_id)
        if waiting.otherwise:
            outcome = f"{REFUSED}an event of this case is set aside, redrive or skip it first"
        else:
            await said.up_to_where_we_stand(connection)
            records = await said.taken(connection)
            row = await connection.fetchrow(_HELD, case_id)
            before = readable(row["state"]) if row else None
            called = await names.known(bus, settings, connection, case_id, before)
            was = _Was(row["version"] if row else 0, before, called, waiting)
            outcome = await _anew(connection, case_id, records, was, wish["repair_id"])
            if not outcome.startswith(REFUSED):
                await _close(connection, look, case_id)
            await connection.execute(_AUDIT, wish["sub"], wish["role"], case_id)
        await connection.execute(_DONE, wish["repair_id"], outcome)


async def _close(connection: Connection, look: Look, case_id: UUID) -> None:
    """Close its incidents but for what is still to be found: not everything is a repair's to mend.

    A clinic's rows are a rebuild's, and what was never published is left.
    """
    seen = await look.at([case_id])
    still, whole = seen.differs.get(case_id, ()), case_id in seen.whole
    await incidents.repaired(connection, case_id, still, whole)


class _Was(NamedTuple):
    """What the read tables held of a case, under which names people know its flags, what waits."""

    version: int
    case: Case | None
    called: Known
    waiting: Aside


async def _anew(
    connection: Connection, case_id: UUID, records: list[Record], was: _Was, repair_id: UUID
) -> str:
    batch = Batch()
    gather(records, batch)
    held = {case_id.bytes: Held(was.version, b"")}
    batch.settle(await houses.load(connection, batch.clinics(), LIVE))
    now = datetime.now(UTC)
    folded = fold_all(batch, batch.cases(), held, micros(now))
    if not records:
        return f"{REFUSED}the log says nothing of this case"
    lost = [each for each in batch.failed if not was.waiting.held(each.record)]
    if lost or case_id.bytes not in folded.cases:
        return f"{REFUSED}an event of this case can no longer be folded"
    case = folded.cases[case_id.bytes]
    house = (await houses.load(connection, [case.clinic], LIVE)).get(case.clinic, DEFAULTS)
    # As far as time was taken into account here and in other cases; what claims more is spoilt.
    looked = was.case.looked if was.case and was.case.looked <= micros(now) else 0
    until = max(looked, await _swept(connection, case_id, now))
    evaluate(case, case_id.bytes, house, min(until, micros(now)))
    unhandled = [each for *_, each in folded.told if each.cause in was.waiting.events]
    rose = grown.rose(unhandled)
    more = await _named_as_told(connection, case_id, case, was, rose)
    await store.save(connection, folded.cases, held, LIVE)
    await _save_flags(connection, case_id, case, was.called.told)
    heard = [(case_id.bytes, case, each) for each in grown.under_their_names(unhandled, case)]
    await asking.note(connection, heard)
    lives = await recalling.named(connection, recalling.lives_of(was.called.said))
    await published.put_right(connection, case_id, lives)
    left = await acted.mend(connection, case_id, published.acts_of(lives))
    told = _told(was.called.heard, case.flags, repair_id, micros(now))
    told += [grown.telling(flag, micros(now)) for flag in more]
    if told:
        await outbox.put(connection, *(_event(case_id, case, each) for each in told))
    taken = await take_up(connection, was.waiting, records, batch)
    return _said(len(records), taken, len(told)) + (LEFT.format(left) if left else "")


async def _named_as_told(
    connection: Connection, case_id: UUID, case: Case, was: _Was, rose: Container[grown.Rose]
) -> list[Flag]:
    """Let its flags bear the names that people know; those that came to more than they know.

    Such a flag grew when the log says so, and its clock runs from then.
    """
    folded = [(flag, flag.grown_at) for flag in case.flags if not flag.cleared]
    carry_over(case, told_of(was.called.names))
    seen = await grown.looks(connection, case_id)
    more = grown.grown(case.flags, was.called, was.case, seen, rose)
    for flag, grown_at in folded:
        if flag in more:
            flag.grown_at = max(flag.grown_at, grown_at)
    return more


def _said(folded: int, taken: int, told: int) -> str:
    taken_up = f", {taken} of which had been set aside" if taken else ""
    return f"{folded} events folded anew{taken_up}, {told} flags raised or cleared"


async def _swept(connection: Connection, case_id: UUID, now: datetime) -> int:
    """Up to when everything was read, and what time did was done in all other cases."""
    read = await connection.fetchval(_READ, CONSUMER)
    return micros(min(read or BEGINNING, await swept_until(connection, now, case_id)))


async def _save_flags(
    connection: Connection, case_id: UUID, case: Case, told: Mapping[bytes, Flag]
) -> None:
    """What stands, and what people were told of; nobody saw what came and went in this fold.

    What stands is written whole, whatever its row held.
    """
    shown = [flag for flag in case.flags if not flag.cleared or flag.id in told]
    kept = [UUID(bytes=flag.id) for flag in shown]
    await connection.execute(_OVER, case_id, kept)
    await connection.execute(_GONE, case_id, kept, [UUID(bytes=id_) for id_ in told])
    standing = [UUID(bytes=flag.id) for flag in shown if not flag.cleared]
    await connection.execute(_AWAY, standing)
    rows = [(case_id.bytes, case.clinic, flag) for flag in shown]
    await store.save_flags(connection, rows, LIVE)
    await flag_rows.mend(connection, case_id, told)


def _event(case_id: UUID, case: Case, told: Told) -> Event:
    return telling.event_of(case_id.bytes, case, told)


def _told(heard: Sequence[Flag], after: list[Flag], repair_id: UUID, at: int) -> list[Told]:
    """Flags that people think stand and do not, or stand and nobody heard of."""
    stood = {flag.id: flag for flag in heard}
    stands = {flag.id: flag for flag in after if not flag.cleared}
    found = [(stood[id_], Happened.CLEARED) for id_ in sorted(stood.keys() - stands.keys())]
    found += [(stands[id_], Happened.RAISED) for id_ in sorted(stands.keys() - stood.keys())]
    return [Told(flag, what, repair_id.bytes, at) for flag, what in found]
