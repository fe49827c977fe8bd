"""Rules of scores: DETERIORATION, NOT_ON_TRACK, RECOVERED_READY (domain sheet B.1, B.2, B.6)."""

from collections.abc import Iterator
from functools import lru_cache

from services.progress.domain.lines import line
from services.progress.domain.measures import known
from services.progress.domain.rules.days import ordinal_of
from services.progress.domain.rules.evidence import Evidence, View, treatments
from services.progress.domain.series import Row, compared, counting, definition_of
from services.progress.domain.state import ANSWERS, RATINGS, Because, Goal, Measure
from shared.events.measures import Change, Direction
from shared.events.measures import Measure as Definition
from shared.events.rules import RuleParameter
from shared.events.words import GoalMethod, Rule, Severity


AT, EVENT, TOTAL, VERSION = 0, 2, 3, 5  # places in a row of answers
VALUE = 40  # where the value stands in a row of ratings, in bytes

Sessions = tuple[tuple[int, bytes], ...]


def deteriorations(view: View) -> Iterator[Evidence]:
    """Scores reliably worse than the first of the same measure or goal in the case."""
    for measure in view.case.measures:
        if measure.client == view.client:
            yield from _worse_scores(measure)
    for goal in view.case.goals.values():
        if goal.kind and goal.method == GoalMethod.GBO:
            if goal.client is not None and not _fell(goal, view.client):
                continue
            rows = line(goal, view.client)
            for at, _, event, value, *_ in rows:
                if value - rows[0][3] <= -goal.reliable_change:
                    because = Because("goal", goal.kind, rows[0][3], value, at, 1)
                    fell = _weight(value - rows[0][3], goal.reliable_change)
                    yield Evidence(at, (event,), Severity.MEDIUM, because, weight=fell)


def _fell(goal: Goal, client: bytes | None) -> bool:
    """Whether one client's goal may ever have fallen so far: a quick look at a byte of each row."""
    values = goal.ratings[VALUE :: RATINGS.size] if goal.client == client else b""
    return bool(values) and max(values) - min(values) >= goal.reliable_change


def _worse_scores(measure: Measure) -> Iterator[Evidence]:
    rows = counting(measure)
    first = next(rows, None)
    for row in rows:
        if first and compared(measure, first, row) is Change.RELIABLY_WORSE:
            because = Because("measure", measure.code, first[TOTAL], row[TOTAL], row[AT], 1)
            definition = definition_of(measure, row)
            least = definition.threshold if definition else None
            fell = _weight(row[TOTAL] - first[TOTAL], least or 1)
            yield Evidence(row[AT], (row[EVENT],), Severity.MEDIUM, because, weight=fell)


def _weight(moved: int, reliable: int) -> int:
    """How far something fell, in thousandths of what is reliable on its own scale.

    Six points of PHQ-9 and three of a goal weigh the same: each is the smallest that counts.
    """
    return abs(moved) * 1000 // reliable


def not_on_track(view: View) -> Iterator[Evidence]:
    """The first moment from session k on at which nothing got reliably better and the latest score
    is as the first or worse: parameter-free (B.6). It takes a score after the first to say so.
    A score of the day of session k, on the clinic's calendar, is known by session k.

    Version 2 asks for a reliable improvement alone, as C.2 words it.
    """
    sessions = treatments(view.case)
    for measure in view.case.measures:
        if measure.client == view.client and (found := _off_track(view, measure, sessions)):
            yield found


def early(view: View) -> bool:
    """Whether it is before the session by which a case ever had to be on track here."""
    least = view.house.least[Rule.NOT_ON_TRACK, RuleParameter.SESSIONS]
    return not view.case.measures or len(treatments(view.case)) < least


def sessions(view: View) -> Iterator[int]:
    """When sessions begin: who came early is recorded before, and counts from then on.

    Also where there is no score yet: it may come between the two, and asks for no new moment.
    """
    for at, _ in treatments(view.case):
        yield at


