"""What was set aside of a case because its state could not be read: its repair takes that up.

The log holds it as it holds the rest, so it is folded in its turn; afterwards its rows are done. An
event that fails for its own sake stays set aside, with its own cause, and what is behind it waits.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.progress.domain.state import Unreadable
from services.progress.models.tables import CONSUMER
from services.progress.projection.folding import Batch
from services.progress.projection.store import Connection
from shared import record as wire
from shared.bus import Record
from shared.consumer import parked
from shared.consumer.failure import cause
from shared.log import frames


BECAUSE = cause(Unreadable())  # the word that stands with the first event of each topic
_ROWS = """
select parked_id, topic, "offset", event_id, state, cause from parked
where consumer = $1 and key = $2 and state in ('blocking', 'waiting') order by number for update
"""
_DONE = "update parked set state = 'done', outcome = $2 where parked_id = any($1::uuid[])"
_FAILED = "update parked set cause = $2, frames = $3 where parked_id = $1"
_FIRST = "update parked set state = 'blocking' where parked_id = $1"
OUTCOME = "taken up by the repair of its case"

Name = tuple[str, UUID | int]  # of one record: its event's id or, where it has none, its offset


@dataclass(frozen=True)
class Aside:
    """A case's events that wait, in order. `otherwise`: some of them for another reason."""

    rows: Sequence[asyncpg.Record]
    otherwise: bool

    @property
    def events(self) -> frozenset[bytes]:
        """The ids of those that are events: nobody has handled them yet."""
        return frozenset(row["event_id"].bytes for row in self.rows if row["event_id"])

    def held(self, record: Record) -> bool:
        """Whether this record is one of them."""
        return _name(record) in {_name_of(row) for row in self.rows}


async def aside(connection: Connection, case_id: UUID) -> Aside:
    """What is set aside of a case; the caller holds its partition number's lock."""
    rows = await connection.fetch(_ROWS, CONSUMER, str(case_id))
    heads = [row for row in rows if row["state"] == parked.BLOCKING]
    ours = {row["topic"] for row in heads if row["cause"] == BECAUSE}
    return Aside(rows, any(row["topic"] not in ours for row in rows))


async def take_up(
    connection: Connection, aside_: Aside, records: Sequence[Record], batch: Batch
) -> int:
    """Mark what of it was folded as done, and let the rest wait for what it is itself; how many.

    Of each topic what comes first of the rest, also what the log no longer holds, blocks its key.
    """
    failed = {_name(each.record): each.error for each in batch.failed}
    taken = {_name(record) for record in records} - failed.keys() - set(map(_name, batch.behind))
    done = [row["parked_id"] for row in aside_.rows if _name_of(row) in taken]
    await connection.execute(_DONE, done, OUTCOME)
    left: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in aside_.rows:
        if _name_of(row) not in taken:
            left[row["topic"]].append(row)
        if error := failed.get(_name_of(row)):
            said = cause(error), "\n".join(frames(error))
            await connection.execute(_FAILED, row["parked_id"], *said)
    for rows in left.values():
        await connection.execute(_FIRST, rows[0]["parked_id"])
    return len(done)


def _name(record: Record) -> Name:
    try:
        return record.topic, wire.id_of(record)
    except wire.Bad:
        return record.topic, record.offset


def _name_of(row: asyncpg.Record) -> Name:
    return row["topic"], row["event_id"] or row["offset"]
