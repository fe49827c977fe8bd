"""What people were told of a flag outlives who was heard of first: its id, its age.

Which flags stand, and on what they rest, follows from the facts. What a flag is called and when it
was raised follows from the order in which the facts came, and nobody can read that back from the
log. People have acted under that name, so a version that comes to the same flag takes it over.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.progress.domain.packed import micros
from services.progress.domain.state import Case, Flag, readable
from services.progress.models.versions import schema_of
from services.progress.projection import store
from services.progress.projection.flag_rows import KNOWN
from services.progress.projection.store import Cache, Connection, Id
from services.progress.projection.target import Target
from shared.events.words import Rule


# Whatever both versions say of it by now, it grew when people were told so.
_STANDS_IN_BOTH = """
select built.case_id, built.rule, built.client_id, live.flag_id, live.raised_at,
    case when live.evidence = built.evidence then live.grown_at else built.grown_at end as grown_at
from {live}.flag as live join {built}.flag as built using (case_id, rule)
where not live.cleared and not built.cleared and live.client_id is not distinct from built.client_id
    and (live.flag_id <> built.flag_id or live.raised_at <> built.raised_at
        or live.evidence = built.evidence and live.grown_at <> built.grown_at)
order by built.case_id
"""
_AWAY = "delete from {built}.flag where case_id = $1 and flag_id = any($2::uuid[])"
_TOLD = """
insert into {built}.flag ({columns})
select {values} from {live}.flag as live
where not exists (select from {built}.flag as built where built.flag_id = live.flag_id)
    and live.rule = any($1::text[]) and live.severity = any($2::text[])
"""
_COLUMNS = """
select column_name from information_schema.columns
where table_schema = $1 and table_name = 'flag' order by ordinal_position
"""


@dataclass(frozen=True)
class Told:
    """A standing flag as people know it."""

    id: bytes
    rule: Rule
    client: bytes | None
    raised_at: int
    grown_at: int


def told_of(flags: Sequence[Flag]) -> list[Told]:
    """The flags of a state that stand."""
    return [
        Told(flag.id, flag.rule, flag.client, flag.raised_at, flag.grown_at)
        for flag in flags
        if not flag.cleared
    ]


def carry_over(case: Case, told: Sequence[Told]) -> list[Flag]:
    """Let flags of `case` that stand be the ones that people were told of; those that changed."""
    known = {(each.rule, each.client): each for each in told}
    changed = []
    for flag in [each for each in case.flags if not each.cleared]:
        same = known.get((flag.rule, flag.client))
        if same is None:
            continue
        # An earlier flag of the same, over by now, bears that name: it is this one's past.
        case.flags = [each for each in case.flags if each is flag or each.id != same.id]
        flag.id, flag.raised_at, flag.grown_at = same.id, same.raised_at, same.grown_at
        changed.append(flag)
    return changed


async def carry_all(
    connection: Connection, live: int, built: int, target: Target, cache: Cache
) -> set[tuple[UUID, str]]:
    """Do so in all cases of a version that is not live; the flags, by case and rule.

    The caller has stopped both versions at one place.
    """
    names = {"live": schema_of(live), "built": schema_of(built)}
    told: dict[bytes, list[Told]] = defaultdict(list)
    for row in await connection.fetch(_STANDS_IN_BOTH.format(**names)):
        client = row["client_id"].bytes if row["client_id"] else None
        moments = (micros(row["raised_at"]), micros(row["grown_at"]))
        known = Told(row["flag_id"].bytes, Rule(row["rule"]), client, *moments)
        told[row["case_id"].bytes].append(known)
    async with connection.transaction():
        await _renamed(connection, told, names["built"], target, cache)
    return {(UUID(bytes=case), each.rule) for case, known in told.items() for each in known}


async def _renamed(
    connection: Connection,
    told: Mapping[bytes, Sequence[Told]],
    built: str,
    target: Target,
    cache: Cache,
) -> None:
    if not told:
        return
    held = await store.load(connection, list(told), Cache(0), target)
    # A state that nobody can read names nothing: the switch leaves its flags as they are live.
    states = {case_id: readable(held[case_id].state) for case_id in told}
    cases = {case_id: case for case_id, case in states.items() if case}
    rows: list[tuple[bytes, bytes, Flag]] = []
    for case_id, case in cases.items():
        before = {flag.id for flag in case.flags}
        changed = carry_over(case, told[case_id])
        gone = (before - {flag.id for flag in case.flags}) | {flag.id for flag in changed}
        ids = [Id(flag_id) for flag_id in sorted(gone)]
        await connection.execute(_AWAY.format(built=built), Id(case_id), ids)
        rows += [(case_id, case.clinic, flag) for flag in changed]
    await store.save(connection, cases, held, target)
    await store.save_flags(connection, rows, target)
    cache.drop(cases)


async def keep_told(connection: Connection, live: int, built: int) -> None:
    """Flags that people were told of stay to be seen, as ones that are over: links lead to them.

    One that nobody can read is left behind. A layout without all the columns cannot be taken over;
    then the acts alone are left.
    """
    there = [row[0] for row in await connection.fetch(_COLUMNS, schema_of(live))]
    wanted = [row[0] for row in await connection.fetch(_COLUMNS, schema_of(built))]
    if not set(wanted) <= set(there):
        return
    values = ["true" if name == "cleared" else f"live.{name}" for name in wanted]
    statement = _TOLD.format(
        live=schema_of(live),
        built=schema_of(built),
        columns=", ".join(wanted),
        values=", ".join(values),
    )
    await connection.execute(statement, *KNOWN)
