"""What people did about a flag stands twice: act by act, and as the row that is shown.

A row that says something else than its acts would show a flag as seen that nobody saw, or to
somebody who was never told. Reconcile names it, and the case's repair lets it be what its acts say.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import asyncpg

from services.progress.domain.acted import Done, Stand, stand
from services.progress.domain.lifecycle import Act
from services.progress.projection.store import Connection
from shared.events.words import Rule


# A flag that was folded anew may be gone, and its row of acts with its case's id is what is left.
_ROWS = """
select flag_id, coalesce(fc.case_id, f.case_id) as case_id, f.rule, fc.case_id is null as lost,
    coalesce(fc.clinic_id, f.clinic_id) as clinic_id, fc.acknowledged_by, fc.acknowledged_at,
    fc.note, fc.state, fc.assigned_to, fc.told, fc.closed_at
from flag_case fc full join live.flag f using (flag_id)
where fc.case_id = any($1::uuid[]) or f.case_id = any($1::uuid[]) order by flag_id
"""
_ACTS = """
select flag_id, act_id, act, at, by, "to", note, before, undoes from flag_act
where flag_id = any($1::uuid[]) order by number
"""
# Of a lost row nobody knows any more what its person saw: what there is asks for a new look.
_MEND = """
insert into flag_case as held (flag_id, clinic_id, case_id, acknowledged_by, acknowledged_at, note,
    state, assigned_to, told, closed_at, seen, asks_since, risen)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '{}', now(), false)
on conflict (flag_id) do update set acknowledged_by = excluded.acknowledged_by,
    acknowledged_at = excluded.acknowledged_at, note = coalesce(excluded.note, held.note),
    state = excluded.state, assigned_to = excluded.assigned_to, told = excluded.told,
    closed_at = excluded.closed_at
"""

Row = asyncpg.Record
ABOUT, GONE = "what was done about", "a flag that is gone"
LOST = "only in the list of acts"


async def altered(connection: Connection, cases: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Which rows of acts are not what their acts come to, by case, in words that hold no value.

    The caller holds the partition number's lock: nobody acts meanwhile.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    for row, reckoned in await _compared(connection, cases):
        what = f"{ABOUT} {row['rule'] if row['rule'] in set(Rule) else GONE}"
        found[row["case_id"]].append(f"{what}: {', '.join(_differing(row, reckoned))}")
    return found


async def mend(connection: Connection, case_id: UUID) -> None:
    """Let the rows of acts of a case be what its acts come to; nobody acts meanwhile."""
    for row, reckoned in await _compared(connection, [case_id]):
        whose = (row["flag_id"], row["clinic_id"], case_id)
        seen = (reckoned.acknowledged_by, reckoned.acknowledged_at, reckoned.note)
        stands = (reckoned.state.value, reckoned.assigned_to, sorted(reckoned.told))
        await connection.execute(_MEND, *whose, *seen, *stands, reckoned.closed_at)


async def _compared(connection: Connection, cases: Sequence[UUID]) -> list[tuple[Row, Stand]]:
    """The rows that differ from their acts, and what these come to."""
    rows = await connection.fetch(_ROWS, cases)
    acts: dict[UUID, list[Done]] = defaultdict(list)
    for flag_id, act_id, act, *rest in await connection.fetch(_ACTS, [r["flag_id"] for r in rows]):
        acts[flag_id].append(Done(act_id, Act(act), *rest))
    # A flag that nobody acted on has no row, and needs none.
    compared = [(row, stand(acts[row["flag_id"]])) for row in rows if _has(row, acts)]
    return [(row, reckoned) for row, reckoned in compared if _differing(row, reckoned)]


def _has(row: Row, acts: dict[UUID, list[Done]]) -> bool:
    return not row["lost"] or row["flag_id"] in acts


def _differing(row: Row, reckoned: Stand) -> list[str]:
    """The names of the columns that say something else; a note that is in no act is left alone."""
    if row["lost"]:
        return [LOST]
    names = [each.name for each in fields(Stand) if each.compare]
    return [name for name in names if _value(row, name) != _reckoned(row, reckoned, name)]


def _value(row: Row, name: str) -> Any:
    return frozenset(row["told"]) if name == "told" else row[name]


def _reckoned(row: Row, reckoned: Stand, name: str) -> Any:
    if name == "note" and reckoned.note is None:
        return row["note"]
    return getattr(reckoned, name)
