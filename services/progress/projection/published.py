"""What is written down as done about flags, held to what was published of it.

An act is told of in the transaction that writes it down: what the list of acts and the log do not
both know was altered, deleted or put there since. Reconcile names it; the case's repair writes it
down as it was published. What is written down and was never published is left: nobody knows more.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.progress.domain.acted import Acts, of_done
from services.progress.domain.lifecycle import Act
from services.progress.models.tables import CONSUMER
from services.progress.projection import incidents, logged, recalling
from services.progress.projection.incidents import ONLY_LOG, ONLY_TABLES
from services.progress.projection.store import Connection
from shared import events
from shared.bus import Bus, Partition
from shared.partitions import partition_of
from shared.settings import Settings


FIELDS = ("by", "to", "code")
_ACTS = """
select coalesce(f.case_id, fc.case_id) as case_id, flag_id, act, at, by, "to", code
from flag_act left join live.flag f using (flag_id) left join flag_case fc using (flag_id)
where flag_id = any($2::uuid[]) or flag_id in (
    select flag_id from live.flag where case_id = any($1::uuid[])
    union select flag_id from flag_case where case_id = any($1::uuid[]))
"""
_UNSENT = """
select key, type, data, id, occurred_at from outbox where key = any($1::text[]) order by pos
"""
# A clock's act bears its event's id, as does one that was put down from the log.
_RIGHT_BY_ID = """
update flag_act set flag_id = $2, act = $3, at = $4, by = $5, "to" = $6, code = $7,
    step = $8, due_at = $9
where act_id = $1
"""
_RIGHT = """
update flag_act as this set act = $2, by = $4, "to" = $5, code = $6
where flag_id = $1 and at = $3 and step is not distinct from $7 and not exists (
    select from flag_act as other where other.flag_id = $1 and other.at = $3
        and other.step is not distinct from $7 and other.act_id <> this.act_id)
"""

Events = Mapping[UUID, Sequence[events.Event]]


@dataclass(frozen=True)
class Written:
    """The acts of some cases at one moment, and what may not have come to the log by then.

    `spoilt`: cases of which something in the outbox is not what the contract says.
    """

    acts: Mapping[UUID, Acts]
    unsent: Events
    spoilt: frozenset[UUID] = frozenset()


NONE = Written({}, {})


async def written(connection: Connection, cases: Collection[UUID]) -> Written:
    """What is written down now, by case; the caller holds the partition number's lock."""
    acts = await _of_cases(connection, cases)
    found: dict[UUID, list[events.Event]] = defaultdict(list)
    spoilt = set()
    for case_id, said in await _rows(connection, cases):
        try:
            found[case_id].append(events.decode(*said))
        except ValueError:  # of one case: it must not hide the others
            spoilt.add(case_id)
    return Written(acts, found, frozenset(spoilt))


async def unsent(connection: Connection, cases: Collection[UUID]) -> Events:
    """Our own events about these cases that stand in the outbox. ValueError where one is none."""
    found: dict[UUID, list[events.Event]] = defaultdict(list)
    for case_id, said in await _rows(connection, cases):
        found[case_id].append(events.decode(*said))
    return found


async def _rows(connection: Connection, cases: Collection[UUID]) -> list[tuple[UUID, Any]]:
    rows = await connection.fetch(_UNSENT, [str(each) for each in cases])
    return [(UUID(key), said) for key, *said in rows if said[0] in events.classes]


async def sent(
    bus: Bus, settings: Settings, cases: Collection[UUID]
) -> dict[UUID, list[events.Event]]:
    """Our own events about these cases that the log holds. Bad where one of them is none."""
    reading = logged.Reading(bus, settings, cases)
    for number in {partition_of(str(each), settings.partitions) for each in cases}:
        await reading.up_to(ours(number))
    read = reading.read(cases)
    for bad in read.spoilt.values():
        raise bad
    return read.said


def ours(number: int) -> logged.Stops:
    """Our own log of a partition number, up to its end."""
    return {Partition(CONSUMER, number): sys.maxsize}


