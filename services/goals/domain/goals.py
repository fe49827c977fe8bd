"""A goal's life, what each way of rating asks of it, and its states in FHIR's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.errors import Conflict, Invalid
from shared.events.measures import Change, methods
from shared.events.words import GoalEnd, GoalMethod, GoalStatus


ENDED = frozenset(GoalStatus(end.value) for end in GoalEnd)
OPEN = (GoalStatus.ACTIVE, GoalStatus.ON_HOLD)
AHEAD = timedelta(days=366)  # work on a goal that starts later than this is no plan yet


class Act(StrEnum):
    """What may be done with a goal, besides revising it."""

    AGREE = "agree"
    DECLINE = "decline"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Step:
    """An act with what it says: why a goal is declined, or how it ended."""

    act: Act
    reason: str | None = None


FROM: dict[Act, frozenset[GoalStatus]] = {
    Act.AGREE: frozenset({GoalStatus.PROPOSED}),
    Act.DECLINE: frozenset({GoalStatus.PROPOSED}),
    Act.PAUSE: frozenset({GoalStatus.ACTIVE}),
    Act.RESUME: frozenset({GoalStatus.ON_HOLD}),
    Act.CLOSE: frozenset({*OPEN, GoalStatus.OPEN_AT_CLOSING}),
    Act.REOPEN: ENDED,
}
TO = {
    Act.AGREE: GoalStatus.ACTIVE,
    Act.DECLINE: GoalStatus.DECLINED,
    Act.PAUSE: GoalStatus.ON_HOLD,
    Act.RESUME: GoalStatus.ACTIVE,
    Act.REOPEN: GoalStatus.ACTIVE,
}
DONE = {
    Act.AGREE: "agreed",
    Act.DECLINE: "declined",
    Act.PAUSE: "paused",
    Act.RESUME: "resumed",
    Act.CLOSE: "closed",
    Act.REOPEN: "reopened",
}
STANDS = {
    GoalStatus.PROPOSED: "is only proposed",
    GoalStatus.ACTIVE: "is being worked on",
    GoalStatus.ON_HOLD: "is on hold",
    GoalStatus.ACHIEVED: "has ended: achieved",
    GoalStatus.NOT_ACHIEVED: "has ended: not achieved",
    GoalStatus.WITHDRAWN: "has ended: withdrawn",
    GoalStatus.OPEN_AT_CLOSING: "was open when its case was closed",
    GoalStatus.DECLINED: "was declined, which is final",
}


def after(status: GoalStatus, last: Step | None, step: Step) -> GoalStatus | None:
    """The status that a step leads to; None when it is the last one again: nothing is to be done.

    Conflict, in words, for a step that does not follow from where the goal stands.
    """
    if step == last:
        return None
    if status not in FROM[step.act]:
        raise Conflict(f"This goal {STANDS[status]}. It cannot be {DONE[step.act]} now.")
    return TO[step.act] if step.act in TO else GoalStatus(step.reason or "")


TAKES_BACK = {Act.RESUME: Act.PAUSE, Act.PAUSE: Act.RESUME, Act.REOPEN: Act.CLOSE}


def leads_back(step: Step, last: Act, before: GoalStatus | None) -> None:
    """Conflict unless a step takes an act back: to the status in which the goal was before it.

    `before` is what the act before that one led to; none: the goal was active from the beginning.
    """
    if TAKES_BACK.get(step.act) is not last:
        raise Conflict(f"A goal that was {DONE[last]} is not {DONE[step.act]} to take that back.")
    stood = before or GoalStatus.ACTIVE
    if stood is not TO[step.act]:
        was = STANDS[stood].replace("is ", "was ", 1)
        raise Conflict(f"Nothing was taken back: before that, this goal {was}. Use its own page.")


def told_late(status: GoalStatus, act: Act) -> bool:
    """Whether an act says how a goal ended that was open when its case was closed.

    It adds what nobody had said, and goes on after the closing; everything else is history then.
    """
    return status is GoalStatus.OPEN_AT_CLOSING and act is Act.CLOSE


def may_be_revised(status: GoalStatus) -> None:
    """Conflict for a goal that has ended or was declined: what was agreed is history then."""
    if status in ENDED or status is GoalStatus.DECLINED:
        raise Conflict(f"This goal {STANDS[status]}. It cannot be revised now.")


def seen(given: int, newest: int) -> None:
    """Conflict, with both versions, when somebody else was faster."""
    if given != newest:
        raise Conflict(
            "Somebody else changed this meanwhile. Look at it again.",
            extra={"version": newest, "seen": given},
        )


@dataclass(frozen=True)
class Scale:
    """How far a goal goes, and what it weighs among the others."""

    target: int
    levels: list[str] | None
    weight: int
    baseline: int | None


def scale(
    method: GoalMethod,
    target: int | None,
    levels: Sequence[str] | None,
    weight: int | None,
    baseline: int | None,
) -> Scale:
    """What a way of rating makes of what was given. Invalid for too much or too little of it."""
    if method is GoalMethod.GAS:
        return _attainment(target, levels, weight, baseline)
    if target is None:
        raise Invalid.of("target", "is needed: a number from 0 to 10")
    only = "belongs to goal attainment scaling only"
    for field, value in (("levels", levels), ("weight", weight), ("baseline", baseline)):
        if value is not None:
            raise Invalid.of(field, only)
    return Scale(target, None, 1, None)


def _attainment(
    target: int | None, levels: Sequence[str] | None, weight: int | None, baseline: int | None
) -> Scale:
    if target is not None:
        raise Invalid.of("target", "is the level 0 in goal attainment scaling: leave it out")
    if levels is None or len(levels) != 5:
        raise Invalid.of("levels", "must be five described levels, from -2 to +2")
    start = methods()["gas"].baseline if baseline is None else baseline
    return Scale(0, list(levels), 1 if weight is None else weight, start)


def start_day(given: date | None, referred: date, today: date) -> date:
    """The day on which work starts: as given, else today. Invalid before the referral."""
    if given is None:
        return today
    if given < referred:
        raise Invalid.of("starts_on", "must not be before the case was referred")
    if given > today + AHEAD:
        raise Invalid.of("starts_on", "must not be more than a year ahead")
    return given


def review_day(given: date | None, starts: date, today: date, weeks: int) -> date:
    """The day of the review: as given, else by the kind's rhythm, counted from when work starts.

    A goal that started long ago and is entered late gets its first review from today on.
    """
    if given is None:
        return max(starts, today) + timedelta(weeks=weeks)
    if given < starts:
        raise Invalid.of("review_on", "must not be before the goal starts")
    return given


# FHIR R4 Goal.lifecycleStatus (domain sheet D.3 [S77]). Ended is completed, whatever it came to;
# withdrawn is cancelled.
_LIFECYCLE = {
    GoalStatus.PROPOSED: "proposed",
    GoalStatus.ACTIVE: "active",
    GoalStatus.ON_HOLD: "on-hold",
    GoalStatus.ACHIEVED: "completed",
    GoalStatus.NOT_ACHIEVED: "completed",
    GoalStatus.WITHDRAWN: "cancelled",
    GoalStatus.OPEN_AT_CLOSING: "completed",  # no longer sought; how it ended is not known
    GoalStatus.DECLINED: "rejected",
}

# FHIR goal-achievement (domain sheet D.3 [S78]). A first score, or a scale without a threshold, is
# in progress and no more.
_MOVEMENT = {
    Change.RELIABLY_BETTER: "improving",
    Change.RELIABLY_WORSE: "worsening",
    Change.NO_RELIABLE_CHANGE: "no-change",
}


def lifecycle_status(status: GoalStatus) -> str:
    """FHIR's Goal.lifecycleStatus."""
    return _LIFECYCLE[status]


def achievement_status(status: GoalStatus, movement: Change | None = None) -> str | None:
    """FHIR's Goal.achievementStatus: how it ended, else how it moves.

    None where nothing can be said: a goal that was never worked on, or was withdrawn.
    """
    if status is GoalStatus.ACHIEVED:
        return "achieved"
    if status is GoalStatus.NOT_ACHIEVED:
        return "not-achieved"
    if status in (GoalStatus.ACTIVE, GoalStatus.ON_HOLD):
        return _MOVEMENT.get(movement, "in-progress") if movement else "in-progress"
    return None
