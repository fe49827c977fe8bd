"""When which rule is asked: after a fact, when time has passed, when a clinic's numbers changed.

Nearly every fact is a rating that can neither raise nor clear anything; it must cost next to
nothing to see that.
"""

from dataclasses import dataclass

from services.progress.domain import facts
from services.progress.domain.packed import octets
from services.progress.domain.rules.assess import Cause, Told, reassess
from services.progress.domain.rules.evidence import View
from services.progress.domain.rules.goals import standing_still
from services.progress.domain.rules.house import House
from services.progress.domain.rules.register import RULES, TIMED, dues
from services.progress.domain.state import RATINGS, Case
from shared.events.words import GoalMethod, Rule


@dataclass(frozen=True)
class Moment:
    """Time as the cause of what it does, or, by its id, an event of that time."""

    at: int
    case_id: bytes
    house: House
    event_id: bytes = b""


SESSION_RULES = (Rule.DNA_1, Rule.DNA_2, Rule.LATE_NOT_SEEN, *TIMED)
COURSE_RULES = (Rule.NOT_ON_TRACK, Rule.RECOVERED_READY)
SCORED_RULES = (*COURSE_RULES, Rule.OUTCOME_MISSING)
SCORE_RULES = (Rule.SI_ITEM, Rule.DETERIORATION, *COURSE_RULES)
GOAL_RULES = (Rule.DETERIORATION, Rule.GOAL_STALLED)
EVERY = tuple(RULES)

# A questionnaire concerns its own client and, as a score near a session, the case.
OF_CASE: dict[type[facts.Fact], tuple[Rule, ...]] = {
    facts.ReferralReceived: (Rule.WAIT_BREACH,),
    facts.ReferralRejected: EVERY,
    facts.CaseOpened: EVERY,
    facts.CaseClosed: EVERY,
    facts.AppointmentRescheduled: SESSION_RULES,
    facts.AppointmentCancelled: SESSION_RULES,
    facts.AttendanceRecorded: SESSION_RULES,
    # Rare, and they may move something from one client to another.
    facts.RatingAmended: GOAL_RULES,
    facts.RatingVoided: GOAL_RULES,
    facts.MeasureAmended: (*SCORE_RULES, Rule.OUTCOME_MISSING),
    facts.MeasureVoided: (*SCORE_RULES, Rule.OUTCOME_MISSING),
    facts.SafetyLeftUnsent: (Rule.SI_ITEM,),
    facts.DisclosureRecorded: (Rule.SI_ITEM,),
    facts.DisclosureVoided: (Rule.SI_ITEM,),
    facts.GoalSet: GOAL_RULES,
    facts.GoalRevised: GOAL_RULES,
    facts.GoalAgreed: GOAL_RULES,
    facts.GoalDeclined: GOAL_RULES,
    facts.GoalPaused: GOAL_RULES,
    facts.GoalResumed: GOAL_RULES,
    facts.GoalReopened: GOAL_RULES,
    facts.GoalClosed: GOAL_RULES,
    facts.AttainmentRated: GOAL_RULES,
}
WITHOUT_GOALS = {
    rules: tuple(rule for rule in rules if rule is not Rule.GOAL_STALLED)
    for rules in (TIMED, *OF_CASE.values())
}
NEWEST_EVENT = slice(24 - RATINGS.size, 40 - RATINGS.size)  # where the newest row says its event
OPENING = (facts.ReferralReceived, facts.CaseOpened)


def after(case: Case, fact: facts.Fact, cause: Cause) -> list[Told]:
    """What a fact, folded already, raised or cleared."""
    if isinstance(fact, facts.GoalRated):
        return _rated(case, fact, cause)
    if isinstance(fact, facts.MeasureCompleted):
        client = octets(fact.client_id)
        # Safety and a fall were asked for as the score was folded (answers.py), where it is cheap.
        return _asked(case, SCORED_RULES, cause, client, timed=False)
    rules = OF_CASE.get(type(fact))
    if not rules or (isinstance(fact, facts.GoalSet) and _is_new(case, fact)):
        return []
    if isinstance(fact, OPENING):
        case.opening = case.opening or cause.event_id
    if not isinstance(fact, facts.GoalFact):
        rules = _concerned(case, rules)
    return _asked(case, rules, cause)


