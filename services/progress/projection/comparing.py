"""Two versions of the projection at one place of the log, row by row: what differs, and why.

Reads in one snapshot, so that the live version may go on meanwhile.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import structs

from services.progress.domain.state import Case, decode, readable
from services.progress.models.versions import schema_of
from services.progress.projection.store import Connection
from shared.events.rules import DEFINITIONS


# What a state holds that tells in which order publishers were heard of and when somebody looked,
# and nothing else.
ARRIVAL = frozenset({"recent", "looked"})
CHUNK = 500
# The columns of a flag that hold nothing clinical.
TOLD = ("rule_version", "severity", "raised_at", "grown_at", "cleared", "parameters")
Row = dict[str, Any]

RULE, PASSED, CARRIED, ASIDE, OTHER = (
    "another version of the rule",
    "raised and cleared again while facts were still coming",
    "stands in both; name and age were kept as people were told",
    "an event is set aside in one of them",
    "unexplained",
)
# These say how the same came about. No case differs for them, and a switch tells nothing of them.
HISTORY = frozenset({PASSED, CARRIED})

_CASES = """
select case_id, live.state as live, built.state as built
from {live}.case_state as live full join {built}.case_state as built using (case_id)
where live.state is distinct from built.state
"""
_FLAGS = """
select case_id, flag_id, to_jsonb(live) as live, to_jsonb(built) as built
from {live}.flag as live full join {built}.flag as built using (flag_id, case_id)
where to_jsonb(live) is distinct from to_jsonb(built)
"""
_COUNT = "select count(*) from {live}.case_state join {built}.case_state using (case_id)"
_ASIDE = """
select distinct key from parked
where consumer = any($1::text[]) and state in ('blocking', 'waiting')
"""
_STILL = """
select count(distinct key) from parked
where consumer = $1 and state = 'blocking' and topic <> 'clinics'
"""


Sides = tuple[str | None, str | None]  # a row in the live version and in the built one, as JSON


@dataclass
class Compared:
    """How many cases are equal or not, and each difference: (case, what) and its reason.

    `sides` are the two rows of a flag that differs.
    """

    equal: int = 0
    different: int = 0
    only_live: int = 0
    only_rebuilt: int = 0
    stand_still: int = 0  # in the built one: an event of theirs cannot be read
    differences: dict[tuple[UUID, str], str] = field(default_factory=dict)
    sides: dict[tuple[UUID, str], Sides] = field(default_factory=dict)

    def explain_carried(self, flags: Iterable[tuple[UUID, str]]) -> None:
        """List flags that were raised under another name, or at another moment."""
        for case_id, rule in flags:
            self.differences.setdefault((case_id, f"flag {rule}: raised otherwise"), CARRIED)


async def compare(
    connection: Connection, live: int, built: int, consumers: list[str], states: bool
) -> Compared:
    """Compare within the caller's snapshot. Without `states` only flags: layouts differ."""
    names = {"live": schema_of(live), "built": schema_of(built)}
    found, cases = Compared(), defaultdict[UUID, set[str]](set)
    one_sided: dict[UUID, str] = {}
    if states:
        async for row in connection.cursor(_CASES.format(**names), prefetch=CHUNK):
            if row["live"] is None or row["built"] is None:
                one_sided[row["case_id"]] = "live" if row["built"] is None else "rebuilt"
                found.differences[row["case_id"], f"only {one_sided[row['case_id']]}"] = OTHER
                continue
            for what in _different(row["live"], row["built"]):
                cases[row["case_id"]].add(what)
                found.differences[row["case_id"], what] = OTHER
    async for row in connection.cursor(_FLAGS.format(**names), prefetch=CHUNK):
        live_row, built_row = (json.loads(row[name] or "null") for name in ("live", "built"))
        for what, reason in _of_flag(live_row, built_row):
            if reason not in HISTORY:
                cases[row["case_id"]].add(what)
            found.differences[row["case_id"], what] = reason
            found.sides[row["case_id"], what] = (_side(live_row), _side(built_row))
    _explain(found, {key for (key,) in await connection.fetch(_ASIDE, consumers)})
    found.stand_still = await connection.fetchval(_STILL, consumers[-1])
    found.only_live = sum(side == "live" for side in one_sided.values())
    found.only_rebuilt = len(one_sided) - found.only_live
    found.different = len(cases.keys() - one_sided.keys())
    both = await connection.fetchval(_COUNT.format(**names))
    found.equal = both - found.different
    return found


def _different(live: bytes, built: bytes) -> list[str]:
    """As `different`; a live state that nobody can read differs as a whole."""
    held = readable(live)
    return different(held, decode(built)) if held else ["cannot be read in the live version"]


def different(live: Case, built: Case) -> list[str]:
    """The fields in which two states of a case differ, whatever the order of arrival was."""
    ours, theirs = _plain(live), _plain(built)
    return [name for name in ours if ours[name] != theirs[name]]


def _plain(case: Case) -> dict[str, object]:
    said = {name: value for name, value in structs.asdict(case).items() if name not in ARRIVAL}
    standing = (flag for flag in case.flags if not flag.cleared)
    said["flags"] = sorted((flag.id, flag.rule, flag.client or b"") for flag in standing)
    said["measures"] = sorted(
        (structs.asdict(measure) for measure in case.measures),
        key=lambda each: (each["code"], each["client"]),
    )
    return said


def _side(row: Row | None) -> str | None:
    """What of a flag's row operations may see: no value that it rests on, only how many."""
    if row is None:
        return None
    told = {name: row[name] for name in TOLD if name in row}
    return json.dumps(told | {"evidence": len(row["evidence"])})


def _of_flag(live: Row | None, built: Row | None) -> list[tuple[str, str]]:
    one = live or built or {}
    over = all(each is None or each["cleared"] for each in (live, built))
    if over:
        reason = PASSED
    else:  # this code builds by one of its own versions of the rule
        definition = DEFINITIONS.get(one["rule"])  # of a row that nobody can read: none
        own = {each.number for each in definition.versions} if definition else set()
        reason = OTHER if definition is None or one["rule_version"] in own else RULE
    if live is None or built is None:
        return [(f"flag {one['rule']}: only {'live' if built is None else 'rebuilt'}", reason)]
    # A column that only one of two layouts has says nothing about the flag.
    names = sorted(name for name in live.keys() & built.keys() if live[name] != built[name])
    return [(f"flag {one['rule']}: {name}", reason) for name in names]


def _explain(found: Compared, aside: set[str]) -> None:
    """Differences of a case's state have the reason of its standing flags', or of what is aside."""
    by_case: dict[UUID, set[str]] = defaultdict(set)
    for (case_id, what), reason in found.differences.items():
        if what.startswith("flag ") and reason not in HISTORY:
            by_case[case_id].add(reason)
    for (case_id, what), reason in found.differences.items():
        if reason is OTHER and str(case_id) in aside:
            found.differences[case_id, what] = ASIDE
        elif reason is OTHER and what in ("flags", "due_at") and len(by_case[case_id]) == 1:
            found.differences[case_id, what] = next(iter(by_case[case_id]))
