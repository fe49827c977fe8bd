"""A rebuild, from the wish to the switch.

It folds through the same apply path into a schema of its own and publishes nothing. Killed
anywhere, the next one goes on from what is committed; the switch is one transaction.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from services.progress.models.tables import CONSUMER
from services.progress.models.versions import LAYOUT, consumer_of
from services.progress.projection import standing
from services.progress.projection.catching import PATIENT, Catching
from services.progress.projection.comparing import Compared, compare
from services.progress.projection.levelling import Levelling, Refused, layout_of
from services.progress.projection.making import make
from services.progress.projection.store import Connection, ended
from services.progress.projection.switching import Switch, switch
from shared import failpoint
from shared.bus import Away, Bus
from shared.log import log
from shared.settings import Settings


TRIES = 50  # of stopping both at one place, while others are in the way
LOCK = "select pg_try_advisory_lock(7004, 1)"

_OPEN = f"""
select * from rebuild where {standing.TO_BUILD} order by automatic desc, number limit 1
"""
_ACT = """
select act.*, rebuild.version, rebuild.previous, rebuild.state from rebuild_act as act
    join rebuild on rebuild.number = act.rebuild
where done_at is null order by act.number limit 1
"""
_PROGRESS = """
update rebuild set events_done = $2, events_total = $3, events_per_second = $4 where number = $1
"""
_COMPARED = """
update rebuild set state = 'compared', compared_at = now(), equal = $2, different = $3,
    only_live = $4, only_rebuilt = $5, stand_still = $6,
    events_done = events_total, automatic = automatic or $7
where number = $1
"""
_DIFFERENCE = """
insert into rebuild_difference (rebuild, case_id, what, reason, live, rebuilt)
values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
_SWITCHED = """
update rebuild set state = $2, previous = coalesce(previous, $3),
    switched_at = case when $2 = 'switched' then now() else switched_at end
where number = $1
"""
_AUTOMATIC = "select automatic from rebuild where number = $1"
_DONE = "update rebuild_act set done_at = now(), outcome = $2 where act_id = $1"
_AUDIT = "insert into audit (sub, role, act, subject_id) values ($1, $2, $3, $4)"
_GIVE_UP = "update rebuild set state = 'given_up', problem = $2 where number = $1"


@dataclass(frozen=True)
class Turnover:
    """To which version is switched, by which act and whose."""

    rebuild: int
    version: int
    cause: UUID
    by: asyncpg.Record
    state: str = "switched"


