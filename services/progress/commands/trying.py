"""Trials of other numbers or versions of the rules: begun, gone on with, cancelled.

A trial is carried out a few seconds at a time, within the calls of whoever wants it, and remembers
where it got to: it survives a restart, says how far it is, and stops when nobody asks. Whoever
begins another gives up their last one.
"""

import asyncio
import time
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.packed import instant, micros
from services.progress.domain.rules import House
from services.progress.domain.sentences import sentence
from services.progress.domain.state import Case, readable
from services.progress.domain.trying import (
    Asked,
    Effect,
    Tried,
    as_if,
    at_once,
    began,
    compared,
    switched,
)
from services.progress.models.tables import rule_trial
from services.progress.models.trying import Difference, Trial, TrialRead
from services.progress.queries import trying as queries
from shared import audit
from shared.auth import Actor
from shared.clock import wall_time
from shared.errors import Invalid
from shared.events.rules import fault


SLICE = 2.0  # seconds of work in one call
CHUNK = 100  # cases between two looks at the clock
# Differences that an answer names, as many that only come at another time, and as many that come
# or go at once; counts are of all.
SHOWN = 200
MOVED = (Effect.SOONER, Effect.LATER)  # the same flag, at another time


class Slice:
    """What a trial has found so far, and where it got to."""

    def __init__(self, row: Any, house: House) -> None:
        now = micros(row.until)
        values = queries.wanted(row)
        changes = {(each.rule, each.parameter): each.value for each in values}
        rules, since = queries.rules_of(values), queries.since_of(row)
        always = (as_if(house, {}, now), as_if(house, changes, now))
        self.asked = Asked(*always, house, switched(house, changes, now), rules, now, since)
        self.after: UUID = row.after
        self.looked_at: int = row.looked_at
        self.history_since: datetime | None = row.history_since
        self.counts = Counter[str](row.counts)
        self.differences: list[dict[str, Any]] = list(row.differences)
        self.cut_off: bool = row.cut_off

    def look_at(self, states: list[tuple[UUID, bytes]]) -> None:
        """Compare what both numbers make of these cases."""
        for case_id, state in states:
            self.after, case = case_id, readable(state)
            self.looked_at += 1
            if case is None:
                self.counts[queries.UNREADABLE] += 1
                continue
            self.history_since = queries.earlier(self.history_since, began(case))
            for tried in compared(case, self.asked):
                self._count(case_id, case, tried)
            for tried in at_once(case, self.asked):
                self.counts[f"{queries.AT_ONCE} {tried.effect}"] += 1
                self._name(case_id, case, tried, at_once=True)

    def _count(self, case_id: UUID, case: Case, tried: Tried) -> None:
        rule, effect = tried.about.rule, tried.effect
        self.counts[f"{rule} before"] += tried.before is not None
        self.counts[f"{rule} after"] += tried.after is not None
        if effect is None:
            return
        self.counts[f"{rule} {effect}"] += 1
        if tried.before and tried.after and effect in (Effect.RISES, Effect.FALLS):
            self.counts[f"{effect} {tried.after.severity}"] += 1
        self._name(case_id, case, tried)

    def _name(self, case_id: UUID, case: Case, tried: Tried, at_once: bool = False) -> None:
        """Name a flag, unless many of its kind are: no kind hides another."""
        said = _difference(case_id, case, tried, self.asked.now_house.zone, at_once)
        told = said.model_dump(mode="json")
        if sum(_kind(each) == _kind(told) for each in self.differences) < SHOWN:
            self.differences.append(told)
        else:
            self.cut_off = True

    def kept(self) -> dict[str, Any]:
        """What is written down of it."""
        names = ("after", "looked_at", "history_since", "differences", "cut_off")
        return {name: getattr(self, name) for name in names} | {"counts": dict(self.counts)}


def _kind(told: dict[str, Any]) -> tuple[bool, bool]:
    """At once or had it always been so, and whether it only moves."""
    return told.get("at_once", False), told["change"] in MOVED


