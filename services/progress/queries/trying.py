"""A trial of other numbers or versions: what is read for it, and how it is shown."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.packed import instant, micros
from services.progress.domain.rules import House
from services.progress.domain.rules.house import house_of
from services.progress.domain.trying import Effect
from services.progress.models import tables
from services.progress.models.trying import (
    Difference,
    NumberTried,
    RuleDifference,
    SeverityDifference,
    TrialRead,
)
from shared.errors import NotFound
from shared.events.words import Rule, Severity


AT_ONCE = "at once"
UNREADABLE = "unreadable"  # among a trial's counts: cases that nobody can read

_trial, _state = tables.rule_trial.c, tables.case_state.c


async def house(session: AsyncSession, clinic_id: UUID) -> House:
    """A clinic's numbers. NotFound for one that is not the caller's."""
    asked = select(tables.clinic).where(tables.clinic.c.clinic_id == clinic_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound()
    return house_of(row.zone, row.rules, row.numbers) if row.rules else House(row.zone)


async def number_of_cases(session: AsyncSession, clinic_id: UUID) -> int:
    """How many cases a trial looks at."""
    asked = select(func.count()).select_from(tables.case_state).where(_state.clinic_id == clinic_id)
    return int((await session.execute(asked)).scalar_one())


async def some_cases(
    session: AsyncSession, clinic_id: UUID, after: UUID, some: int
) -> list[tuple[UUID, bytes]]:
    """The next cases of a clinic, with their states."""
    wanted = select(_state.case_id, _state.state).where(
        _state.clinic_id == clinic_id, _state.case_id > after
    )
    rows = (await session.execute(wanted.order_by(_state.case_id).limit(some))).all()
    return [(row.case_id, row.state) for row in rows]


async def trial(
    session: AsyncSession, clinic_id: UUID, trial_id: UUID, held: bool = False
) -> Row[Any]:
    """A trial as it stands; `held`: nobody else may go on with it meanwhile. NotFound if gone."""
    asked = select(tables.rule_trial).where(
        _trial.clinic_id == clinic_id, _trial.trial_id == trial_id
    )
    asked = asked.with_for_update() if held else asked
    if (row := (await session.execute(asked)).one_or_none()) is None:
        raise NotFound()
    return row


def wanted(row: Row[Any]) -> list[NumberTried]:
    """What the trial tries."""
    return [NumberTried.model_validate_json(json.dumps(each)) for each in row.rules]


def rules_of(values: Sequence[NumberTried]) -> tuple[Rule, ...]:
    """The rules that are asked, each once; a person raises concerns, no rule does."""
    named = dict.fromkeys(each.rule for each in values)
    return tuple(rule for rule in named if rule is not Rule.SAFEGUARDING)


def shown(row: Row[Any]) -> TrialRead:
    """A trial as it is answered."""
    counts = Counter(row.counts)
    rules = rules_of(wanted(row))
    named = [Difference.model_validate(each) for each in row.differences]
    return TrialRead(
        trial_id=row.trial_id,
        state=row.state,
        clinic_id=row.clinic_id,
        cases=row.looked_at,
        unreadable=counts[UNREADABLE],
        cases_in_all=max(row.cases_in_all, row.looked_at),
        since=row.since,
        history_since=row.history_since,
        until=row.until,
        **{each.value: sum(counts[f"{rule} {each}"] for rule in rules) for each in Effect},
        severities=_severities(counts),
        rules=[_of_rule(rule, counts) for rule in rules],
        differences=[each for each in named if not each.at_once],
        comes_at_once=counts[f"{AT_ONCE} {Effect.MORE}"],
        goes_at_once=counts[f"{AT_ONCE} {Effect.FEWER}"],
        at_once=[each for each in named if each.at_once],
        cut_off=row.cut_off,
    )


def _severities(counts: Counter[str]) -> list[SeverityDifference]:
    return [
        SeverityDifference(change=change, severity=severity, flags=flags)
        for change in ("rises", "falls")
        for severity in Severity
        if (flags := counts[f"{change} {severity}"])
    ]


def _of_rule(rule: Rule, counts: Counter[str]) -> RuleDifference:
    names = ("before", "after", *(each.value for each in Effect))
    return RuleDifference(rule=rule, **{name: counts[f"{rule} {name}"] for name in names})


def since_of(row: Row[Any]) -> int:
    """From when on evidence counts."""
    return micros(row.since) if row.since else 0


def earlier(known: Any, began: int | None) -> Any:
    """The earlier of a moment that is known and one of a case."""
    if began is None:
        return known
    found = instant(began)
    return found if known is None else min(known, found)
