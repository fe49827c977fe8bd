"""What can happen to a goal: it is set, revised, agreed, declined, paused, closed, reopened."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_change, case_to_correct
from services.goals.commands.undoing import check_last
from services.goals.domain import goals as rules
from services.goals.domain import moments
from services.goals.domain.goals import DONE, Act, Step
from services.goals.domain.kinds import goal_change
from services.goals.models.cases import CaseCopy
from services.goals.models.goals import Goal, GoalAct, GoalCreate, GoalRevise, GoalVersion
from services.goals.queries import cases, goals, kinds
from shared import audit, outbox
from shared.auth import Actor
from shared.clock import wall_time
from shared.events import Event
from shared.events.goals import (
    GoalAgreed,
    GoalClosed,
    GoalDeclined,
    GoalPaused,
    GoalReopened,
    GoalResumed,
    GoalRevised,
    GoalSet,
)
from shared.events.words import DeclineReason, GoalEnd, GoalMethod, GoalStatus


VERSIONED = set(GoalVersion.model_fields) - {"made_at", "made_by"}
PLAIN = {
    Act.AGREE: GoalAgreed,
    Act.PAUSE: GoalPaused,
    Act.RESUME: GoalResumed,
    Act.REOPEN: GoalReopened,
}


async def set_goal(
    session: AsyncSession,
    actor: Actor,
    new: GoalCreate,
    now: datetime,
    goal_id: UUID | None = None,
) -> Goal:
    """Agree or propose a goal, for one client of the case or for all of them."""
    case = await case_to_change(session, actor, new.case_id)
    moments.belongs(new.client_id, case.client_ids)
    scale = rules.scale(new.method, new.target, new.levels, new.weight, new.baseline)
    held = await kinds.settings(session, case.clinic_id, new.kind)
    starts_on, review_on = await _days(session, case, new, held.review_weeks, now)
    goal = Goal(
        **new.model_dump(include={"case_id", "client_id", "kind", "title", "description", "owner"}),
        method=new.method,
        status=GoalStatus(new.status),
        **vars(scale),
        goal_id=goal_id or uuid4(),
        clinic_id=case.clinic_id,
        reliable_change=goal_change(held.reliable_change),
        starts_on=starts_on,
        review_on=review_on,
        version=1,
        set_at=now,
        set_by=actor.id,
    )
    session.add(goal)
    await session.flush()
    await _keep_version(session, actor, goal, now)
    await audit.record(session, actor, "goal_set", case.case_id)
    await outbox.publish(session, GoalSet(occurred_at=now, **goal.model_dump()))
    return goal


async def _days(
    session: AsyncSession, case: CaseCopy, new: GoalCreate, weeks: int, now: datetime
) -> tuple[date, date]:
    """When work starts and when it is looked at, both as days of the clinic's calendar."""
    zone = await cases.zone(session, case.clinic_id, now)
    today, referred = (wall_time(moment, zone).date() for moment in (now, case.referred_at))
    starts_on = rules.start_day(new.starts_on, referred, today)
    moments.review_day(new.review_on, today)
    return starts_on, rules.review_day(new.review_on, starts_on, today, weeks)


async def revise_goal(
    session: AsyncSession, actor: Actor, goal_id: UUID, change: GoalRevise, now: datetime
) -> Goal:
    """Agree a goal anew; what held before stays as a version. The same again changes nothing.

    Conflict, with both versions, when somebody else was faster.
    """
    goal, case = await _to_change(session, actor, goal_id)
    rules.seen(change.version, goal.version)
    rules.may_be_revised(goal.status)
    given = change.model_dump(exclude_unset=True, exclude={"version"})
    _check_scale(goal, given)
    changed = {name: value for name, value in given.items() if getattr(goal, name) != value}
    if not changed:
        return goal
    await _check_review(session, case, goal, changed, now)
    for name, value in changed.items():
        setattr(goal, name, value)
    goal.version += 1
    await session.flush()
    await _keep_version(session, actor, goal, now)
    await audit.record(session, actor, "goal_revised", case.case_id)
    await outbox.publish(session, GoalRevised(occurred_at=now, **goal.model_dump()))
    return goal


