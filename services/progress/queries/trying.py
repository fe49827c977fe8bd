"""Other numbers tried on a clinic's cases, some hundred at a time, beside the calls of others."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.packed import instant, micros
from services.progress.domain.rules import House
from services.progress.domain.rules.evidence import Evidence
from services.progress.domain.rules.house import house_of
from services.progress.domain.rules.register import About
from services.progress.domain.sentences import sentence
from services.progress.domain.state import Case, decode
from services.progress.domain.trying import Asked, as_if, differing
from services.progress.models import tables
from services.progress.models.trying import Difference, RuleDifference, Trial, TrialRead
from shared.clock import wall_time
from shared.errors import Invalid, NotFound
from shared.events.rules import fault
from shared.events.words import Rule


CHUNK = 500
SHOWN = 200  # differences that an answer names; the counts are of all


@dataclass
class Found:
    """What was found so far."""

    cases: int = 0
    before: Counter[Rule] = field(default_factory=Counter)
    after: Counter[Rule] = field(default_factory=Counter)
    more: Counter[Rule] = field(default_factory=Counter)
    fewer: Counter[Rule] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


async def tried(session: AsyncSession, clinic_id: UUID, trial: Trial, now: datetime) -> TrialRead:
    """What other numbers would have flagged in this clinic; no flag changes.

    NotFound for a clinic that is not the caller's, Invalid for a number out of its range.
    """
    values = [(each.rule, each.parameter, each.value) for each in trial.rules]
    if said := fault(values):
        raise Invalid.of("rules", said)
    house = await _house(session, clinic_id)
    changes = {(rule, name): value for rule, name, value in values}
    asked = Asked(
        house,
        as_if(house, changes, micros(now)),
        tuple(dict.fromkeys(rule for rule, _, _ in values if rule is not Rule.SAFEGUARDING)),
        micros(now),
        micros(trial.since) if trial.since else 0,
    )
    found = await _over_all(session, clinic_id, asked)
    return TrialRead(
        clinic_id=clinic_id,
        cases=found.cases,
        since=trial.since,
        more=found.more.total(),
        fewer=found.fewer.total(),
        rules=[
            RuleDifference(
                rule=rule,
                before=found.before[rule],
                after=found.after[rule],
                more=found.more[rule],
                fewer=found.fewer[rule],
            )
            for rule in asked.rules
        ],
        differences=found.differences[:SHOWN],
        cut_off=len(found.differences) > SHOWN,
    )


async def _house(session: AsyncSession, clinic_id: UUID) -> House:
    asked = select(tables.clinic).where(tables.clinic.c.clinic_id == clinic_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound()
    return house_of(row.zone, row.rules, row.numbers) if row.rules else House(row.zone)


async def _over_all(session: AsyncSession, clinic_id: UUID, asked: Asked) -> Found:
    found, state = Found(), tables.case_state.c
    after = UUID(int=0)
    while True:
        wanted = select(state.case_id, state.state).where(
            state.clinic_id == clinic_id, state.case_id > after
        )
        rows = (await session.execute(wanted.order_by(state.case_id).limit(CHUNK))).all()
        if not rows:
            return found
        # In a thread of its own: other people's calls go on meanwhile.
        states = [(row.case_id, row.state) for row in rows]
        await asyncio.to_thread(_compare, states, asked, found)
        after = rows[-1].case_id


def _compare(states: Sequence[tuple[UUID, bytes]], asked: Asked, found: Found) -> None:
    for case_id, state in states:
        found.cases += 1
        case = decode(state)
        for about, before, after in differing(case, asked):
            found.before[about.rule] += before is not None
            found.after[about.rule] += after is not None
            if not (before and after):
                said = _difference(case_id, case, about, before, after, asked.now_house)
                (found.more if after else found.fewer)[about.rule] += 1
                found.differences.append(said)


def _difference(
    case_id: UUID,
    case: Case,
    about: About,
    before: Evidence | None,
    after: Evidence | None,
    house: House,
) -> Difference:
    because = (after or before).because  # type: ignore[union-attr]
    return Difference(
        change="more" if after else "fewer",
        rule=about.rule,
        case_id=case_id,
        case_number=case.number,
        client_id=UUID(bytes=about.client) if about.client else None,
        sentence=sentence(because, wall_time(instant(because.at), house.zone).date()),
    )
