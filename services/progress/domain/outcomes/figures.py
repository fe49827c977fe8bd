"""The figures of a clinic's month: for each, who is counted, out of whom, and by which rule.

Numerators and denominators are those of NHS Talking Therapies (domain sheet B.2 [S15][S19]): a
finished course without both scores stays in the denominator, as it does there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.progress.domain.outcomes.courses import Course, courses
from services.progress.domain.outcomes.goals import WHATS, goals_of
from services.progress.domain.outcomes.month import Month
from services.progress.domain.outcomes.waits import LATEST, SOON, wait
from services.progress.domain.state import BOOKED, OUTCOMES, SESSIONS, Case
from shared.events.words import Attendance, GoalKind


@dataclass(frozen=True)
class Member:
    """One of those who are in a figure's denominator, and whether in its numerator."""

    client: bytes | None
    counted: bool


Rule = Callable[[Case, Month], Iterator[Member]]


@dataclass(frozen=True)
class Figure:
    """A figure, and its rule in words."""

    code: str
    label: str
    words: str
    members: Rule


def _ended(case: Case, month: Month) -> list[Course]:
    if not month.has(case.closed_at):
        return []
    return [course for course in courses(case) if course.finished]


def _of_all(says: Callable[[Course], bool]) -> Rule:
    def members(case: Case, month: Month) -> Iterator[Member]:
        return (Member(course.client, says(course)) for course in _ended(case, month))

    return members


def _of_those_at_caseness(says: Callable[[Course], bool]) -> Rule:
    def members(case: Case, month: Month) -> Iterator[Member]:
        ended = (course for course in _ended(case, month) if not course.not_at_caseness)
        return (Member(course.client, says(course)) for course in ended)

    return members


def _waited(most: int) -> Rule:
    def members(case: Case, month: Month) -> Iterator[Member]:
        found = wait(case, month.day_of, month.now)
        if found and month.has(found.first_treatment):
            yield Member(None, found.days <= most)

    return members


MISSED = OUTCOMES.index(Attendance.DID_NOT_ATTEND)
CALLED_OFF = {
    OUTCOMES.index(each)
    for each in (Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE)
}


def _missed(case: Case, month: Month) -> Iterator[Member]:
    for at, _, _, outcome, _ in SESSIONS.rows(case.sessions):
        if month.has(at) and outcome != BOOKED and outcome not in CALLED_OFF:
            yield Member(None, outcome == MISSED)


_BOTH = "PHQ-9 and GAD-7 together"
_FINISHED = "courses that ended in the month after two attended treatment sessions or more"
_CASES = f"{_FINISHED}, without those known to have begun below caseness on both measures"
_ENTERED = "cases whose first treatment session was in the month; an assessment alone is none"

FIGURES = {
    each.code: each
    for each in (
        Figure(
            "recovery",
            "Recovery",
            f"At caseness at first and below it on both at last, {_BOTH}; out of {_CASES}.",
            _of_those_at_caseness(lambda c: bool(c.outcome and c.outcome.recovered)),
        ),
        Figure(
            "reliable_recovery",
            "Reliable recovery",
            f"Recovered and reliably improved, {_BOTH}; out of {_CASES}.",
            _of_those_at_caseness(lambda c: bool(c.outcome and c.outcome.reliably_recovered)),
        ),
        Figure(
            "reliable_improvement",
            "Reliable improvement",
            f"Reliably better on one and reliably worse on none, {_BOTH}; out of {_FINISHED}.",
            _of_all(lambda c: bool(c.outcome and c.outcome.improved)),
        ),
        Figure(
            "reliable_deterioration",
            "Reliable deterioration",
            f"Reliably worse on at least one, {_BOTH}; out of {_FINISHED}.",
            _of_all(lambda c: bool(c.outcome and c.outcome.deteriorated)),
        ),
        Figure(
            "paired_scores",
            "Paired scores",
            f"Both measures answered at least twice, {_BOTH}; out of {_FINISHED}.",
            _of_all(lambda c: c.outcome is not None),
        ),
        Figure(
            "waits_42",
            "First treatment within 42 days",
            f"From referral to first treatment in 42 days or fewer; out of {_ENTERED}.",
            _waited(SOON),
        ),
        Figure(
            "waits_126",
            "First treatment within 126 days",
            f"From referral to first treatment in 126 days or fewer; out of {_ENTERED}.",
            _waited(LATEST),
        ),
        Figure(
            "did_not_attend",
            "Did not attend",
            "Sessions to which nobody came; out of the month's sessions whose outcome is recorded,"
            " without those that were called off.",
            _missed,
        ),
    )
}


def members_of(code: str) -> Rule | None:
    """Who is in a figure: one of FIGURES, or "kind.what" for goals; None when there is none."""
    if code in FIGURES:
        return FIGURES[code].members
    kind, _, what = code.partition(".")
    if kind not in tuple(GoalKind) or what not in WHATS:
        return None

    def members(case: Case, month: Month) -> Iterator[Member]:
        for theirs, client, stands in goals_of(case, month):
            if theirs == kind:
                yield Member(client, getattr(stands, what))

    return members
