"""What the read tables hold of some cases at one moment, and up to where they had read the log."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.progress.domain.packed import instant
from services.progress.domain.state import Case, Flag, readable
from services.progress.models.tables import CONSUMER
from services.progress.projection import acted, published
from services.progress.projection.flag_rows import Row as FlagRow
from services.progress.projection.flag_rows import flag_in
from services.progress.projection.logged import CLINICS, TOPICS
from services.progress.projection.reckoning import Stands
from services.progress.projection.showing import Flagged, Key
from services.progress.projection.store import Connection, lock_number
from shared.bus import Partition
from shared.consumer import parked, places
from shared.consumer.parked import NOTHING, Skipped


_STATES = "select * from live.case_state where case_id = any($1::uuid[])"
_FLAGS = "select * from live.flag where case_id = any($1::uuid[]) order by flag_id"
# One statement is one moment: no lock of ours keeps those waiting who fold what clinics say.
_CLINICS = """
select (select jsonb_agg(clinic) from live.clinic as clinic)::text as clinics,
    (select jsonb_object_agg(partition, next_offset) from consumed
        where consumer = $1 and topic = $2)::text as stops,
    (select array_agg(distinct key) from parked
        where consumer = $1 and state in ('blocking', 'waiting')) as aside
"""
_KNOWN = "select case_id from live.case_state union select case_id from live.flag"


@dataclass(frozen=True)
class Row:
    """A case's row: its columns, and the state that they were taken from; None: unreadable."""

    columns: dict[str, Any]
    case: Case | None

    def against_state(self, case: Case) -> list[str]:
        """The columns that do not say what the state says."""
        due = case.due_at
        said = {
            "clinic_id": UUID(bytes=case.clinic),
            "clinician_id": UUID(bytes=case.clinician) if case.clinician else None,
            "due_at": instant(due) if due else None,
            "numbers": case.numbers,
            "status": case.status,
        }
        return [name for name, value in said.items() if self.columns[name] != value]


@dataclass(frozen=True)
class Clinic:
    """A clinic's row."""

    zone: str
    rules: dict[str, Any]
    numbers: int
    calendars: dict[str, Any]


@dataclass
class Held:
    """The read tables at one moment. `aside`: keys that wait for a redrive; `skipped`: for good.

    `spoilt`: the cases of which a flag's row cannot be read, also one that is over. `acts`: what of
    that which people did about a case's flags is not what its acts come to; `written`: these acts.
    """

    now: datetime
    stops: dict[Partition, int] = field(default_factory=dict)
    clinic_stops: dict[Partition, int] = field(default_factory=dict)
    rows: dict[UUID, Row] = field(default_factory=dict)
    flags: dict[UUID, dict[Key, list[Flagged]]] = field(default_factory=dict)
    spoilt: set[UUID] = field(default_factory=set)
    acts: Mapping[UUID, list[str]] = field(default_factory=dict)
    written: published.Written = published.NONE
    clinics: dict[UUID, Clinic] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    skipped: Skipped = NOTHING

    def unreadable(self) -> set[UUID]:
        """The cases of which nobody can read what the tables hold."""
        return {case_id for case_id, row in self.rows.items() if row.case is None}


async def held(connection: Connection, number: int, cases: Sequence[UUID]) -> Held:
    """One moment: the partition number's lock is held while everything is read.

    It is also that of a caller who holds the lock already.
    """
    async with connection.transaction():
        await lock_number(connection, number)
        found = Held(await connection.fetchval("select clock_timestamp()"))
        for row in await connection.fetch(_STATES, cases):
            found.rows[row["case_id"]] = Row(dict(row), readable(row["state"]))
        await _flags(connection, cases, found)
        found.acts = await acted.altered(connection, cases)
        found.written = await published.written(connection, cases)
        await _clinics(connection, found)
        keys = [(topic, str(case_id)) for topic in TOPICS for case_id in cases]
        keys += [(CLINICS, str(clinic_id)) for clinic_id in found.clinics]
        found.skipped = await parked.skipped(connection, keys)
        found.stops = await stops(connection, number)
    return found


async def _clinics(connection: Connection, found: Held) -> None:
    """Every clinic's row, how far what clinics say had been read by then, and what was set aside.

    Read one after the other, a row could be older than the place up to which we read the log.
    """
    [row] = await connection.fetch(_CLINICS, CONSUMER, CLINICS)
    for said in json.loads(row["clinics"] or "[]"):
        columns = (said[name] for name in ("zone", "rules", "numbers", "calendars"))
        found.clinics[UUID(said["clinic_id"])] = Clinic(*columns)
    offsets = json.loads(row["stops"] or "{}")
    found.clinic_stops = {Partition(CLINICS, int(number)): at for number, at in offsets.items()}
    found.aside = set(row["aside"] or ())


async def _flags(connection: Connection, cases: Sequence[UUID], found: Held) -> None:
    """The flags that stand, by case; and which cases have a row that nobody can read."""
    flags: dict[UUID, dict[Key, list[Flagged]]] = defaultdict(lambda: defaultdict(list))
    for row in await connection.fetch(_FLAGS, cases):
        if (flag := flag_in(row)) is None:
            found.spoilt.add(row["case_id"])
        elif not flag.cleared:
            flags[row["case_id"]][flag.rule, row["client_id"]].append(_flagged(row, flag))
    found.flags = flags


def _flagged(row: FlagRow, flag: Flag) -> Flagged:
    numbers = tuple(sorted(flag.parameters.items()))
    stands = Stands(flag.version, flag.severity.value, tuple(row["evidence"]), numbers)
    beside = ("flag_id", "clinic_id", "raised_at", "grown_at", "because")
    return Flagged(stands, *(row[name] for name in beside))


async def stops(connection: Connection, number: int) -> dict[Partition, int]:
    """Up to where a partition number's topics about cases were read."""
    everything = await places.all_of(connection, CONSUMER)
    return {
        part: everything[part].next_offset
        for part in (Partition(topic, number) for topic in TOPICS)
        if part in everything
    }


async def known(connection: Connection) -> Collection[UUID]:
    """Every case that some read table speaks of."""
    return [row[0] for row in await connection.fetch(_KNOWN)]
