"""What is written down as done about flags, held to what was published of it.

An act is told of in the transaction that writes it down: what the list of acts and the log do not
both know was altered, deleted or put there since. Reconcile names it; the case's repair writes it
down as it was published. What is written down and was never published is left: nobody knows more.
"""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from services.progress.domain.acted import Said, of_done, of_event
from services.progress.domain.lifecycle import Act
from services.progress.models.tables import CONSUMER
from services.progress.projection import logged, recalling
from services.progress.projection.incidents import ONLY_LOG, ONLY_TABLES
from services.progress.projection.store import Connection
from shared import events
from shared.bus import Bus, Partition
from shared.partitions import partition_of
from shared.settings import Settings


FIELDS = ("by", "to", "code")
_ACTS = """
select coalesce(f.case_id, fc.case_id) as case_id, act, at, by, "to", code
from flag_act left join live.flag f using (flag_id) left join flag_case fc using (flag_id)
where f.case_id = any($1::uuid[]) or fc.case_id = any($1::uuid[])
"""
_UNSENT = """
select key, type, data, id, occurred_at from outbox where key = any($1::text[]) order by pos
"""
_RIGHT = """
update flag_act as this set act = $3, by = $4, "to" = $5, code = $6
where flag_id = $1 and at = $2 and step is not distinct from $7 and not exists (
    select from flag_act as other where other.flag_id = $1 and other.at = $2
        and other.step is not distinct from $7 and other.act_id <> this.act_id)
"""

Events = Mapping[UUID, Sequence[events.Event]]


@dataclass(frozen=True)
class Written:
    """The acts of some cases at one moment, and what may not have come to the log by then."""

    acts: Mapping[UUID, Set[Said]]
    unsent: Events


NONE = Written({}, {})


async def written(connection: Connection, cases: Collection[UUID]) -> Written:
    """What is written down now, by case; the caller holds the partition number's lock."""
    return Written(await _acts(connection, cases), await unsent(connection, cases))


async def unsent(connection: Connection, cases: Collection[UUID]) -> Events:
    """Our own events about these cases that stand in the outbox."""
    found: dict[UUID, list[events.Event]] = defaultdict(list)
    for key, *said in await connection.fetch(_UNSENT, [str(each) for each in cases]):
        found[UUID(key)].append(events.decode(*said))
    return found


async def sent(
    bus: Bus, settings: Settings, cases: Collection[UUID]
) -> dict[UUID, list[events.Event]]:
    """Our own events about these cases that the log holds."""
    numbers = {partition_of(str(each), settings.partitions) for each in cases}
    ours = {Partition(CONSUMER, number): sys.maxsize for number in numbers}
    return await logged.said(bus, settings, ours, cases)


async def altered(
    bus: Bus, settings: Settings, connection: Connection, held: Written, cases: Collection[UUID]
) -> dict[UUID, list[str]]:
    """Which acts are not as they were published, by case, in words that hold no value.

    The cases are of one partition number. What was done while we read the log is written down by
    now. What is older than all that our log knows of a case is compared with nothing: such a log
    was begun anew.
    """
    if not cases:
        return {}
    told = await sent(bus, settings, cases)
    for case_id in held.unsent.keys() & set(cases):
        told.setdefault(case_id, []).extend(held.unsent[case_id])
    since = {case_id: min(each.occurred_at for each in those) for case_id, those in told.items()}
    published = {case_id: acts_of(those) for case_id, those in told.items()}
    late = [each for each, said in published.items() if said - held.acts.get(each, set())]
    now = await _acts(connection, late) if late else {}
    found = {}
    for case_id, said in published.items():
        acts = {each for each in held.acts.get(case_id, ()) if each[1] >= since[case_id]}
        lacking = said - acts - now.get(case_id, set())
        if what := _words(lacking, acts - said):
            found[case_id] = what
    return found


async def put_right(connection: Connection, case_id: UUID, said: Sequence[events.Event]) -> None:
    """Let the acts of a case be written down as they were published; the caller holds its lock.

    One that is written down under its moment keeps its note. Those that are lacking are put down
    unless something is there that was never published: it may be what was made of them.
    """
    lives = recalling.lives_of(said)
    for flag_id, life in lives.items():
        for event, done in life.acts:
            what = (done.act.value, done.by, done.to, done.code, getattr(event, "step", None))
            await connection.execute(_RIGHT, flag_id, done.at, *what)
    acts = (await _acts(connection, [case_id])).get(case_id, set())
    if acts <= acts_of(said):
        await recalling.put(connection, lives)


def acts_of(said: Iterable[events.Event]) -> set[Said]:
    """The acts of which these events tell."""
    return {of_done(done) for each in said if (done := of_event(each))}


async def _acts(connection: Connection, cases: Collection[UUID]) -> dict[UUID, set[Said]]:
    """The acts that are written down, by case; one that nobody can read is not."""
    found: dict[UUID, set[Said]] = defaultdict(set)
    for case_id, act, *who in await connection.fetch(_ACTS, list(cases)):
        if act in set(Act):
            found[case_id].add((Act(act), *who))
    return found


def _words(lacking: Set[Said], invented: Set[Said]) -> list[str]:
    """Of the same kind and moment it is one act, with another person, recipient or code."""
    lost, new = ({each[:2]: each[2:] for each in those} for those in (lacking, invented))
    found = {f"act {act}: {ONLY_LOG}" for act, at in lost.keys() - new.keys()}
    found |= {f"act {act}: {ONLY_TABLES}" for act, at in new.keys() - lost.keys()}
    for key in lost.keys() & new.keys():
        both = zip(FIELDS, lost[key], new[key], strict=True)
        names = [name for name, was, now in both if was != now]
        found.add(f"act {key[0]}: {', '.join(names)}")
    return sorted(found)
