"""Reconcile: what the read tables hold of a case against an independent reckoning of the log."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from services.progress.domain.state import ANSWERS, BOOKED, OUTCOMES, RATINGS, SESSIONS, decode
from services.progress.models.tables import CONSUMER
from services.progress.projection.reckoning import reckon
from services.progress.projection.store import Connection, lock_number
from shared import events
from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.consumer import places
from shared.events.words import Rule
from shared.log import log
from shared.partitions import partition_of
from shared.settings import Settings


TOPICS = ("intake", "scheduling", "goals")  # those that speak of cases
_CASES = "select case_id from live.case_state order by case_id"
_HELD = "select case_id, state from live.case_state where case_id = any($1::uuid[])"
_FLAGS = """
select case_id, flag_id, severity, evidence from live.flag
where not cleared and case_id = any($1::uuid[])
"""
_ASIDE = """
select distinct key from parked where consumer = $1 and state in ('blocking', 'waiting')
"""
_INCIDENT = """
insert into incident (case_id, what) values ($1, $2)
on conflict (case_id, what) where repaired_at is null do update set seen_at = now()
"""


class Standing(NamedTuple):
    """A flag that stands: how severe it is, and on what it rests."""

    flag_id: UUID
    severity: str
    evidence: tuple[UUID, ...]


@dataclass(frozen=True)
class _Held:
    """The read tables at one moment, and up to where they had read."""

    stops: dict[Partition, int]
    states: dict[UUID, bytes]
    flags: dict[UUID, set[Standing]]
    aside: set[str]


async def reconcile(
    bus: Bus, settings: Settings, connection: Connection, cases: Iterable[UUID] | None = None
) -> dict[UUID, list[str]]:
    """Compare these cases, or all; what differs, by case. Each difference is an incident."""
    if cases is None:
        cases = [row[0] for row in await connection.fetch(_CASES)]
    numbers: dict[int, list[UUID]] = defaultdict(list)
    for case_id in cases:
        numbers[partition_of(str(case_id), settings.partitions)].append(case_id)
    found: dict[UUID, list[str]] = {}
    for number, wanted in sorted(numbers.items()):
        held = await _held(connection, number, wanted)
        # What is set aside waits for a redrive, and its page says so: nobody can read it here.
        wanted = [case_id for case_id in wanted if str(case_id) not in held.aside]
        said = await _said(bus, settings, held.stops, wanted)
        for case_id in wanted:
            if what := _differences(held, case_id, said.get(case_id, [])):
                found[case_id] = what
    for case_id, what in found.items():
        for each in what:
            await connection.execute(_INCIDENT, case_id, each)
        log.error("case is not what the log says", case_id=str(case_id), types=what)
    return found


async def sample(bus: Bus, settings: Settings, connection: Connection, count: int) -> None:
    """Compare some cases, chosen at random."""
    known = [row[0] for row in await connection.fetch(_CASES)]
    await reconcile(bus, settings, connection, random.sample(known, min(count, len(known))))


async def _held(connection: Connection, number: int, cases: list[UUID]) -> _Held:
    """One moment: the partition number's lock is held while everything is read."""
    async with connection.transaction():
        await lock_number(connection, number)
        everything = await places.all_of(connection, CONSUMER)
        states = {row[0]: row[1] for row in await connection.fetch(_HELD, cases)}
        flags: dict[UUID, set[Standing]] = defaultdict(set)
        for case_id, flag_id, severity, evidence in await connection.fetch(_FLAGS, cases):
            flags[case_id].add(Standing(flag_id, severity, tuple(evidence)))
        aside = {key for (key,) in await connection.fetch(_ASIDE, CONSUMER)}
    stops = {
        part: place.next_offset
        for part, place in everything.items()
        if part.partition == number and part.topic in TOPICS
    }
    return _Held(stops, states, flags, aside)


async def _said(
    bus: Bus, settings: Settings, stops: Mapping[Partition, int], cases: list[UUID]
) -> dict[UUID, list[events.Event]]:
    """The events of these cases in their publishers' order, each once."""
    keys = {str(case_id).encode(): case_id for case_id in cases}
    found: dict[UUID, dict[UUID, tuple[tuple[str, int, int], Record]]] = defaultdict(dict)
    newest: dict[Partition, int] = defaultdict(int)
    async for records in scan(bus, dict.fromkeys(stops, 0), stops):
        for record in records:
            part = Partition(record.topic, record.partition)
            incarnation = wire.text(record, wire.INCARNATION).partition("-")[0]
            number = wire.text(record, wire.SEQUENCE)
            ours = wire.header(record, wire.SOURCE) == wire.source(record.topic)
            if not (ours and number.isdigit() and incarnation.isdigit()):
                continue
            if wire.kind(record) in wire.PLUMBING:
                newest[part] = max(newest[part], int(incarnation))
            elif record.key in keys and int(incarnation) == newest[part]:
                place = (record.topic, int(incarnation), int(number))
                found[keys[record.key]].setdefault(wire.id_of(record), (place, record))
    return {
        case_id: [
            wire.event(record, settings.event_limit)
            for _, record in sorted(those.values(), key=lambda each: each[0])
            if wire.kind(record) in events.classes
        ]
        for case_id, those in found.items()
    }


def _differences(held: _Held, case_id: UUID, said: list[events.Event]) -> list[str]:
    state = held.states.get(case_id)
    if state is None:
        return ["missing"] if said else []
    ours, theirs = shown(state), reckon(said)
    # Safety flags never lapse: who has one follows from the log alone. Other flags ask for rules.
    theirs["safety"] = set(theirs["safety"].values())
    what = [name for name in theirs if ours[name] != theirs[name]]
    return what + (["flags"] if _standing(state) != held.flags.get(case_id, set()) else [])


def _standing(state: bytes) -> set[Standing]:
    """The flags of a state, as their rows must be."""
    return {
        Standing(
            UUID(bytes=flag.id),
            flag.severity.value,
            tuple(UUID(bytes=event) for event in flag.evidence),
        )
        for flag in decode(state).flags
        if not flag.cleared
    }


def shown(state: bytes) -> dict[str, Any]:
    """A state in the words of the reckoning."""
    case = decode(state)
    return {
        "status": case.status,
        "clinician": UUID(bytes=case.clinician) if case.clinician else None,
        "clients": tuple(UUID(bytes=client) for client in case.clients),
        "ratings": {
            UUID(bytes=row[1]): row[3]
            for goal in case.goals.values()
            for row in RATINGS.rows(goal.ratings)
        },
        "answers": {
            UUID(bytes=row[1]): row[3]
            for measure in case.measures
            for row in ANSWERS.rows(measure.answers)
        },
        "sessions": {
            UUID(bytes=row[1]): OUTCOMES[row[3]].value
            for row in SESSIONS.rows(case.sessions)
            if row[3] != BOOKED
        },
        "safety": {
            UUID(bytes=flag.client)
            for flag in case.flags
            if flag.rule is Rule.SI_ITEM and flag.client and not flag.cleared
        },
    }
