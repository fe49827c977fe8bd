"""Cases that one of two versions cannot read, or has something set aside of: what a switch does.

What waited for a repair in the version that goes is over where the new one has folded it. And what
the new one knows less of, because it could not take it in, is not believed against the live one.
"""

from dataclasses import dataclass
from uuid import UUID

from services.progress.domain.state import readable
from services.progress.models.tables import CONSUMER
from services.progress.models.versions import consumer_of, schema_of
from services.progress.projection import incidents
from services.progress.projection.flag_rows import KNOWN, flag_in
from services.progress.projection.incidents import FLAG_UNREADABLE, UNREADABLE
from services.progress.projection.store import Connection
from services.progress.projection.taking_up import BECAUSE


OUTCOME = "taken up by the version that was switched to"
# Flags that people know of and that would be over, come to less, or rise again. A clinic's numbers
# are all of its cases': what neither version could read of them makes no difference.
_LESS = """
with aside as (
    select distinct key from parked as row
    where consumer = $1 and state in ('blocking', 'waiting') and (topic <> 'clinics'
        or not exists (select from parked as was where was.consumer = $4
            and was.state in ('blocking', 'waiting') and was.topic = row.topic
            and was.partition = row.partition and was."offset" = row."offset")))
select flag_id, case_id, live.cleared as over, held.state,
    live.case_id::text in (select key from aside)
        or live.clinic_id::text in (select key from aside) as aside,
    coalesce(built.rule = any($2::text[]) and built.severity = any($3::text[]), true) as known
from {live}.flag as live left join {built}.flag as built using (flag_id, case_id)
    left join {built}.case_state as held using (case_id)
where live.rule = any($2::text[]) and live.severity = any($3::text[]) and (
    live.cleared <> coalesce(built.cleared, true)
    or not (built.rule = any($2::text[]) and built.severity = any($3::text[]))
    or not live.cleared and (built.evidence <> live.evidence and built.evidence <@ live.evidence
        or array_position($3::text[], built.severity) > array_position($3::text[], live.severity)))
"""
_AS_LIVE = """
update {built}.flag as built set client_id = live.client_id, rule = live.rule,
    rule_version = live.rule_version, severity = live.severity, raised_at = live.raised_at,
    grown_at = live.grown_at, cleared = live.cleared, evidence = live.evidence,
    because = live.because, parameters = live.parameters
from {live}.flag as live where live.flag_id = built.flag_id and built.flag_id = any($1::uuid[])
"""
# All that were ever met: the one that is switched to may be the one in which they were.
_EVER = "select distinct case_id from incident where what = $1"
_WAITING = "select key from parked where consumer = $1 and state = 'blocking' and cause = $2"
_STATES = "select case_id, state from {built}.case_state where case_id = any($1::uuid[])"
_FLAGS = "select * from {built}.flag where case_id = any($1::uuid[])"
_REPAIRED = """
update incident set repaired_at = now()
where case_id = any($1::uuid[]) and what = $2 and repaired_at is null
"""
# What the new version has set aside itself, for its own reason, is not taken up.
_DONE = """
update parked as row set state = 'done', outcome = $5
where consumer = $1 and key = any($3::text[]) and state in ('blocking', 'waiting')
    and exists (select from parked as head where head.consumer = $1 and head.topic = row.topic
        and head.key = row.key and head.state = 'blocking' and head.cause = $4)
    and not exists (select from parked as own where own.consumer = $2 and own.topic = row.topic
        and own.key = row.key and own.state in ('blocking', 'waiting'))
"""


@dataclass(frozen=True)
class Unsure:
    """Flags of which the new version does not know what the live one does; unreadable cases."""

    flags: frozenset[UUID]
    cases: frozenset[UUID]


async def unsure(connection: Connection, live: int, built: int) -> Unsure:
    """Which flags stay as they are live: nothing that could be read says that they changed.

    Only states are read of which a flag would change: under the locks everybody waits.
    """
    names = {"live": schema_of(live), "built": schema_of(built)}
    rows = await connection.fetch(_LESS.format(**names), consumer_of(built), *KNOWN, CONSUMER)
    states = {row["case_id"]: row["state"] for row in rows if row["state"] is not None}
    cases = frozenset(case_id for case_id, state in states.items() if readable(state) is None)
    flags = frozenset(
        row["flag_id"]
        for row in rows
        if row["case_id"] in cases or not row["known"] or (row["aside"] and not row["over"])
    )
    return Unsure(flags, cases)


async def keep(connection: Connection, live: int, built: int, flags: frozenset[UUID]) -> None:
    """Let the new version's rows of these flags say what the live ones say."""
    names = {"live": schema_of(live), "built": schema_of(built)}
    if flags:
        await connection.execute(_AS_LIVE.format(**names), list(flags))


async def settle(connection: Connection, built: int, unread: frozenset[UUID]) -> None:
    """Close incidents of what can be read now, and open those of what nobody can read in `built`.

    The events that waited for the former are done. In the switch's own transaction; call it while
    the live version's rows still bear its name.
    """
    schema = schema_of(built)
    cases = await _states(connection, built, unread)
    read = [case_id for case_id, sound in cases.items() if sound]
    await connection.execute(_REPAIRED, read, UNREADABLE)
    keys = [str(case_id) for case_id in read]
    await connection.execute(_DONE, CONSUMER, consumer_of(built), keys, BECAUSE, OUTCOME)
    met = [case_id for case_id, sound in cases.items() if not sound]
    await incidents.note_all(connection, dict.fromkeys(met), UNREADABLE)
    known = await _ever(connection, FLAG_UNREADABLE)
    rows = await connection.fetch(_FLAGS.format(built=schema), known)
    spoilt = {row["case_id"] for row in rows if flag_in(row) is None}
    await connection.execute(_REPAIRED, list(set(known) - spoilt), FLAG_UNREADABLE)
    await incidents.note_all(connection, dict.fromkeys(spoilt), FLAG_UNREADABLE)


async def _states(connection: Connection, built: int, unread: frozenset[UUID]) -> dict[UUID, bool]:
    """Of the cases that somebody could not read, here or there: whether that is so no more."""
    keys = await connection.fetch(_WAITING, consumer_of(built), BECAUSE)
    waiting = (UUID(row["key"]) for row in keys)
    doubted = unread.union(await _ever(connection, UNREADABLE), waiting)
    rows = await connection.fetch(_STATES.format(built=schema_of(built)), list(doubted))
    return {row["case_id"]: readable(row["state"]) is not None for row in rows}


async def _ever(connection: Connection, what: str) -> list[UUID]:
    return [row["case_id"] for row in await connection.fetch(_EVER, what)]
