"""The switch: in one transaction the views move, and flags that differ are raised or cleared once.

Everything that reads or writes the projection waits for that one transaction; then the new version
goes on from exactly there, under the live one's name and places.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.progress.domain.rules.evidence import SEVERITIES
from services.progress.models.tables import CONSUMER
from services.progress.models.versions import consumer_of, pointing, schema_of
from services.progress.projection import mended
from services.progress.projection.carrying import keep_told
from services.progress.projection.store import Connection
from services.progress.projection.taking_up import BECAUSE
from shared import outbox
from shared.events import Event, derived_id
from shared.events.progress import FlagCleared, FlagRaised
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule, Severity
from shared.log import log


# A batch that waits for our locks may hold what we wait for; then we are the one to step back.
VIEW_PATIENCE = "set local lock_timeout = '400ms'"

# It rests on what was not there before: where its rule says so, or it was closed, people are told.
_GROWN = """
(coalesce(not built.evidence <@ live.evidence, false) and (built.rule = any($1::text[]) or exists
    (select from flag_case as did where did.flag_id = built.flag_id and did.closed_at is not null)))
"""
_FLAGS = """
select coalesce(built.flag_id, live.flag_id) as flag_id, case_id,
    coalesce(built.clinic_id, live.clinic_id) as clinic_id,
    coalesce(built.client_id, live.client_id) as client_id,
    coalesce(built.rule, live.rule) as rule,
    coalesce(built.rule_version, live.rule_version) as rule_version,
    built.severity, built.raised_at, built.evidence, held.clinician_id,
    coalesce(not live.cleared, false) as stood, coalesce(not built.cleared, false) as stands,
    live.severity as severity_was, {grown} as grown
from {live}.flag as live full join {built}.flag as built using (flag_id, case_id)
    left join {built}.case_state as held using (case_id)
where coalesce(not live.cleared, false) <> coalesce(not built.cleared, false)
    or not live.cleared and not built.cleared and (live.severity <> built.severity or {grown})
order by flag_id
"""
_RENAME = "update {table} set consumer = $2 where consumer = $1"
_KEEP_PAUSE = """
update consumed as now set paused_since = was.paused_since from consumed as was
where now.consumer = $1 and was.consumer = $2
    and was.topic = now.topic and was.partition = now.partition
"""
# The same record was set aside in both: what people asked for about it goes on.
_KEEP_WISHES = """
update wish set parked_id = now.parked_id from parked as was, parked as now
where wish.parked_id = was.parked_id and wish.done_at is null
    and was.consumer = $1 and now.consumer = $2 and now.state = 'blocking'
    and was.topic = now.topic and was.partition = now.partition and was."offset" = now."offset"
"""
# And it waits since it was first set aside, not since it was read again.
_KEEP_SINCE = """
update parked as now set since = least(now.since, was.since) from parked as was
where was.consumer = $1 and now.consumer = $2
    and was.topic = now.topic and was.partition = now.partition and was."offset" = now."offset"
"""
# Here it is set aside, and there it was read, or skipped for good: this version is handed it again,
# and reads it too if it can, or leaves it out in the name of who confirmed that. What waits for its
# case is taken up by the repair.
_HAND_ON = """
insert into wish (consumer, act, parked_id, reason, sub, role)
select $1, 'redrive', now.parked_id, case when by.sub is null then $5 else $6 end,
    coalesce(by.sub, $3), coalesce(by.role, $4)
from parked as now left join lateral (
    select confirming.sub, confirming.role from parked as gone
        join wish as confirming on confirming.parked_id = gone.parked_id and confirming.act = 'skip'
            and confirming.confirms is not null and not confirming.dry_run
    where gone.state = 'skipped' and gone.topic = now.topic and gone.key = now.key
        and gone.digest = now.digest
    order by confirming.number desc limit 1) as by on true
