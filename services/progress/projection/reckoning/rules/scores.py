"""DETERIORATION, NOT_ON_TRACK and RECOVERED_READY (domain sheet B.1, B.2, B.6; C.2)."""

from collections.abc import Iterator

from services.progress.projection.reckoning.answers import Answer, at_caseness, change, series
from services.progress.projection.reckoning.days import day_of
from services.progress.projection.reckoning.rules.look import Found, Look
from services.progress.projection.reckoning.sessions import treatments
from shared.events.measures import Change, Direction
from shared.events.rules import RuleParameter
from shared.events.words import GoalMethod, Severity


def deterioration(look: Look) -> Iterator[Found]:
    """Every score, and every goal's rating, that is reliably worse than the first in the case."""
    for scores in _scores(look):
        for later in scores[1:]:
            if change(scores[0], later) is Change.RELIABLY_WORSE:
                yield Found(later.at, (later.event_id,), Severity.MEDIUM)
    for goal in look.history.goals.values():
        rated = goal.line(look.client)
        if not goal.kind or goal.method is not GoalMethod.GBO or not rated:
            continue
        for rating in rated:
            if rated[0].value - rating.value >= goal.reliable_change:
                yield Found(rating.at, (rating.event_id,), Severity.MEDIUM)


def not_on_track(look: Look) -> Iterator[Found]:
    """Of each measure the first moment from session k on at which the latest score was no better
    than the first, if none before it was reliably better. By version 2 a score that is better, but
    not reliably, is not enough either (C.2). What was answered on the day of session k was known in
    it, before or after it began."""
    for scores in _scores(look):
        if found := _off_track(look, scores):
            yield found


def _off_track(look: Look, scores: list[Answer]) -> Found | None:
    seen = treatments(look.history.sessions)
    for number, latest in enumerate(scores[1:], 1):
        said = change(scores[0], latest)
        if said is Change.RELIABLY_BETTER or latest.definition is None:
            return None
        if said not in (Change.NO_RELIABLE_CHANGE, Change.RELIABLY_WORSE):
            continue  # nothing can be said of these two
        # This score is the latest one until the next is given: session k may come meanwhile.
        after = scores[number + 1 : number + 2]
        until = after[0].at if after else look.now
        moment = max(latest.at, min(until, look.now))
        k = look.value(RuleParameter.SESSIONS, moment)
        enough = look.version(moment) == 1 and _better(scores[0], latest)
        if len(seen) < k or seen[k - 1].at > until or enough:
            continue
        session = seen[k - 1]
        if after and day_of(until, look.zone) == day_of(session.at, look.zone):
            continue  # the next score is the latest of that day
        when = max(latest.at, session.at)
        return Found(when, (latest.event_id, session.event_id), Severity.MEDIUM)
    return None


def _better(first: Answer, latest: Answer) -> bool:
    known = latest.definition
    if known is not None and known.direction is Direction.HIGHER_IS_BETTER:
        return latest.total > first.total
    return latest.total < first.total


def recovered_ready(look: Look) -> Iterator[Found]:
    """A measure that began at caseness and whose latest scores are all reliably better and below
    the cut-off, while none of the last so many scores of any measure of this client is at caseness
    (B.2: below on all; C.2: held). By version 2 none may be reliably worse than its first either
    (B.2 [S17])."""
    every = list(_scores(look))
    for scores in every:
        worse = [each for each in every if change(each[0], each[-1]) is Change.RELIABLY_WORSE]
        if not at_caseness(scores[0]) or (look.version(scores[-1].at) > 1 and worse):
            continue
        held: list[Answer] = []
        for later in scores[1:]:
            recovered = change(scores[0], later) is Change.RELIABLY_BETTER
            held = [*held, later] if recovered and not at_caseness(later) else []
        wanted = look.value(RuleParameter.SCORES, scores[-1].at)
        lately = [score for each in every for score in each[-wanted:]]
        if len(held) >= wanted and not any(map(at_caseness, lately)):
            events = tuple(each.event_id for each in held[:wanted])
            yield Found(held[wanted - 1].at, events, Severity.INFO)


def _scores(look: Look) -> Iterator[list[Answer]]:
    """This client's scores that count, measure by measure, oldest first."""
    for (_, client), given in series(look.history.answers).items():
        counting = [answer for answer in given if answer.counts]
        if client == look.client and counting:
            yield counting