def _check_scale(goal: Goal, given: dict[str, Any]) -> None:
    """What the goal's way of rating has not cannot be revised either."""
    gas = goal.method is GoalMethod.GAS
    rules.scale(
        goal.method,
        given.get("target") if gas else given.get("target", goal.target),
        given.get("levels", goal.levels),
        given.get("weight", goal.weight if gas else None),
        goal.baseline,
    )


async def _check_review(
    session: AsyncSession, case: CaseCopy, goal: Goal, changed: dict[str, Any], now: datetime
) -> None:
    """A review that is set anew lies ahead, and not before the goal starts."""
    if (chosen := changed.get("review_on")) is None:
        return
    zone = await cases.zone(session, case.clinic_id, now)
    today = wall_time(now, zone).date()
    moments.review_day(chosen, today)
    rules.review_day(chosen, goal.starts_on or chosen, today, 1)


async def act_on_goal(
    session: AsyncSession,
    actor: Actor,
    goal_id: UUID,
    step: Step,
    note: str | None,
    now: datetime,
    undoes: int | None = None,
) -> Goal:
    """One step in a goal's life. The last step again changes nothing; Conflict if it may not be.

    `undoes` is the act that it takes back: Conflict unless that is the actor's own and the last.
    In a closed case only how a goal ended may still be said, where nobody had.
    """
    case_id = await goals.case_of_goal(session, actor, goal_id)
    case = await case_to_correct(session, actor, case_id)
    goal = await goals.goal(session, goal_id)
    if undoes is not None:
        await check_last(session, actor, goal_id, step, undoes)
    last = Step(goal.last_act, goal.reason) if goal.last_act else None
    if step != last and not rules.told_late(goal.status, step.act):
        moments.open_for_changes(case.closed_at)
    status = rules.after(goal.status, last, step)
    if status is None:
        return goal
    goal.status, goal.last_act, goal.reason = status, step.act, step.reason
    goal.ended_at = (goal.ended_at or now) if status in rules.ENDED else None
    session.add(_done(goal, step, note, actor, now))
    await session.flush()
    await audit.record(session, actor, f"goal_{DONE[step.act]}", case.case_id, step.reason)
    await outbox.publish(session, _event(goal, step, now))
    return goal


def _done(goal: Goal, step: Step, note: str | None, actor: Actor, now: datetime) -> GoalAct:
    return GoalAct(
        goal_id=goal.goal_id,
        clinic_id=goal.clinic_id,
        case_id=goal.case_id,
        act=step.act,
        status=goal.status,
        reason=step.reason,
        note=note,
        at=now,
        by=actor.id,
    )


def _event(goal: Goal, step: Step, now: datetime) -> Event:
    common: dict[str, Any] = {
        "occurred_at": now,
        "clinic_id": goal.clinic_id,
        "goal_id": goal.goal_id,
        "case_id": goal.case_id,
    }
    if step.act is Act.DECLINE:
        return GoalDeclined(**common, reason=DeclineReason(step.reason or ""))
    if step.act is Act.CLOSE:
        return GoalClosed(**common, outcome=GoalEnd(step.reason or ""))
    return PLAIN[step.act](**common)


async def _to_change(session: AsyncSession, actor: Actor, goal_id: UUID) -> tuple[Goal, CaseCopy]:
    """The goal and its case, locked first: what is read then stays so until the commit."""
    case = await case_to_change(session, actor, await goals.case_of_goal(session, actor, goal_id))
    return await goals.goal(session, goal_id), case


async def _keep_version(session: AsyncSession, actor: Actor, goal: Goal, now: datetime) -> None:
    held = goal.model_dump(include=VERSIONED)
    session.add(GoalVersion(**held, made_at=now, made_by=actor.id))
    await session.flush()
