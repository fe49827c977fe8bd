"""What happened to flags: their rows as they are now, and the events that say so."""

from collections.abc import Sequence

from services.progress.domain.packed import instant
from services.progress.domain.rules import Happened, Told
from services.progress.domain.state import Case
from services.progress.projection import asking, incidents, store
from services.progress.projection.store import Connection, Id
from services.progress.projection.target import Target
from shared import outbox
from shared.events import Event
from shared.events.progress import FlagCleared, FlagRaised
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule


RULES = frozenset(rule.value for rule in Rule)
PUBLISHED = (Happened.RAISED, Happened.CLEARED)
_CLOSED = "select flag_id from flag_case where flag_id = any($1::uuid[]) and closed_at is not null"


async def tell(
    connection: Connection, happened: Sequence[tuple[bytes, Case, Told]], target: Target
) -> bool:
    """Write the flags' rows as they are now; whether there was something to publish about them.

    More evidence for an open flag is told to nobody again; for one that people have closed it is.
    """
    newest = {told.flag.id: (case_id, case.clinic, told.flag) for case_id, case, told in happened}
    rows = await store.save_flags(connection, list(newest.values()), target)
    if target.silent:
        return False
    await asking.note(connection, happened)
    if spoilt := {row["case_id"]: None for row in rows if row["rule"] not in RULES}:
        await incidents.note_all(connection, spoilt, incidents.FLAG_UNREADABLE)
    closed = await _closed(connection, happened)
    events = [
        event_of(case_id, case, told)
        for case_id, case, told in happened
        if told.what in PUBLISHED or told.flag.id in closed
    ]
    if events:
        await outbox.put(connection, *events)
    return bool(events)


async def _closed(
    connection: Connection, happened: Sequence[tuple[bytes, Case, Told]]
) -> set[bytes]:
    merged = sorted({told.flag.id for *_, told in happened if told.what is Happened.MERGED})
    if not merged:
        return set()
    rows = await connection.fetch(_CLOSED, [Id(flag_id) for flag_id in merged])
    return {row[0].bytes for row in rows}


def event_of(case_id: bytes, case: Case, told: Told) -> Event:
    """The event that tells what happened to a flag: the same cause always makes the same one."""
    flag = told.flag
    common = {
        "event_id": Id(told.event_id),
        "occurred_at": instant(told.at),
        "clinic_id": Id(case.clinic),
        "flag_id": Id(flag.id),
        "case_id": Id(case_id),
        "client_id": Id(flag.client) if flag.client else None,
        "rule": flag.rule,
        "rule_version": flag.version,
    }
    if told.what is Happened.CLEARED:
        return FlagCleared(**common)
    return FlagRaised(
        severity=flag.severity,
        clinician_id=Id(case.clinician) if case.clinician else None,
        evidence=tuple(Id(event) for event in flag.evidence),
        raised_at=instant(flag.raised_at),
        tell=DEFINITIONS[flag.rule].tell,
        **common,
    )
