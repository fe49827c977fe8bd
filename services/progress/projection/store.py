"""The projection's rows as the batch path has them: many at a time, on a bare connection."""

import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
from asyncpg.pgproto import pgproto

from services.progress.domain.facts import (
    AboutClinic,
    CalendarChanged,
    ClinicKnown,
    RulesChanged,
)
from services.progress.domain.packed import instant
from services.progress.domain.state import Case, Flag, encode, encode_because
from services.progress.models.tables import CONSUMER, LOCK_SPACE
from services.progress.models.versions import consumer_of, schema_of
from shared.db import AWAY


Id = pgproto.UUID  # made from 16 bytes in C
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_LOCK = "select pg_advisory_xact_lock($1::int, $2::int)"


class Rows:
    """The statements for the tables of one schema."""

    def __init__(self, schema: str) -> None:
        self.load = (
            f"select case_id, version, state from {schema}.case_state"
            " where case_id = any($1::uuid[])"
        )
        # A row that is not as it was when it was read is left alone, and the count says so.
        self.save = f"""
insert into {schema}.case_state as held
    (case_id, clinic_id, clinician_id, status, version, state, due_at, numbers)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bytea[],
    $7::timestamptz[], $8::int[])
on conflict (case_id) do update set clinic_id = excluded.clinic_id,
    clinician_id = excluded.clinician_id, status = excluded.status,
    version = excluded.version, state = excluded.state, due_at = excluded.due_at,
    numbers = excluded.numbers
where held.version = excluded.version - 1
"""
        self.save_flag = f"""
insert into {schema}.flag as held
    (flag_id, case_id, clinic_id, client_id, rule, rule_version, severity, raised_at, cleared,
     evidence, because, parameters, grown_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13)
on conflict (flag_id) do update set client_id = excluded.client_id, severity = excluded.severity,
    cleared = excluded.cleared, evidence = excluded.evidence, because = excluded.because,
    rule_version = excluded.rule_version, parameters = excluded.parameters,
    grown_at = excluded.grown_at
"""
        self.save_clinic = f"""
insert into {schema}.clinic as held (clinic_id, zone, rules, numbers, calendars)
values ($1, $2, '{{}}', 1, '{{}}')
on conflict (clinic_id) do update set zone = excluded.zone, numbers = held.numbers + 1
where held.zone <> excluded.zone
"""
        # Its settings say where a clinic is; until they are heard of the days are those of UTC.
        self.save_rules = f"""
insert into {schema}.clinic as held (clinic_id, zone, rules, numbers, calendars)
values ($1, 'UTC', jsonb_build_object($2::text, $3::jsonb), 1, '{{}}')
on conflict (clinic_id) do update set rules = held.rules || excluded.rules,
    numbers = held.numbers + 1
where held.rules -> $2::text is null
"""
        self.due = f"""
select case_id from {schema}.case_state where due_at <= $1
union
select case_id from {schema}.case_state join {schema}.clinic using (clinic_id)
where case_state.numbers < clinic.numbers
limit $2
"""
        self.save_calendar = f"""
insert into {schema}.clinic as held (clinic_id, zone, rules, numbers, calendars)
values ($1, 'UTC', '{{}}', 1, jsonb_build_object($2::text, $3::jsonb))
on conflict (clinic_id) do update set calendars = held.calendars || excluded.calendars
"""
        self.houses = f"""
select clinic_id, zone, rules::text, numbers from {schema}.clinic where clinic_id = any($1::uuid[])
"""


@dataclass(frozen=True)
class Target:
    """A version of the projection as something to fold into."""

    consumer: str
    rows: Rows
    lock_space: int
    silent: bool = False  # publishes nothing and tells nobody
    # A new case's row is counted from here. Rows of two versions never have one number in common,
    # so that what a worker remembers of one version is seen to be wrong in another.
    first: int = 0


LIVE = Target(CONSUMER, Rows("live"), LOCK_SPACE)
BUILD_LOCK_SPACE = 7005


def building(version: int) -> Target:
    """A version that is not live: it has places and locks of its own."""
    rows, consumer = Rows(schema_of(version)), consumer_of(version)
    return Target(consumer, rows, BUILD_LOCK_SPACE, silent=True, first=version << 40)


class Stale(Exception):
    """Somebody else wrote a state after it was read: read and fold again."""


@dataclass(slots=True)
class Held:
    """A case's state as it stands in the database; version 0: not there yet."""

    version: int
    state: bytes


NEW = Held(0, b"")


class Cache:
    """The newest states this process wrote or read, the longest unused given up first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[bytes, Held] = OrderedDict()

    def get(self, case_id: bytes) -> Held | None:
        """What is known of a case."""
        return self._held.get(case_id)

    def keep(self, states: Mapping[bytes, Held]) -> None:
        """Remember states; only after the commit that wrote them."""
        held = self._held
        for case_id, state in states.items():
            held[case_id] = state
            held.move_to_end(case_id)
        while len(held) > self._size:
            held.popitem(last=False)

    def drop(self, case_ids: Iterable[bytes]) -> None:
        """Forget cases: what was believed of them turned out wrong."""
        for case_id in case_ids:
            self._held.pop(case_id, None)


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
) -> None:
    """Write the rows of flags, each with its case and clinic."""
    ordered = sorted(flags, key=lambda each: each[2].id)
    await connection.executemany(target.rows.save_flag, [_flag_row(*each) for each in ordered])


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
        [Id(event) for event in flag.evidence],
        encode_because(flag.because),
        json.dumps(flag.parameters),
        instant(flag.grown_at),
    )


async def save_clinics(
    connection: Connection, told: Iterable[AboutClinic], target: Target = LIVE
) -> None:
    """Keep what was said about clinics: zones, numbers of rules, calendars."""
    for fact in told:
        clinic = Id(fact.clinic_id.bytes)
        if isinstance(fact, ClinicKnown):
            await connection.execute(target.rows.save_clinic, clinic, fact.zone)
        elif isinstance(fact, RulesChanged):
            said = (str(fact.version), json.dumps(_rules(fact)))
            await connection.execute(target.rows.save_rules, clinic, *said)
        elif isinstance(fact, CalendarChanged):
            said = (str(fact.version), json.dumps(_calendar(fact)))
            await connection.execute(target.rows.save_calendar, clinic, *said)


def _rules(fact: RulesChanged) -> dict[str, object]:
    values = [(each.rule, each.parameter, each.value) for each in fact.values]
    return {"effective_from": fact.effective_from.isoformat(), "values": values}


def _calendar(fact: CalendarChanged) -> dict[str, object]:
    return {
        "effective_from": fact.effective_from.isoformat(),
        "hours": [(each.weekday, each.begins, each.ends) for each in fact.hours],
        "holidays": [day.isoformat() for day in fact.holidays],
        "deputy": str(fact.deputy_id) if fact.deputy_id else None,
    }
