"""The projection's rows as the batch path has them: many at a time, on a bare connection."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from asyncpg.pgproto import pgproto

from services.progress.domain.packed import instant
from services.progress.domain.state import Case, Flag, encode, encode_because
from services.progress.models.tables import LOCK_SPACE
from services.progress.projection.target import LIVE, Target
from shared.db import AWAY


Id = pgproto.UUID  # made from 16 bytes in C
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_LOCK = "select pg_advisory_xact_lock($1::int, $2::int)"


class Stale(Exception):
    """Somebody else wrote a state after it was read: read and fold again."""


@dataclass(slots=True)
class Held:
    """A case's state as it stands in the database; version 0: not there yet."""

    version: int
    state: bytes


NEW = Held(0, b"")


BESIDES = 300  # bytes that a remembered state takes beside its own


class Cache:
    """The newest states this process wrote or read, the longest unused given up first.

    It is bounded by bytes: cases grow, and so many of them are small at first and large later.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[bytes, Held] = OrderedDict()
        self.used = 0

    def get(self, case_id: bytes) -> Held | None:
        """What is known of a case."""
        return self._held.get(case_id)

    def keep(self, states: Mapping[bytes, Held]) -> None:
        """Remember states; only after the commit that wrote them."""
        self.drop(states)
        held = self._held
        for case_id, state in states.items():
            held[case_id] = state
            self.used += len(state.state) + BESIDES
        while self.used > self._size:
            _, state = held.popitem(last=False)
            self.used -= len(state.state) + BESIDES

    def drop(self, case_ids: Iterable[bytes]) -> None:
        """Forget cases: what was believed of them turned out wrong."""
        for case_id in case_ids:
            if state := self._held.pop(case_id, None):
                self.used -= len(state.state) + BESIDES


async def ended(connection: Connection) -> None:
    """Close a connection, in order if that goes soon."""
    try:
        await connection.close(timeout=2)
    except AWAY:
        connection.terminate()


async def lock_number(connection: Connection, number: int, space: int = LOCK_SPACE) -> None:
    """Wait until this transaction alone may change what lies in a partition number."""
    await connection.execute(_LOCK, space, number)


async def load(
    connection: Connection, case_ids: Iterable[bytes], cache: Cache, target: Target = LIVE
) -> dict[bytes, Held]:
    """The states of these cases, from the cache or in one SELECT."""
    found: dict[bytes, Held] = {}
    missing: list[bytes] = []
    for case_id in case_ids:
        if held := cache.get(case_id):
            found[case_id] = held
        else:
            missing.append(case_id)
            found[case_id] = NEW
    if missing:
        ids = [Id(case_id) for case_id in missing]
        for case_id, version, state in await connection.fetch(target.rows.load, ids):
            found[case_id.bytes] = Held(version, state)
    return found


async def save(
    connection: Connection,
    cases: Mapping[bytes, Case],
    loaded: Mapping[bytes, Held],
    target: Target = LIVE,
) -> dict[bytes, Held]:
    """Write states over those that were loaded. Stale when one of them is not that any more."""
    written: dict[bytes, Held] = {}
    ids: list[Id] = []
    clinics: list[Id] = []
    clinicians: list[Id | None] = []
    for case_id in sorted(cases):  # every transaction writes rows in the same order
        case = cases[case_id]
        version = loaded[case_id].version or target.first
        written[case_id] = Held(version + 1, encode(case))
        ids.append(Id(case_id))
        clinics.append(Id(case.clinic))
        clinicians.append(Id(case.clinician) if case.clinician else None)
    statuses = [cases[case_id].status for case_id in written]
    versions = [held.version for held in written.values()]
    states = [held.state for held in written.values()]
    dues = [instant(due) if (due := cases[case_id].due_at) else None for case_id in written]
    numbers = [cases[case_id].numbers for case_id in written]
    columns = (ids, clinics, clinicians, statuses, versions, states, dues, numbers)
    done = await connection.execute(target.rows.save, *columns)
    if int(done.rpartition(" ")[2]) != len(written):
        raise Stale
    return written


async def save_flags(
    connection: Connection,
    flags: Sequence[tuple[bytes, bytes, Flag]],
    target: Target = LIVE,
) -> list[asyncpg.Record]:
    """Write the rows of flags, each with its case and clinic; of each its case and its rule.

    A row keeps the rule that stood there: one that there is not has to be found, not hidden.
    """
    if not flags:
        return []
    newest = {each[2].id: each for each in flags}  # one statement writes a row once
    ordered = [newest[flag_id] for flag_id in sorted(newest)]
    columns = zip(*(_flag_row(*each) for each in ordered), strict=True)
    return list(await connection.fetch(target.rows.save_flag, *columns))


def _flag_row(case_id: bytes, clinic: bytes, flag: Flag) -> tuple[object, ...]:
    return (
        Id(flag.id),
        Id(case_id),
        Id(clinic),
        Id(flag.client) if flag.client else None,
        flag.rule.value,
        flag.version,
        flag.severity.value,
        instant(flag.raised_at),
        flag.cleared,
        " ".join(event.hex() for event in flag.evidence),
        encode_because(flag.because),
        json.dumps(flag.parameters),
        instant(flag.grown_at),
    )
