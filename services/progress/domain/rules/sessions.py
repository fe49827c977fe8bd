"""Rules of sessions: DNA_1, DNA_2, LATE_NOT_SEEN, OUTCOME_MISSING."""

from collections.abc import Iterator

from services.progress.domain.rules.days import begins, ordinal_of
from services.progress.domain.rules.evidence import (
    SEEN_NUMBERS,
    Evidence,
    View,
    fewer_days,
    outcomes,
    treatments,
)
from services.progress.domain.state import ANSWERS, OUTCOMES, SESSIONS, Because
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Rule, Severity


MISSED = OUTCOMES.index(Attendance.DID_NOT_ATTEND)
LATE = OUTCOMES.index(Attendance.LATE_NOT_SEEN)
COUNTS = 6  # place in a row of answers


def _missed(view: View) -> Iterator[tuple[int, list[bytes]]]:
    """Each session that was missed, with the row of missed ones that it ends.

    Only a session in which somebody was seen ends a row: one that was called off, or for which
    somebody came too late, is neither attended nor missed (D.2, codes 2, 4 and 7).
    """
    row: list[bytes] = []
    for at, _, event, outcome, _ in SESSIONS.rows(view.case.sessions):
        if outcome == MISSED:
            row.append(event)
            yield at, row
        elif outcome in SEEN_NUMBERS:
            row = []


def none_missed(view: View) -> bool:
    """Whether no session was missed."""
    return MISSED not in outcomes(view.case)


def missed_one(view: View) -> Iterator[Evidence]:
    """First sessions that were missed."""
    for at, row in _missed(view):
        if len(row) == 1:
            yield Evidence(at, (row[0],), Severity.LOW, Because("missed", "", 1, 1, at, 1))


def missed_more(view: View) -> Iterator[Evidence]:
    """Sessions missed in a row, from the second on unless the clinic says otherwise."""
    for at, row in _missed(view):
        if len(row) >= view.value(RuleParameter.IN_A_ROW, at):
            because = Because("missed", "", 1, len(row), at, 1)
            yield Evidence(at, tuple(reversed(row)), Severity.MEDIUM, because)


def none_late(view: View) -> bool:
    """Whether nobody came too late."""
    return LATE not in outcomes(view.case)


def late_not_seen(view: View) -> Iterator[Evidence]:
    """Sessions to which somebody came too late to be seen."""
    for at, _, event, outcome, _ in SESSIONS.rows(view.case.sessions):
        if outcome == LATE:
            yield Evidence(at, (event,), Severity.LOW, Because("late", "", 0, 1, at, 1))


def unpaired(view: View) -> Iterator[Evidence]:
    """Treatment sessions that nobody's score lies near, once a score could only come too late."""
    scores: set[int] | None = None
    for at, event in treatments(view.case):
        due, window, day = _window(view, at)
        if due > view.now:
            continue
        scores = _days_with_scores(view) if scores is None else scores
        if not any(abs(day - score) <= window for score in scores):
            because = Because("unpaired", "", window, 1, at, 1)
            yield Evidence(at, (event,), Severity.LOW, because, due)


def within_windows(view: View) -> bool:
    """Whether it is too early to miss the score of even the first session."""
    seen = treatments(view.case)
    return not seen or fewer_days(view, seen[0][0], Rule.OUTCOME_MISSING, RuleParameter.WINDOW_DAYS)


def windows(view: View) -> Iterator[int]:
    """When it will be too late for sessions' scores."""
    for at, _ in treatments(view.case):
        yield _window(view, at)[0]


def _window(view: View, at: int) -> tuple[int, int, int]:
    window, day = view.value(RuleParameter.WINDOW_DAYS, at), ordinal_of(at, view.zone)
    return begins(day + window + 1, view.zone), window, day


def _days_with_scores(view: View) -> set[int]:
    """A total that cannot be used, or disagrees with its items, pairs with nothing."""
    return {
        ordinal_of(row[0], view.zone)
        for measure in view.case.measures
        for row in ANSWERS.rows(measure.answers)
        if row[COUNTS]
    }