class Build:
    """Carries out what is open. One at a time: the caller holds the builders' lock."""

    def __init__(self, bus: Bus, settings: Settings, connection: Connection) -> None:
        self._bus = bus
        self._settings = settings
        self._connection = connection

    async def everything(self) -> bool:
        """Do what is open, oldest first; whether there was anything."""
        if row := await self._connection.fetchrow(_OPEN):
            try:
                await self._rebuild(row)
            except Refused as refused:
                await self._connection.execute(_GIVE_UP, row["number"], str(refused))
            return True
        if act := await self._connection.fetchrow(_ACT):
            try:
                await self._carry_out(act)
            except Refused as refused:
                await self._connection.execute(_DONE, act["act_id"], f"refused: {refused}")
            return True
        return False

    async def _rebuild(self, row: asyncpg.Record) -> None:
        number, version = row["number"], row["version"]
        if version is None:
            version = await make(self._connection, number)
        failpoint.reach(self._settings, "rebuild.after_make")
        if await layout_of(self._connection, version) != LAYOUT:
            await self._connection.execute(_GIVE_UP, number, "the code changed meanwhile")
            return
        catching = Catching(self._bus, self._settings, version)
        try:
            await catching.begin()
            levelling = Levelling(self._connection, self._settings, catching)
            await self._near(levelling, number)
            found = await self._compare(levelling, number, version)
            log.info("rebuild compared", version=version, count=found.different)
            failpoint.reach(self._settings, "rebuild.after_compare")
            if await self._connection.fetchval(_AUTOMATIC, number):
                await self._switch(levelling, Turnover(number, version, row["rebuild_id"], row))
        finally:
            await catching.close()

    async def _live_is_lost(self) -> bool:
        """Whether the live version cannot go on, because nobody knows how far it had read."""
        asked = "select count(*) from consumed where consumer = $1"
        held: int = await self._connection.fetchval(asked, CONSUMER)
        return held < self._settings.partitions * 4

    async def _near(self, levelling: Levelling, number: int) -> None:
        """Read until little is left, so that the live version need be stopped for a moment only."""

        async def report(done: int, total: int, rate: float) -> None:
            await self._connection.execute(_PROGRESS, number, done, total, rate)

        await levelling.near(report)

    async def _compare(self, levelling: Levelling, number: int, version: int) -> Compared:
        """Stop both at one place, take a snapshot there, let the live one go on, and compare."""
        live = await standing.live_version(self._connection)
        other = await asyncpg.connect(
            self._settings.database(CONSUMER, "worker"), server_settings=PATIENT
        )
        try:
            snapshot = other.transaction(isolation="repeatable_read", readonly=True)
            began = time.monotonic()
            async with self._connection.transaction():
                carried = await levelling.level()
                await snapshot.start()
                await other.fetchval("select 1 from projection limit 1")  # the snapshot is now
            log.info("live stood still", version=version, seconds=time.monotonic() - began)
            states = await layout_of(self._connection, live) == LAYOUT
            consumers = [CONSUMER, consumer_of(version)]
            found = await compare(other, live, version, consumers, states)
            found.explain_carried(carried)
            await snapshot.rollback()
        finally:
            await ended(other)
        await self._write_down(number, found)
        return found

    async def _write_down(self, number: int, found: Compared) -> None:
        rows = [
            (number, *key, why, *found.sides.get(key, (None, None)))
            for key, why in found.differences.items()
        ]
        sides = (found.only_live, found.only_rebuilt)
        # Where the live one cannot be read on, nobody has to decide: also not if we die meanwhile.
        lost = await self._live_is_lost()
        counts = (found.equal, found.different, *sides, found.stand_still, lost)
        async with self._connection.transaction():
            await self._connection.executemany(_DIFFERENCE, rows)
            await self._connection.execute(_COMPARED, number, *counts)

    async def _carry_out(self, act: asyncpg.Record) -> None:
        """Switch, or switch back: the version that is not live catches up with the one that is."""
        back = act["act"] == "switch_back"
        wanted = ("switched", act["previous"]) if back else ("compared", act["version"])
        if act["state"] != wanted[0] or await layout_of(self._connection, wanted[1]) != LAYOUT:
            outcome = "refused: there is no version that could be switched to"
            await self._connection.execute(_DONE, act["act_id"], outcome)
            return
        catching = Catching(self._bus, self._settings, wanted[1])
        try:
            await catching.begin()
            levelling = Levelling(self._connection, self._settings, catching)
            await self._near(levelling, act["rebuild"])
            state = "switched_back" if back else "switched"
            over = Turnover(act["rebuild"], wanted[1], act["act_id"], act, state)
            await self._switch(levelling, over)
        finally:
            await catching.close()

    async def _switch(self, levelling: Levelling, over: Turnover) -> None:
        """Try until nobody is in the way: what we wait for may wait for us."""
        for _ in range(TRIES):
            try:
                async with self._connection.transaction():
                    await self._switch_once(levelling, over)
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                continue
            failpoint.reach(self._settings, "rebuild.after_switch")
            log.info("projection switched", version=over.version, state=over.state)
            return
        raise Away("others were in the way of the switch")

    async def _switch_once(self, levelling: Levelling, over: Turnover) -> None:
        await levelling.level()
        live = await standing.live_version(self._connection)
        who = (over.by["sub"], over.by["role"])
        act = Switch(live, over.version, over.cause, datetime.now(UTC), *who)
        told = await switch(self._connection, act)
        await self._connection.execute(_SWITCHED, over.rebuild, over.state, live)
        await self._connection.execute(_DONE, over.cause, f"{told} flags raised or cleared")
        await self._connection.execute(_AUDIT, *who, f"projection_{over.state}", over.cause)
        failpoint.reach(self._settings, "rebuild.before_switch")


async def until_done(bus: Bus, settings: Settings) -> bool:
    """Carry out all that is open; False when another process is at it."""
    address = settings.database(CONSUMER, "worker")
    connection = await asyncpg.connect(address, server_settings=PATIENT)
    try:
        if not await connection.fetchval(LOCK):
            return False
        build = Build(bus, settings, connection)
        while await build.everything():
            pass
        return True
    finally:
        await ended(connection)
