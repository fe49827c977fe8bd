"""What people did about a flag stands twice: act by act, and as the row that is shown.

A row that says something else than its acts would show a flag as seen that nobody saw, or to
somebody who was never told. Reconcile names it, and the case's repair lets it be what its acts say,
where these are what was published: of two that differ the altered one must not win.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import asyncpg

from services.progress.domain.acted import LOOKS, Acts, Done, Stand, of_done, stand
from services.progress.domain.lifecycle import Act
from services.progress.projection.store import Connection
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule


# A flag that was folded anew may be gone, and its row of acts with its case's id is what is left.
_ROWS = """
select flag_id, coalesce(f.case_id, fc.case_id) as case_id, f.rule, fc.flag_id is null as lost,
    coalesce(f.clinic_id, fc.clinic_id) as clinic_id, fc.acknowledged_by, fc.acknowledged_at,
    fc.note, fc.state, fc.assigned_to, fc.told, fc.closed_at, fc.clinic_id as held_clinic,
    fc.case_id as held_case, f.evidence, f.grown_at, f.severity
from flag_case fc full join live.flag f using (flag_id)
where fc.case_id = any($1::uuid[]) or f.case_id = any($1::uuid[]) order by flag_id
"""
_ACTS = """
select flag_id, act_id, act, at, by, "to", code, note, undoes from flag_act
where flag_id = any($1::uuid[]) order by at, number
"""
_MEND = """
insert into flag_case as held (flag_id, clinic_id, case_id, acknowledged_by, acknowledged_at, note,
    state, assigned_to, told, closed_at, seen, seen_grown_at, seen_severity, asks_since, risen)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    case when cardinality($11::uuid[]) = 0 then now() end, false)
on conflict (flag_id) do update set clinic_id = excluded.clinic_id, case_id = excluded.case_id,
    acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
    note = coalesce(excluded.note, held.note), state = excluded.state,
    assigned_to = excluded.assigned_to, told = excluded.told, closed_at = excluded.closed_at
"""

Row = asyncpg.Record
ABOUT, GONE = "what was done about", "a flag that is gone"
LOST, SPOILT = "only in the list of acts", "cannot be read"
WHOSE = {"held_clinic": "clinic_id", "held_case": "case_id"}


@dataclass(frozen=True)
class Compared:
    """A flag's row and what its acts come to; `differs` names columns, and holds no value.

    `reckoned` is None where an act, or the row, is what nobody can read.
    """

    row: Row
    acts: Sequence[Done]
    reckoned: Stand | None
    differs: Sequence[str]

    def is_what(self, said: Acts) -> bool:
        """Whether its acts are what was published of its flag: each of them, once, and no other."""
        flag_id = self.row["flag_id"]
        acts = Counter((flag_id, of_done(done)) for done in self.acts)
        return acts == Counter({each: n for each, n in said.items() if each[0] == flag_id})


async def altered(connection: Connection, cases: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Which rows of acts are not what their acts come to, by case, in words that hold no value.

    The caller holds the partition number's lock: nobody acts meanwhile.
    """
    found: dict[UUID, list[str]] = defaultdict(list)
    for each in await _compared(connection, cases):
        rule = each.row["rule"]
        what = f"{ABOUT} {rule if rule in set(Rule) else GONE}"
        found[each.row["case_id"]].append(f"{what}: {', '.join(each.differs)}")
    return found


async def mend(connection: Connection, case_id: UUID, said: Acts | None = None) -> int:
    """Let the rows of acts of a case be what its acts come to; nobody acts meanwhile.

    How many were left as they are, because their acts are not what was `said` of them. None: the
    acts are believed, they have just been put down from the log.
    """
    left = 0
    for each in await _compared(connection, [case_id]):
        row, reckoned = each.row, each.reckoned
        if reckoned is None or (said is not None and not each.is_what(said)):
            left += 1
            continue
        whose = (row["flag_id"], row["clinic_id"], row["case_id"])
        look = (reckoned.acknowledged_by, reckoned.acknowledged_at, reckoned.note or None)
        stands = (reckoned.state.value, reckoned.assigned_to, sorted(reckoned.told))
        await connection.execute(_MEND, *whose, *look, *stands, reckoned.closed_at, *_seen(each))
    return left


def _seen(each: Compared) -> tuple[Any, Any, Any]:
    """Of a lost row: what of the flag its person had seen, when it had grown, how severe it was.

    Nobody knows that any more. A flag for safety asks for a new look, any other was seen as it
    stands; one that nobody ever looked at has no look at all.
    """
    row = each.row
    if not any(done.act in LOOKS for done in each.acts) or row["evidence"] is None:
        return None, None, None
    if DEFINITIONS[row["rule"]].safety:
        return [], None, None
    return row["evidence"], row["grown_at"], row["severity"]


async def _compared(connection: Connection, cases: Sequence[UUID]) -> list[Compared]:
    """The rows that differ from their acts, and what these come to."""
    rows = await connection.fetch(_ROWS, cases)
    acts: dict[UUID, list[Row]] = defaultdict(list)
    for act in await connection.fetch(_ACTS, [row["flag_id"] for row in rows]):
        acts[act["flag_id"]].append(act)
    # A flag that nobody acted on has no row, and needs none.
    shown = [row for row in rows if not row["lost"] or row["flag_id"] in acts]
    found = [_compare(row, acts.get(row["flag_id"], ())) for row in shown]
    return [each for each in found if each.differs]


def _compare(row: Row, rows: Sequence[Row]) -> Compared:
    try:
        acts = [_done(act) for act in rows]
        return _against(row, acts, stand(acts))
    except (ValueError, TypeError):
        return Compared(row, (), None, [SPOILT])


def _done(act: Row) -> Done:
    _, act_id, kind, at, by, to, code, note, undoes = act
    return Done(act_id, Act(kind), at, by, to, code, note, undoes=undoes)


def _against(row: Row, acts: Sequence[Done], reckoned: Stand) -> Compared:
    """A note that is in no act is left alone."""
    if row["lost"]:
        return Compared(row, acts, reckoned, [LOST])
    names = [each.name for each in fields(Stand) if each.compare]
    differs = [name for name in names if _value(row, name) != _reckoned(row, reckoned, name)]
    differs += [name for held, name in WHOSE.items() if row[held] != row[name]]
    return Compared(row, acts, reckoned, differs)


def _value(row: Row, name: str) -> Any:
    return frozenset(row["told"]) if name == "told" else row[name]


def _reckoned(row: Row, reckoned: Stand, name: str) -> Any:
    if name == "note" and not reckoned.note:
        return row["note"]
    return getattr(reckoned, name)