def _concerned(case: Case, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Of the rules that time may change, those that it may change here.

    A goal stands still by its ratings alone, unless there is a review that time may pass.
    """
    if rules is EVERY or any(goal.review_on for goal in case.goals.values()):
        return rules
    return WITHOUT_GOALS[rules]


def _is_new(case: Case, fact: facts.GoalSet) -> bool:
    """Whether nothing can follow yet from a goal: no rating, and no review that time may pass."""
    return not case.goals[octets(fact.goal_id)].ratings and fact.method is GoalMethod.GBO


def _rated(case: Case, fact: facts.GoalRated, cause: Cause) -> list[Told]:
    goal = case.goals[octets(fact.goal_id)]
    windows = cause.house.standstills
    since = len(goal.ratings) // RATINGS.size - goal.still
    known = since < min(windows) or not standing_still(goal, windows)
    own = goal.client is not None and not goal.mixed  # else whose word counts takes a closer look
    if known and own and goal.ratings[NEWEST_EVENT] == cause.event_id:
        return []  # nearly every rating
    client = goal.client or (octets(fact.client_id) if fact.client_id else None)
    told = reassess(case, Rule.GOAL_STALLED, client, cause) if goal.kind else []
    _mark_still(case)
    return told


def known_to_stand_still(case: Case) -> dict[bytes, int]:
    """The goals on whose ratings a standing flag of standstill rests: up to which of them."""
    standing = (f for f in case.flags if f.rule is Rule.GOAL_STALLED and not f.cleared)
    resting = {event for flag in standing for event in flag.evidence}
    found = {
        goal_id: [n for n, row in enumerate(RATINGS.rows(goal.ratings), 1) if row[2] in resting]
        for goal_id, goal in case.goals.items()
    }
    return {goal_id: places[-1] for goal_id, places in found.items() if places}


def _mark_still(case: Case) -> None:
    """Remember up to where goals are known to stand still: the next few need no look."""
    known = known_to_stand_still(case)
    for goal_id, goal in case.goals.items():
        goal.still = known.get(goal_id, 0)


def _asked(
    case: Case,
    rules: tuple[Rule, ...],
    cause: Cause,
    only: bytes | None = None,
    timed: bool = True,
) -> list[Told]:
    """Ask rules; those of clients for each of them, or for one only."""
    told: list[Told] = []
    now = case.looked = max(case.looked, cause.at)
    view = View(case, Rule.WAIT_BREACH, None, cause.house, now)
    standing = {flag.rule for flag in case.flags if not flag.cleared}
    for rule in rules:
        working = RULES[rule]
        if rule not in standing and working.silent(view):
            continue
        for client in working.whom(case) if only is None else working.which(only):
            told += reassess(case, rule, client, cause)
        if rule is Rule.GOAL_STALLED:
            _mark_still(case)
    if timed:
        case.due_at = next_due(case, cause.house, now)
    return told


def next_due(case: Case, house: House, now: int) -> int | None:
    """The next moment at which time, or a clinic's new numbers, may change what a rule says."""
    view = View(case, Rule.WAIT_BREACH, None, house, now)
    coming = [due for due in dues(case, view) if due > now]
    if change := house.next_change(now):
        coming.append(change)
    return min(coming, default=None)


def passed(case: Case, until: int, case_id: bytes, house: House) -> list[Told]:
    """What time alone did up to a moment, step by step, as if somebody had been there."""
    told: list[Told] = []
    while case.due_at is not None and case.due_at <= until:
        moment = Moment(case.due_at, case_id, house)
        rules = EVERY if house.began(max(case.looked, moment.at)) >= moment.at else TIMED
        rules = _concerned(case, rules)
        told += _asked(case, rules, moment)
    return told


def again(case: Case, moment: Moment) -> list[Told]:
    """Every rule asked anew at a moment: a clinic's numbers are others than they were thought."""
    case.numbers = moment.house.numbers
    return _asked(case, EVERY, moment)
