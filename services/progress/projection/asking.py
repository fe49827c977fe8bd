"""What came after the last look at a flag asks for a new one, and since when it does.

The clock counts from the first of what nobody has seen. If each further answer began it anew, a
client who answers often enough would never come to anybody's notice: more time because of more.
What came and went again (an answer that was voided) asks for nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from services.progress.domain.packed import instant
from services.progress.domain.rules import Happened, Told
from services.progress.domain.rules.evidence import SEVERITIES
from services.progress.domain.state import Case
from services.progress.projection.store import Connection, Id
from shared.events.rules import DEFINITIONS
from shared.events.words import Severity


Row = asyncpg.Record
AGAIN = ",".join(rule for rule, definition in DEFINITIONS.items() if definition.again)
WORST_FIRST = ",".join(SEVERITIES)

# Of a flag `f` and what people did about it, `fc`; the same as the API reckons (queries/flags.py).
UNSEEN = f"""(fc.seen is not null
    and ((not f.evidence <@ fc.seen or coalesce(f.grown_at > fc.seen_grown_at, false))
        and (fc.state = 'closed' or f.rule = any('{{{AGAIN}}}'::text[]))
        or coalesce(array_position('{{{WORST_FIRST}}}'::text[], f.severity)
            < array_position('{{{WORST_FIRST}}}'::text[], fc.seen_severity), false)))"""
_LOOKS = """
select flag_id, seen, seen_grown_at, seen_severity, risen from flag_case
where flag_id = any($1::uuid[]) and seen is not null
"""
_KEEP = """
update flag_case as fc set risen = heard.risen, seen_grown_at = heard.seen_grown_at
from unnest($1::uuid[], $2::boolean[], $3::timestamptz[]) as heard (flag_id, risen, seen_grown_at)
where fc.flag_id = heard.flag_id
"""
_SINCE = f"""
update flag_case as fc
set asks_since = case when not f.cleared and {UNSEEN} then coalesce(fc.asks_since, came.at) end
from unnest($1::uuid[], $2::timestamptz[]) as came (flag_id, at), live.flag as f
where fc.flag_id = came.flag_id and f.flag_id = came.flag_id
"""
_OVER = f"""
update flag_case as fc set asks_since = null from live.flag as f
where fc.asks_since is not null and f.flag_id = fc.flag_id and (f.cleared or not {UNSEEN})
"""


@dataclass
class Look:
    """What somebody saw of a flag, and what was heard of it since.

    `risen`: it rests on what was seen and is more: put right upwards, or raised again. Unknown
    (None) for looks of before this was kept, and then believed.
    """

    seen: frozenset[bytes]
    grown_at: datetime | None
    severity: Severity | None
    risen: bool | None
    since: datetime | None = None

    def hears(self, told: Told) -> None:
        """Take in what happened to the flag, one after the other."""
        flag, known = told.flag, self.seen.issuperset(told.flag.evidence)
        at = instant(flag.grown_at)
        if told.what is Happened.RAISED and known:
            self.risen = True
        elif told.what is Happened.CLEARED:
            self.risen, self.since = False, None
            return
        elif known and self.risen is False and not self._worse(flag.severity):
            self.grown_at, self.since = at, None  # what made it grow has gone
            return
        self.since = min(at, self.since or at)

    def _worse(self, severity: Severity) -> bool:
        if self.severity is None:
            return False
        return SEVERITIES.index(severity) < SEVERITIES.index(self.severity)


async def note(connection: Connection, happened: Sequence[tuple[bytes, Case, Told]]) -> None:
    """Keep since when these flags ask for a new look; their rows say already what they are now.

    The caller holds the partition number's lock, without which nobody looks at a flag either.
    """
    ids = [Id(flag_id) for flag_id in {told.flag.id for *_, told in happened}]
    looks = {row["flag_id"].bytes: _look(row) for row in await connection.fetch(_LOOKS, ids)}
    if not looks:
        return
    for *_, told in happened:
        if look := looks.get(told.flag.id):
            look.hears(told)
    found, heard = [Id(flag_id) for flag_id in looks], list(looks.values())
    moments = [look.grown_at for look in heard]
    await connection.execute(_KEEP, found, [look.risen for look in heard], moments)
    await connection.execute(_SINCE, found, [look.since for look in heard])


def _look(row: Row) -> Look:
    severity = row["seen_severity"]
    return Look(
        frozenset(event.bytes for event in row["seen"]),
        row["seen_grown_at"],
        Severity(severity) if severity in SEVERITIES else None,
        row["risen"],
    )


async def forget(connection: Connection) -> None:
    """Forget it where nothing is unseen any more: a repair and a switch change flags as well."""
    await connection.execute(_OVER)
