"""Who works in which clinic: a copy, so that a flag is handed to nobody who does not exist.

It outlives every version of the projection, and a rebuild leaves it alone. What was read before
there was a copy is read once more (`refill`): each partition up to where its events have been
folded, while its number is locked, so that the folding goes on from exactly there.
"""

from collections.abc import Awaitable, Callable

from services.progress.domain import facts
from services.progress.models.tables import CONSUMER
from services.progress.projection import store
from services.progress.projection.store import Connection, Id
from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.headers import SEQUENCE, SOURCE


TOPIC = "clinics"
ABOUT_STAFF = (facts.StaffKnown, facts.StaffLeft)
Connected = Callable[[Callable[[Connection], Awaitable[object]]], Awaitable[object]]
AboutStaff = facts.StaffKnown | facts.StaffLeft
_KEEP = """
insert into staff as held (clinic_id, staff_id, roles) values ($1, $2, $3)
on conflict (clinic_id, staff_id) do update set roles = excluded.roles,
    last_day = case when $4 then null else held.last_day end
"""
_LEFT = "update staff set last_day = $3 where clinic_id = $1 and staff_id = $2"
_PLACE = "select next_offset from consumed where consumer = $1 and topic = $2 and partition = $3"
_FILLED = "insert into staff_filled (number) values ($1) on conflict do nothing"


async def keep(connection: Connection, fact: facts.AboutClinic) -> None:
    """Keep what was said of a person; in the order in which it was said."""
    clinic = Id(fact.clinic_id.bytes)
    if isinstance(fact, facts.StaffKnown):
        joined = isinstance(fact, facts.StaffJoined)
        said = (Id(fact.staff_id.bytes), [role.value for role in fact.roles], joined)
        await connection.execute(_KEEP, clinic, *said)
    elif isinstance(fact, facts.StaffLeft):
        await connection.execute(_LEFT, clinic, Id(fact.staff_id.bytes), fact.last_day)


async def refill(bus: Bus, partitions: int, connected: Connected) -> None:
    """Read what lies before the places of a reader that kept no copy; once per partition."""
    for number in range(partitions):

        async def one(connection: Connection, number: int = number) -> None:
            await _refill(bus, connection, number)

        await connected(one)


async def _refill(bus: Bus, connection: Connection, number: int) -> None:
    filled = "select 1 from staff_filled where number = $1"
    if await connection.fetchval(filled, number):
        return
    part = Partition(TOPIC, number)
    known = await _place(connection, number)
    before = await _between(bus, part, 0, known)  # most of it, while nobody waits
    async with connection.transaction():
        await store.lock_number(connection, number)
        since = await _between(bus, part, known, await _place(connection, number))
        for record in (*before, *since):
            if fact := _fact(record):
                await keep(connection, fact)
        await connection.execute(_FILLED, number)


async def _place(connection: Connection, number: int) -> int:
    return int(await connection.fetchval(_PLACE, CONSUMER, TOPIC, number) or 0)


async def _between(bus: Bus, part: Partition, start: int, stop: int) -> list[Record]:
    """What the publisher wrote between two offsets; a stranger's records are nobody's word."""
    found: list[Record] = []
    if start < stop:
        async for records in scan(bus, {part: start}, {part: stop}):
            found += [record for record in records if _counted(record)]
    return found


def _counted(record: Record) -> bool:
    numbered = (wire.header(record, SEQUENCE) or b"").isdigit()
    return numbered and wire.header(record, SOURCE) == wire.source(TOPIC)


def _fact(record: Record) -> AboutStaff | None:
    """What a record says of a person; None for all that cannot be read: it was set aside."""
    try:
        fact = facts.decode(wire.kind(record), record.value or b"")
    except (ValueError, wire.Bad):
        return None
    return fact if isinstance(fact, ABOUT_STAFF) else None