where now.consumer = $2 and now.state = 'blocking' and (by.sub is not null
    or now.cause <> $7 and not exists (select from parked as was
        where was.consumer = $1 and was.state in ('blocking', 'waiting') and was.topic = now.topic
            and was.partition = now.partition and was."offset" = now."offset"))
"""
WAS_READ = "it was read before the switch"
WAS_SKIPPED = "it was skipped for good before the switch"
_UNPAUSE = "update consumed set paused_since = null where consumer = $1"


@dataclass(frozen=True)
class Switch:
    """From one version to another, because of one act: what is published is derived from its id."""

    live: int
    built: int
    cause: UUID
    at: datetime
    sub: str
    role: str


async def switch(connection: Connection, act: Switch) -> int:
    """Move everything, inside the caller's transaction, which holds every partition's lock.

    How many flags were raised or cleared. Doing it twice cannot publish twice: ids are derived.
    """
    unsure = await mended.unsure(connection, act.live, act.built)
    events = await _flags_that_differ(connection, act, unsure.flags)
    if events:
        await outbox.put(connection, *events)
    await keep_told(connection, act.live, act.built)
    await mended.keep(connection, act.live, act.built, unsure.flags)
    await mended.settle(connection, act.built, unsure.cases)
    await _rename(connection, act)
    await connection.execute(VIEW_PATIENCE)
    for statement in pointing(act.built):
        await connection.execute(statement)
    return len(events)


async def _rename(connection: Connection, act: Switch) -> None:
    """Places, and what is set aside, follow their version."""
    old, new = consumer_of(act.live), consumer_of(act.built)
    await connection.execute(_KEEP_PAUSE, new, CONSUMER)
    for statement in (_KEEP_WISHES, _KEEP_SINCE):
        await connection.execute(statement, CONSUMER, new)
    said = (act.sub, act.role, WAS_READ, WAS_SKIPPED, BECAUSE)
    await connection.execute(_HAND_ON, CONSUMER, new, *said)
    for table in ("consumed", "parked"):
        await connection.execute(_RENAME.format(table=table), CONSUMER, old)
        await connection.execute(_RENAME.format(table=table), new, CONSUMER)
    await connection.execute(_UNPAUSE, old)


async def _flags_that_differ(
    connection: Connection, act: Switch, kept: frozenset[UUID]
) -> list[Event]:
    """What is to be told of all flags but those that are kept as they are."""
    names = {"live": schema_of(act.live), "built": schema_of(act.built), "grown": _GROWN}
    again = [rule.value for rule, definition in DEFINITIONS.items() if definition.again]
    rows = await connection.fetch(_FLAGS.format(**names), again)
    found = [row for row in rows if row["flag_id"] not in kept]
    return [event for row in found if (event := _event(row, act))]


def _event(row: asyncpg.Record, act: Switch) -> Event | None:
    if row["rule"] not in DEFINITIONS or (row["stands"] and row["severity"] not in SEVERITIES):
        # Nobody can say under which rule people know it, or how grave it is.
        log.error("flag cannot be read", case_id=str(row["case_id"]))
        return None
    common = {
        "occurred_at": act.at,
        "clinic_id": row["clinic_id"],
        "flag_id": row["flag_id"],
        "case_id": row["case_id"],
        "client_id": row["client_id"],
        "rule": Rule(row["rule"]),
        "rule_version": row["rule_version"],
    }
    if not row["stands"]:
        return FlagCleared(event_id=derived_id(act.cause, f"{row['flag_id']} cleared"), **common)
    severity = Severity(row["severity"])
    was = row["severity_was"]
    milder = was in SEVERITIES and SEVERITIES.index(severity) > SEVERITIES.index(was)
    if row["stood"] and milder and not row["grown"]:
        return None  # nobody is told again
    return FlagRaised(
        event_id=derived_id(act.cause, f"{row['flag_id']} raised"),
        severity=severity,
        clinician_id=row["clinician_id"],
        evidence=tuple(row["evidence"]),
        raised_at=row["raised_at"],
        tell=DEFINITIONS[Rule(row["rule"])].tell,
        **common,
    )
