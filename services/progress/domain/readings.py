"""The facts that flags rest on, one by one, in words: a flag's sentence tells the weightiest only.

Whoever looks into a flag wants each value, what it is compared with, and how things stand since.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.progress.domain.lines import Rows, line
from services.progress.domain.measures import known, safety_item
from services.progress.domain.rules.evidence import SEEN_NUMBERS, TREATMENT
from services.progress.domain.sentences import DISCLOSED, a_goal, level, points
from services.progress.domain.series import Row, counting
from services.progress.domain.state import (
    ANSWERS,
    BOOKED,
    CODES,
    DISCLOSURES,
    OUTCOMES,
    RATERS,
    RATINGS,
    SESSIONS,
    UNKNOWN,
    UNSENT,
    Case,
    Goal,
    Measure,
)
from shared.events.words import Attendance, GoalMethod


BECAME = {
    Attendance.ATTENDED: "attended",
    Attendance.LATE_SEEN: "the client came late and was seen",
    Attendance.LATE_NOT_SEEN: "the client came too late to be seen",
    Attendance.DID_NOT_ATTEND: "the client did not attend",
    Attendance.CANCELLED_BY_CLIENT: "cancelled by the client",
    Attendance.CANCELLED_BY_SERVICE: "cancelled by the service",
}


class Reading(NamedTuple):
    """One fact: its event and that one's type, when it was, what it says."""

    event: bytes
    type: str
    at: int  # microseconds
    words: str
    subject: bytes | None = None  # the rating, the answers, the session or the disclosure
    goal: bytes | None = None


def readings(case: Case) -> Iterator[Reading]:
    """Every fact of a case that a rule may rest on; what was voided is none."""
    for goal_id, goal in case.goals.items():
        yield from _ratings(goal_id, goal, list(RATINGS.rows(goal.ratings)))
    for measure in case.measures:
        yield from (_answers(measure, row) for row in ANSWERS.rows(measure.answers))
    yield from _sessions(case)
    for at, id_, event, code, _ in DISCLOSURES.rows(case.disclosures):
        yield _unsent(event, at, id_) if code == UNSENT else _disclosed(event, at, id_, code)
    if case.opening and case.received_at is not None:
        words = "The referral was received"
        yield Reading(case.opening, "intake.referral_received", case.received_at, words)


def voided(case: Case) -> Iterator[Reading]:
    """The ratings and answers that count no more, as they were."""
    for goal_id, goal in case.goals.items():
        yield from _ratings(goal_id, goal, list(RATINGS.rows(goal.voided)))
    for measure in case.measures:
        yield from (_answers(measure, row) for row in ANSWERS.rows(measure.voided))


def series(case: Case, client: bytes | None) -> Iterator[list[Reading]]:
    """The lines along which a client's scores and ratings are compared, each oldest first."""
    for goal_id, goal in case.goals.items():
        yield list(_ratings(goal_id, goal, line(goal, client)))
    for measure in case.measures:
        if measure.client == client:
            yield [_answers(measure, row) for row in counting(measure)]


def _ratings(goal_id: bytes, goal: Goal, rows: Rows) -> Iterator[Reading]:
    if goal.kind is None:
        return
    scaled = goal.method == GoalMethod.GAS
    kind = "goals.attainment_rated" if scaled else "goals.goal_rated"
    for at, id_, event, value, rater, *_ in rows:
        value = f"at level {level(value)}" if scaled else f"at {value}"
        words = f"{a_goal(goal.kind)} {value}, rated by the {RATERS[rater]}"
        yield Reading(event, kind, at, words, id_, goal_id)


def _answers(measure: Measure, row: Row) -> Reading:
    at, id_, event, total, answer, version, counts, _ = row
    definition = known(measure.code, str(version))
    name = definition.name if definition else measure.code.upper()
    words = f"{name} was answered"
    if definition is None or definition.has_total:
        words = f"{name} at {points(measure.code, total)}"
        words += "" if counts else ", which disagrees with its items and does not count"
    item = safety_item(measure.code, str(version))
    if item and answer != UNKNOWN:
        words += f", item {item} answered {answer}"
    return Reading(event, "goals.measure_completed", at, words, id_)


def _sessions(case: Case) -> Iterator[Reading]:
    """What became of sessions; those of treatment in which somebody was seen by their number."""
    number = 0
    for at, id_, event, outcome, kind in SESSIONS.rows(case.sessions):
        name = "Session"
        if kind == TREATMENT and outcome in SEEN_NUMBERS:
            number += 1
            name = f"Treatment session {number}"
        became = "booked" if outcome == BOOKED else BECAME[OUTCOMES[outcome]]
        yield Reading(event, "scheduling.attendance_recorded", at, f"{name}: {became}", id_)


def _disclosed(event: bytes, at: int, id_: bytes, code: int) -> Reading:
    words = f"The client spoke of {DISCLOSED[CODES[code]]}"
    return Reading(event, "goals.disclosure_recorded", at, words, id_)


def _unsent(event: bytes, at: int, id_: bytes) -> Reading:
    words = "A safety item was answered above 0 on a link, and not sent"
    return Reading(event, "goals.safety_left_unsent", at, words, id_)
