"""The sweeper: what time alone does to flags, and cases whose clinic has other numbers now.

Any worker may sweep, and several at once: each locks the partition number, reads the due cases
anew, and saves them with the version check that every batch makes. What it publishes has derived
ids, so whoever comes second finds nothing to do. Time is swept only up to where everything that
was published has been read: a processor that is behind raises nothing that it would take back.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.progress.domain.packed import micros
from services.progress.domain.rules import DEFAULTS, House, Moment, Told, again, passed
from services.progress.domain.state import Case, readable
from services.progress.projection import houses, incidents, store, telling
from services.progress.projection.store import Cache, Connection, Held
from services.progress.projection.target import LIVE, Target
from shared.partitions import partition_of


SOME = 500  # cases in one sweep; what is left comes with the next one
FRONT = UUID(int=0)  # no case lies in front of it


class Swept(NamedTuple):
    """One sweep. `after`: the case behind which the next one goes on; None when that was all.

    A case that cannot be evaluated stays due. Whoever began in front again and again would meet
    the same ones, and never what is behind them.
    """

    published: bool
    after: UUID | None


async def sweep(
    connection: Connection,
    until: datetime,
    partitions: int,
    cache: Cache | None = None,
    target: Target = LIVE,
    after: UUID = FRONT,
) -> Swept:
    """Evaluate the next cases behind `after` that are due by `until`."""
    due = await connection.fetch(target.rows.due, until, SOME, after)
    numbers: dict[int, list[bytes]] = defaultdict(list)
    for (case_id,) in due:
        numbers[partition_of(str(case_id), partitions)].append(case_id.bytes)
    published = False
    for number, case_ids in sorted(numbers.items()):
        published |= await _number(connection, number, case_ids, micros(until), cache, target)
    return Swept(published, due[-1][0] if len(due) == SOME else None)


async def _number(
    connection: Connection,
    number: int,
    case_ids: Sequence[bytes],
    until: int,
    cache: Cache | None,
    target: Target,
) -> bool:
    """The due cases of one partition number, in one transaction."""
    async with connection.transaction():
        await store.lock_number(connection, number, target.lock_space)
        held = await store.load(connection, case_ids, Cache(0), target)
        cases, told = await _evaluated(connection, held, until, target)
        if not cases:
            return False
        written = await store.save(connection, cases, held, target)
        published = await telling.tell(connection, told, target) if told else False
    if cache is not None:
        cache.keep(written)
    return published


async def _evaluated(
    connection: Connection, held: dict[bytes, Held], until: int, target: Target
) -> tuple[dict[bytes, Case], list[tuple[bytes, Case, Told]]]:
    read = {case_id: readable(each.state) for case_id, each in held.items() if each.version}
    # One that cannot be read waits for its repair, and nobody else for it.
    states = {case_id: case for case_id, case in read.items() if case}
    spoilt: dict[UUID, Exception | None] = {
        UUID(bytes=case_id): None for case_id in read.keys() - states.keys()
    }
    known = await houses.load(connection, {case.clinic for case in states.values()}, target)
    told: list[tuple[bytes, Case, Told]] = []
    cases: dict[bytes, Case] = {}
    for case_id, case in states.items():
        house = known.get(case.clinic, DEFAULTS)
        if (case.due_at is not None and case.due_at <= until) or case.numbers != house.numbers:
            try:
                told += [(case_id, case, each) for each in evaluate(case, case_id, house, until)]
            except Exception as error:  # whatever it holds, it must not stop others' time
                spoilt[UUID(bytes=case_id)] = error
            else:
                cases[case_id] = case
    if not target.silent:
        await incidents.note_all(connection, spoilt, incidents.UNREADABLE)
    return cases, told


def evaluate(case: Case, case_id: bytes, house: House, until: int) -> list[Told]:
    """What time did up to a moment; then, under other numbers, every rule anew."""
    told = passed(case, until, case_id, house)
    if case.numbers != house.numbers:
        told += again(case, Moment(until, case_id, house))
    return told