def _off_track(view: View, measure: Measure, sessions: Sessions) -> Evidence | None:
    rows = list(counting(measure))
    for number in range(1, len(rows)):
        first, row = rows[0], rows[number]
        definition = definition_of(measure, row)
        change = compared(measure, first, row)
        if definition is None or change is Change.RELIABLY_BETTER:
            return None
        if change not in (Change.NO_RELIABLE_CHANGE, Change.RELIABLY_WORSE):
            continue
        # Until the next score this one stands: session k may come meanwhile.
        until = rows[number + 1][AT] if number + 1 < len(rows) else view.now
        moment = max(row[AT], min(until, view.now))
        k = view.value(RuleParameter.SESSIONS, moment)
        reached = sessions[k - 1] if len(sessions) >= k else None
        enough = view.version(moment) == 1 and _better(definition, first, row)
        if reached and _latest_by(view, rows, number, reached[0]) and not enough:
            when = max(row[AT], reached[0])
            because = Because("track", measure.code, first[TOTAL], row[TOTAL], when, k)
            return Evidence(when, (row[EVENT], reached[1]), Severity.MEDIUM, because)
    return None


def _latest_by(view: View, rows: list[Row], number: int, session: int) -> bool:
    """Whether this score is the latest that is known by a session which has begun.

    Who is asked in the session answers some minutes into it: its whole day counts.
    """
    if number + 1 == len(rows):
        return session <= view.now
    return ordinal_of(session, view.zone) < ordinal_of(rows[number + 1][AT], view.zone)


def _better(definition: Definition, first: Row, latest: Row) -> bool:
    higher = definition.direction is Direction.HIGHER_IS_BETTER
    return bool(latest[TOTAL] > first[TOTAL] if higher else latest[TOTAL] < first[TOTAL])


def recovered(view: View) -> Iterator[Evidence]:
    """Reliable recovery over the latest scores of a measure, while no other is at caseness.

    Recovery asks for all measures below their cut-offs (B.2), so it held only where all were, for
    as many scores (C.2). It speaks of how things stand, so a later score at caseness takes it back.
    Version 2 asks besides that none got worse (B.2 [S17]).
    """
    mine = [
        (each, list(counting(each))) for each in view.case.measures if each.client == view.client
    ]
    if any(rows and _at_caseness(each, rows[-1]) for each, rows in mine):
        return
    for each, rows in mine:
        if not rows or not _at_caseness(each, rows[0]):
            continue
        if view.version(rows[-1][AT]) > 1 and any(_got_worse(*one) for one in mine):
            continue
        held = _held(each, rows)
        wanted = view.value(RuleParameter.SCORES, rows[-1][AT])
        if len(held) >= wanted and all(_below(*one, wanted) for one in mine):
            at, first, last = held[wanted - 1][AT], rows[0][TOTAL], rows[-1][TOTAL]
            because = Because("recovered", each.code, first, last, rows[-1][AT], wanted)
            yield Evidence(at, tuple(row[EVENT] for row in held[:wanted]), Severity.INFO, because)


def _below(measure: Measure, rows: list[Row], scores: int) -> bool:
    """Whether a measure is below its cut-off on its last so many scores."""
    return not any(_at_caseness(measure, row) for row in rows[-scores:])


def _got_worse(measure: Measure, rows: list[Row]) -> bool:
    return len(rows) > 1 and compared(measure, rows[0], rows[-1]) is Change.RELIABLY_WORSE


def few_scores(view: View) -> bool:
    """Whether no measure has a first score and then as many as ever told of recovery here."""
    few = view.house.least[Rule.RECOVERED_READY, RuleParameter.SCORES] * ANSWERS.size
    return all(len(measure.answers) <= few for measure in view.case.measures)


def _held(measure: Measure, rows: list[Row]) -> list[Row]:
    """The scores at the end that are all recovered, oldest first."""
    held: list[Row] = []
    for row in reversed(rows[1:]):
        better = compared(measure, rows[0], row) is Change.RELIABLY_BETTER
        if _at_caseness(measure, row) or not better:
            break
        held.insert(0, row)
    return held


def _at_caseness(measure: Measure, row: Row) -> bool:
    return _caseness(measure.code, row[VERSION], row[TOTAL])


@lru_cache(maxsize=4096)
def _caseness(code: str, version: int, total: int) -> bool:
    """Remembered, because cut-offs are exact fractions and there are few totals."""
    definition = known(code, str(version))
    return bool(definition and definition.at_caseness(total))
