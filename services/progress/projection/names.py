"""Under which names people know a case's flags, whatever of the read tables is spoilt or lost.

A flag's name cannot be read back from the facts (carrying.py). It stands in its row, in its case's
state, and in what was published; any of these may be what has to be repaired.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from services.progress.domain.packed import micros
from services.progress.domain.state import Because, Case, Flag
from services.progress.projection import published
from services.progress.projection.flag_rows import flag_in
from services.progress.projection.store import Connection
from shared import events
from shared.bus import Bus
from shared.events.progress import FlagCleared, FlagRaised
from shared.events.words import Rule
from shared.settings import Settings


NO_SENTENCE = Because("", "", 0, 0, 0, 0)  # a name needs none
_ROWS = "select * from live.flag where case_id = $1 and not cleared"
_ACTED = "select flag_id from flag_case where case_id = $1"


@dataclass(frozen=True)
class Known:
    """Standing flags by their names: of each rule and client one, and all that people heard of.

    `told`: every flag that was ever raised in front of people, as they heard of it last, also those
    that are over. `said`: all that was published of the case, in order.
    """

    names: tuple[Flag, ...]
    heard: tuple[Flag, ...]
    told: Mapping[bytes, Flag]
    said: Sequence[events.Event]


async def known(
    bus: Bus, settings: Settings, connection: Connection, case_id: UUID, before: Case | None
) -> Known:
    """How people call what stands in a case: a name that somebody acted under comes first.

    Then one that was published; else the row's, which is what they see, or the state's.
    """
    said = await _published(bus, settings, connection, case_id)
    ever = {each.flag_id.bytes: _of_event(each) for each in said if isinstance(each, FlagRaised)}
    published = _standing(said)
    read = [flag_in(row) for row in await connection.fetch(_ROWS, case_id)]
    rows = [_aged(flag, ever) for flag in read if flag and _as_told(flag, ever)]
    state = [_aged(flag, ever) for flag in (before.flags if before else []) if not flag.cleared]
    acted = {row[0].bytes for row in await connection.fetch(_ACTED, case_id)}
    by_key: dict[tuple[Rule, bytes | None], list[Flag]] = defaultdict(list)
    for flag in (*rows, *state, *published):
        by_key[flag.rule, flag.client].append(flag)
    told = {flag.id for flag in published}
    names = [
        min(those, key=lambda flag: (flag.id not in acted, flag.id not in told))
        for those in by_key.values()
    ]
    heard = {flag.id: flag for flag in (*published, *rows)}
    return Known(tuple(names), tuple(heard.values()), ever, said)


def _as_told(flag: Flag, ever: Mapping[bytes, Flag]) -> bool:
    """Whether a row's flag is of the rule and client of which people were told under its name."""
    told = ever.get(flag.id, flag)
    return (told.rule, told.client) == (flag.rule, flag.client)


def _aged(flag: Flag, ever: Mapping[bytes, Flag]) -> Flag:
    """The flag, as old as people were told: its row's word for that may be what is spoilt."""
    told = ever.get(flag.id)
    if told is None:
        return flag
    grown_at = max(flag.grown_at, told.raised_at)
    return replace(flag, raised_at=told.raised_at, grown_at=grown_at)


def _standing(published: Iterable[events.Event]) -> list[Flag]:
    """The flags that were raised and not cleared since, by what people were told."""
    found: dict[UUID, Flag] = {}
    for event in published:
        if isinstance(event, FlagRaised):
            found[event.flag_id] = _of_event(event)
        elif isinstance(event, FlagCleared):
            found.pop(event.flag_id, None)
    return list(found.values())


def _of_event(event: FlagRaised) -> Flag:
    return Flag(
        event.flag_id.bytes,
        event.rule,
        event.client_id.bytes if event.client_id else None,
        event.severity,
        micros(event.raised_at),
        [each.bytes for each in event.evidence],
        NO_SENTENCE,
        version=event.rule_version,
        grown_at=micros(event.occurred_at),
    )


async def _published(
    bus: Bus, settings: Settings, connection: Connection, case_id: UUID
) -> list[events.Event]:
    """Our own events about a case: those in the log, then those that are still to be sent."""
    sent = await published.sent(bus, settings, [case_id])
    unsent = await published.unsent(connection, [case_id])
    found = {each.event_id: each for each in (*sent.get(case_id, []), *unsent.get(case_id, []))}
    return list(found.values())