async def altered(
    connection: Connection, held: Written, read: logged.Read, cases: Collection[UUID]
) -> dict[UUID, list[str]]:
    """Which acts are not as they were published, by case, in words that hold no value.

    `read` is our own log, read after what is written down. What was done meanwhile is written down
    by now. What is older than all that our log knows of a case is compared with nothing: such a log
    was begun anew.
    """
    spoilt = (read.spoilt.keys() | held.spoilt) & set(cases)
    found = {case_id: [incidents.OURS_UNREADABLE] for case_id in spoilt}
    for case_id in ((read.said.keys() | held.unsent.keys()) & set(cases)) - spoilt:
        those = _once(read.said.get(case_id, ()), held.unsent.get(case_id, ()))
        if what := await _altered(connection, held.acts.get(case_id, Counter()), those):
            found[case_id] = what
    return found


def all_compared(held: Written, read: logged.Read, case_id: UUID) -> bool:
    """Whether no act of a case is older than all that our log knows of it."""
    acts = held.acts.get(case_id, Counter())
    told = [*read.said.get(case_id, ()), *held.unsent.get(case_id, ())]
    return not acts or (bool(told) and acts == _since(acts, min(it.occurred_at for it in told)))


async def _altered(connection: Connection, acts: Acts, told: Sequence[events.Event]) -> list[str]:
    acts = _since(acts, min(each.occurred_at for each in told))
    said = acts_of(await recalling.named(connection, recalling.lives_of(told)))
    lacking = said - acts
    if lacking:
        lacking -= await _of_flags(connection, {flag_id for flag_id, _ in lacking})
    return _words(lacking, acts - said)


async def put_right(connection: Connection, case_id: UUID, lives: recalling.Lives) -> None:
    """Let the acts of a case be written down as they were published; the caller holds its lock.

    `lives` by the names that flags have now. An act that is written down under its moment keeps its
    note. Those that are lacking are put down unless something is there that was never published: it
    may be what was made of them.
    """
    for flag_id, life in lives.items():
        for event, done in life.acts:
            step, due = (getattr(event, name, None) for name in ("step", "due_at"))
            act, who = done.act.value, (done.by, done.to, done.code)
            right = (done.act_id, flag_id, act, done.at, *who, step, due)
            await connection.execute(_RIGHT_BY_ID, *right)
            await connection.execute(_RIGHT, flag_id, act, done.at, *who, step)
    acts = (await _of_cases(connection, [case_id])).get(case_id, Counter())
    if acts <= acts_of(lives):
        await recalling.put(connection, lives)


def acts_of(lives: recalling.Lives) -> Acts:
    """The acts in these lives, each with its flag."""
    return Counter(
        (flag_id, of_done(done)) for flag_id, life in lives.items() for _, done in life.acts
    )


def _once(*said: Sequence[events.Event]) -> list[events.Event]:
    """Each event once: what was sent stands in the outbox for some days more."""
    return list({each.event_id: each for those in said for each in those}.values())


def _since(acts: Acts, since: datetime) -> Acts:
    return Counter({each: n for each, n in acts.items() if each[1][1] >= since})


async def _of_cases(connection: Connection, cases: Collection[UUID]) -> dict[UUID, Acts]:
    found: dict[UUID, Acts] = defaultdict(Counter)
    for case_id, *act in await connection.fetch(_ACTS, list(cases), []):
        _count(found[case_id], *act)
    return found


async def _of_flags(connection: Connection, flags: Collection[UUID]) -> Acts:
    """What is written down about these flags by now, whosever they are."""
    found: Acts = Counter()
    for _, *act in await connection.fetch(_ACTS, [], list(flags)):
        _count(found, *act)
    return found


def _count(acts: Acts, flag_id: UUID, act: str, *who: Any) -> None:
    """One that nobody can read is not written down."""
    if act in set(Act):
        acts[flag_id, (Act(act), *who)] += 1


def _words(lacking: Acts, invented: Acts) -> list[str]:
    """Of the same flag, kind and moment it is one act, with another person, recipient or code."""
    lost, new = (
        {(flag_id, *said[:2]): said[2:] for flag_id, said in those} for those in (lacking, invented)
    )
    found = {f"act {key[1]}: {ONLY_LOG}" for key in lost.keys() - new.keys()}
    found |= {f"act {key[1]}: {ONLY_TABLES}" for key in new.keys() - lost.keys()}
    for key in lost.keys() & new.keys():
        both = zip(FIELDS, lost[key], new[key], strict=True)
        names = [name for name, was, now in both if was != now]
        found.add(f"act {key[1]}: {', '.join(names)}")
    return sorted(found)
