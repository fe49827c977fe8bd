"""apply_batch: what a poll brought of one partition number, folded in one transaction.

The database says what has been read. Locks come in one order: the partition number, the rows of
`consumed`, then states and flags, sorted. Of two workers that hold the same partition one waits for
the other at the first lock, and then finds all of its own records read already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.progress.domain.packed import micros
from services.progress.domain.state import Unreadable
from services.progress.projection import houses, incidents, store, telling
from services.progress.projection.folding import (
    Batch,
    Failed,
    fold_all,
    gather,
    set_aside,
)
from services.progress.projection.merging import in_time
from services.progress.projection.store import Cache, Connection, Held
from services.progress.projection.target import LIVE, Target
from shared import record as wire
from shared.bus import Partition, Record
from shared.clock import utcnow
from shared.consumer import parked, places
from shared.consumer.failure import TooMany, cause
from shared.consumer.sorting import Place, Sorted, sort
from shared.log import frames


TOPICS = ("clinics", "intake", "scheduling", "goals")


@dataclass
class Applied:
    """What became of a batch."""

    places: dict[Partition, Place] = field(default_factory=dict)
    paused: set[Partition] = field(default_factory=set)
    sorted: dict[Partition, Sorted] = field(default_factory=dict)
    failed: list[Failed] = field(default_factory=list)
    published: bool = False


async def apply_batch(
    connection: Connection,
    records: Mapping[Partition, Sequence[Record]],
    cache: Cache,
    too_many: TooMany,
    refused: Exception | None = None,
    target: Target = LIVE,
) -> Applied:
    """Fold records of one partition number, each once, whatever was or is read elsewhere.

    All of it is committed or nothing: then the cache is as it was, or has forgotten the cases.
    With `refused` the records are not folded: what is next among them is set aside with that error.
    """
    applied = Applied()
    async with connection.transaction():
        await _sort(connection, records, applied, target)
        batch = await _gathered(connection, applied, refused, target)
        held = await _fold(connection, batch, cache, applied, target) if batch.keys else {}
        if batch.about_clinics:
            await houses.save(connection, batch.about_clinics, target)
        await _set_aside(connection, batch, applied, too_many, target)
        applied.places = {part: each.place for part, each in applied.sorted.items() if each.moved}
        if applied.places:
            await places.save(connection, target.consumer, applied.places)
    cache.keep(held)
    return applied


async def _sort(
    connection: Connection,
    records: Mapping[Partition, Sequence[Record]],
    applied: Applied,
    target: Target,
) -> None:
    """The locks, then what each record is against what was read."""
    await store.lock_number(connection, next(iter(records)).partition, target.lock_space)
    held = await places.lock(connection, target.consumer, records)
    applied.paused = {part for part, place in held.items() if place.paused_since}
    applied.sorted = {
        part: sort(records[part], place, part.topic)
        for part, place in held.items()
        if part not in applied.paused
    }


async def _gathered(
    connection: Connection, applied: Applied, refused: Exception | None, target: Target
) -> Batch:
    following = in_time([each.next for each in applied.sorted.values() if each.next])
    named = ((record.topic, wire.key(record)) for record in following)
    blocked, skipped = await parked.in_the_way(connection, target.consumer, named)
    if skipped:
        following = [record for record in following if not skipped.holds(record)]
    batch = Batch(blocked=blocked)
    if refused is None:
        gather(following, batch)
    else:
        for record in following:
            set_aside(record, refused, batch)
    return batch


async def _set_aside(
    connection: Connection, batch: Batch, applied: Applied, too_many: TooMany, target: Target
) -> None:
    """Park what failed, what waits behind it, and strangers; see TooMany where too much fails."""
    too_many.check([(failed.error, wire.key(failed.record)) for failed in batch.failed])
    for failed in batch.failed:
        record, error = failed.record, failed.error
        said = (parked.BLOCKING, cause(error), frames(error))
        await parked.park(connection, target.consumer, [record], *said)
        if isinstance(error, Unreadable) and not target.silent:
            await incidents.note(connection, UUID(wire.key(record)), [incidents.UNREADABLE])
    if batch.behind:
        behind = (parked.WAITING, "behind another")
        await parked.park(connection, target.consumer, batch.behind, *behind)
    for each in applied.sorted.values():
        if each.foreign:
            strangers = (each.foreign, parked.FOREIGN, parked.FOREIGN)
            await parked.park(connection, target.consumer, *strangers)
    applied.failed = batch.failed


async def redrive_one(connection: Connection, record: Record) -> None:
    """Fold one parked record, in the caller's transaction, without asking for its number.

    The caller holds the partition number's lock. Whatever is wrong with the record is raised.
    """
    batch = Batch()
    gather([record], batch)
    if batch.keys:
        await _fold(connection, batch, Cache(0), Applied(), LIVE)
    if batch.about_clinics:
        await houses.save(connection, batch.about_clinics, LIVE)
    if batch.failed:
        raise batch.failed[0].error


async def _fold(
    connection: Connection, batch: Batch, cache: Cache, applied: Applied, target: Target
) -> dict[bytes, Held]:
    cases = batch.cases()
    held = await store.load(connection, cases, cache, target)
    known = await houses.load(connection, batch.clinics(), target)
    batch.settle(known)
    folded = fold_all(batch, cases, held, micros(utcnow()))
    if not folded.cases:
        return {}
    try:
        written = await store.save(connection, folded.cases, held, target)
    except store.Stale:
        cache.drop(folded.cases)
        raise
    if folded.told:
        applied.published = await telling.tell(connection, folded.told, target)
    return written