def _difference(case_id: UUID, case: Case, tried: Tried, zone: str, at_once: bool) -> Difference:
    before, after = tried.before, tried.after
    because = (after or before).because  # type: ignore[union-attr]
    effect = tried.effect
    assert effect is not None
    return Difference(
        change=effect,
        rule=tried.about.rule,
        case_id=case_id,
        case_number=case.number,
        client_id=UUID(bytes=tried.about.client) if tried.about.client else None,
        severity_before=before and before.severity,
        severity_after=after and after.severity,
        raised_before=before and instant(before.raised),
        raised_after=after and instant(after.raised),
        sentence=sentence(because, wall_time(instant(because.at), zone).date()),
        at_once=at_once,
        open_now=tried.is_open,
    )


async def begin(
    session: AsyncSession, actor: Actor, clinic_id: UUID, trial: Trial, now: datetime
) -> TrialRead:
    """Begin a trial and carry out the first seconds of it; no flag changes.

    NotFound for a clinic that is not the caller's, Invalid for what a clinic could not set, and
    for a period that has not begun.
    """
    if found := fault([(each.rule, each.parameter, each.value) for each in trial.rules]):
        raise Invalid.of(f"rules.{found.field}", found.said)
    if trial.since and trial.since >= now:
        raise Invalid.of("since", "must lie in the past")
    await queries.house(session, clinic_id)
    own = (rule_trial.c.clinic_id == clinic_id, rule_trial.c.asked_by == actor.id)
    running = rule_trial.c.state == "running"
    await session.execute(update(rule_trial).where(*own, running).values(state="cancelled"))
    trial_id = uuid4()
    values = {
        "trial_id": trial_id,
        "clinic_id": clinic_id,
        "asked_by": actor.id,
        "state": "running",
        "rules": [each.model_dump(mode="json") for each in trial.rules],
        "since": trial.since,
        "until": now,
        "cases_in_all": await queries.number_of_cases(session, clinic_id),
        "after": UUID(int=0),
        "looked_at": 0,
        "counts": {},
        "differences": [],
        "cut_off": False,
    }
    await session.execute(insert(rule_trial).values(**values))
    await audit.record(session, actor, "rules_tried", clinic_id)
    return await go_on(session, clinic_id, trial_id)


async def go_on(session: AsyncSession, clinic_id: UUID, trial_id: UUID) -> TrialRead:
    """Carry out the next seconds of a trial; one that is done or cancelled stays as it is."""
    row = await queries.trial(session, clinic_id, trial_id, held=True)
    if row.state != "running":
        return queries.shown(row)
    work = Slice(row, await queries.house(session, clinic_id))
    until, done = time.monotonic() + SLICE, False
    while not done:
        states = await queries.some_cases(session, clinic_id, work.after, CHUNK)
        # In a thread of its own: other people's calls go on meanwhile.
        await asyncio.to_thread(work.look_at, states)
        done = len(states) < CHUNK
        if time.monotonic() >= until:
            break
    kept = work.kept() | {"state": "done" if done else "running"}
    return await _change(session, clinic_id, trial_id, kept)


async def cancel(session: AsyncSession, clinic_id: UUID, trial_id: UUID) -> TrialRead:
    """End a trial where it is; what it found so far stays to be seen. One that is done stays so."""
    row = await queries.trial(session, clinic_id, trial_id, held=True)
    if row.state != "running":
        return queries.shown(row)
    return await _change(session, clinic_id, trial_id, {"state": "cancelled"})


async def _change(
    session: AsyncSession, clinic_id: UUID, trial_id: UUID, change: dict[str, Any]
) -> TrialRead:
    changed = update(rule_trial).where(rule_trial.c.trial_id == trial_id).values(**change)
    await session.execute(changed)
    return queries.shown(await queries.trial(session, clinic_id, trial_id))
