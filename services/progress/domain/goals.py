"""What facts about goals and their ratings make of a case."""

from uuid import UUID

from services.progress.domain import facts
from services.progress.domain.lines import RATER, client_of, heard
from services.progress.domain.packed import octets, stamp
from services.progress.domain.rules import Cause, Told, reassess
from services.progress.domain.state import RATERS, RATINGS, Case, Goal
from shared.events.words import GoalStatus, Rule


RATER_NUMBERS = {rater: number for number, rater in enumerate(RATERS)}
RATER_BYTE = 41  # where a row says who rated
MOST = 2**16 - 1  # the numbers of coming that a row has room for

# What a fact makes of a goal's life; how one that was worked on ended stands in the fact itself.
STATUS = {
    facts.GoalAgreed: GoalStatus.ACTIVE.value,
    facts.GoalDeclined: GoalStatus.DECLINED.value,
    facts.GoalPaused: GoalStatus.ON_HOLD.value,
    facts.GoalResumed: GoalStatus.ACTIVE.value,
    facts.GoalReopened: GoalStatus.ACTIVE.value,
}


def _goal(case: Case, goal_id: UUID) -> Goal:
    id_ = octets(goal_id)
    goal = case.goals.get(id_)
    if goal is None:
        goal = case.goals[id_] = Goal()
    return goal


def goal_set(case: Case, fact: facts.GoalSet, cause: Cause) -> list[Told]:
    """A goal is there; ratings that were kept until now may already tell of a fall."""
    goal = _goal(case, fact.goal_id)
    goal.client = octets(fact.client_id) if fact.client_id else None
    goal.method, goal.reliable_change = fact.method.value, fact.reliable_change
    goal.status, goal.status_at = fact.status.value, cause.at
    goal.baseline = fact.baseline
    _describe(goal, fact)
    if not goal.ratings:
        return []
    _settle(goal)
    return _reassess(case, goal, cause)


def goal_revised(case: Case, fact: facts.GoalRevised, cause: Cause) -> list[Told]:
    """A goal was agreed anew; what was rated stays."""
    goal = _goal(case, fact.goal_id)
    if goal.kind is None:
        return []
    _describe(goal, fact)
    return []


def _describe(goal: Goal, fact: facts.GoalSet | facts.GoalRevised) -> None:
    goal.kind, goal.target, goal.owner = fact.kind, fact.target, fact.owner
    goal.weight = fact.weight
    goal.review_on = fact.review_on.toordinal() if fact.review_on else None


def goal_moved(case: Case, fact: facts.GoalFact, cause: Cause) -> list[Told]:
    """A goal's life goes on."""
    goal = _goal(case, fact.goal_id)
    goal.status, goal.status_at = STATUS[type(fact)], cause.at
    return []


def goal_closed(case: Case, fact: facts.GoalClosed, cause: Cause) -> list[Told]:
    """Work on a goal ended."""
    goal = _goal(case, fact.goal_id)
    goal.status, goal.status_at = fact.outcome.value, cause.at
    return []


def goal_rated(
    case: Case, fact: facts.GoalRated | facts.AttainmentRated, cause: Cause
) -> list[Told]:
    """A rating, or a level that was reached, takes its place in time."""
    goal = case.goals.get(octets(fact.goal_id)) or _goal(case, fact.goal_id)
    had, value = goal.ratings, fact.value
    own, rater = goal.client is not None, RATER_NUMBERS[fact.rated_by]
    member = 0 if own else _member(goal, fact.client_id)
    row = RATINGS.pack(
        stamp(fact.rated_at),
        octets(fact.rating_id),
        cause.event_id,
        value,
        rater,
        member,
        min((len(had) + len(goal.voided)) // RATINGS.size, MOST),
    )
    goal.ratings, newest = RATINGS.add(had, row)
    if had and had[RATER_BYTE] != rater:
        goal.mixed = True
    if own and newest and not goal.mixed:
        if not had:
            goal.first = goal.best = value
        if value > goal.best:
            goal.best = value
        if value - goal.first > -goal.reliable_change:
            return []  # nearly every rating: it can neither raise nor clear anything
    else:
        _settle(goal)
    return _reassess(case, goal, cause, member)


def rating_amended(case: Case, fact: facts.RatingAmended, cause: Cause) -> list[Told]:
    """A rating was wrong: it stands as if it had come right; one never heard of is passed over."""
    id_, goal = octets(fact.rating_id), case.goals.get(octets(fact.goal_id), Goal())
    old = RATINGS.find(goal.ratings, id_)
    if old is None:
        return []
    _, _, event, _, _, was, number = RATINGS.unpack(old)
    member = 0 if goal.client is not None else _member(goal, fact.client_id)
    rater = RATER_NUMBERS[fact.rated_by]
    # Told of another member, it is a new fact about them: a flag on it is not the other one's.
    event = event if member == was else cause.event_id
    row = RATINGS.pack(stamp(fact.rated_at), id_, event, fact.value, rater, member, number)
    goal.ratings = RATINGS.restore(RATINGS.without(goal.ratings, id_), row)
    _settle(goal)
    return _reassess(case, goal, cause, *dict.fromkeys((was, member)))


def rating_voided(case: Case, fact: facts.RatingVoided, cause: Cause) -> list[Told]:
    """A rating does not count any more; it stays where it was, marked."""
    id_, goal = octets(fact.rating_id), case.goals.get(octets(fact.goal_id), Goal())
    old = RATINGS.find(goal.ratings, id_)
    if old is None:
        return []
    goal.ratings = RATINGS.without(goal.ratings, id_)
    goal.voided = RATINGS.restore(goal.voided, old)
    _settle(goal)
    return _reassess(case, goal, cause, RATINGS.unpack(old)[5])


def _member(goal: Goal, client_id: UUID | None) -> int:
    """Which of a goal's clients a rating is for, from 1; 0 for none of them."""
    if client_id is None:
        return 0
    client = octets(client_id)
    if client not in goal.members:
        goal.members.append(client)
    return goal.members.index(client) + 1


def _settle(goal: Goal) -> None:
    """First and best of the goal's own line, from its rows."""
    whole = goal.client is not None
    rows = list(RATINGS.rows(goal.ratings))
    goal.mixed = len({row[RATER] for row in rows}) > 1
    values = [row[3] for row in heard([row for row in rows if whole or not row[5]])]
    goal.first, goal.best = (values[0], max(values)) if values else (0, 0)


def _reassess(case: Case, goal: Goal, cause: Cause, *members: int) -> list[Told]:
    """Look again at the falls of those whose lines changed; of all of them when none is named."""
    if goal.kind is None:
        return []
    numbers = members or range(len(goal.members) + 1)
    clients = dict.fromkeys(client_of(goal, number) for number in numbers)
    told: list[Told] = []
    for client in clients:
        told += reassess(case, Rule.DETERIORATION, client, cause)
    return told
