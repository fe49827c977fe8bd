"""What a case comes to, as the shapes of an answer. No database here."""

from datetime import datetime
from itertools import pairwise
from uuid import UUID

from services.progress.domain.outcomes.courses import SEEN, Course, courses, treatments
from services.progress.domain.outcomes.waits import LATEST, SOON, DayOf, wait
from services.progress.domain.packed import instant, micros
from services.progress.domain.state import BOOKED, OUTCOMES, SESSIONS, Case
from services.progress.models.outcomes import AttendanceCounts, OutcomeRead, PairRead, WaitingRead
from shared.events.words import Attendance


CANCELLED = {
    OUTCOMES.index(each)
    for each in (Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE)
}
MISSED = OUTCOMES.index(Attendance.DID_NOT_ATTEND)
LATE = OUTCOMES.index(Attendance.LATE_NOT_SEEN)
UNPAIRED = "No outcome yet: PHQ-9 and GAD-7 were not both answered twice."


def outcomes(case: Case) -> list[OutcomeRead]:
    """Every client's outcome."""
    return [_outcome(course) for course in courses(case)]


def _outcome(course: Course) -> OutcomeRead:
    found = course.outcome
    pairs = [PairRead(measure=p.measure.code, first=p.first, last=p.last) for p in course.pairs]
    return OutcomeRead(
        client_id=UUID(bytes=course.client),
        finished=course.finished,
        paired=found is not None,
        was_case=found and found.was_case,
        recovered=found and found.recovered,
        reliably_improved=found and found.improved,
        reliably_recovered=found and found.reliably_recovered,
        reliably_deteriorated=found and found.deteriorated,
        pairs=pairs,
        words=_in_words(course),
    )


def _in_words(course: Course) -> str:
    found = course.outcome
    if found is None:
        return UNPAIRED
    if found.recovered:
        said = "Recovered: at caseness before, below it on both measures now"
        said += ", by a reliable change" if found.improved else ", not by a reliable change"
    elif found.was_case:
        said = _still_a_case(course)
    else:
        said = "Not at caseness before, so there is nothing to recover from"
    if not found.recovered and found.improved:
        said += "; reliably improved"
    if found.deteriorated:
        said += "; reliably deteriorated on at least one measure"
    ended = "a finished course" if course.finished else "so far; the course is not finished"
    return f"{said} ({ended})."


def _still_a_case(course: Course) -> str:
    """Who recovered on one measure and is newly a case on the other is no case still."""
    before = {pair.measure.name for pair in course.pairs if pair.was_case()}
    newly = [p.measure.name for p in course.pairs if p.is_case() and p.measure.name not in before]
    if not newly:
        return "At caseness before, and still on one measure or both"
    [was] = before
    if any(pair.was_case() and pair.is_case() for pair in course.pairs):
        return f"At caseness before on {was} and still, and now on {newly[0]} too"
    return f"At caseness before on {was}, and now on {newly[0]} instead"


def waiting(case: Case, day_of: DayOf, now: datetime) -> WaitingRead:
    """Days from the referral to the first treatment session, or until now."""
    found = wait(case, day_of, micros(now))
    first = found and found.first_treatment
    return WaitingRead(
        received_at=instant(case.received_at) if case.received_at is not None else None,
        first_treatment_at=instant(first) if first else None,
        days=found and found.days,
        still_waiting=found is not None and first is None and case.status in ("pending", "open"),
        band=found and found.band,
        within_42=found and found.days <= SOON,
        within_126=found and found.days <= LATEST,
        second_gap_days=found and found.second_gap,
    )


def attendance(case: Case, day_of: DayOf, now: datetime) -> AttendanceCounts:
    """What became of the sessions, as last recorded or corrected, and the time between them."""
    rows, moment = list(SESSIONS.rows(case.sessions)), micros(now)
    counted = [row[3] for row in rows]
    seen = [row[0] for row in rows if row[3] in SEEN]
    ahead = [row[0] for row in rows if row[3] == BOOKED and row[0] >= moment]
    gaps = [(day_of(later) - day_of(earlier)).days for earlier, later in pairwise(seen)]
    return AttendanceCounts(
        attended=len(seen),
        did_not_attend=counted.count(MISSED),
        cancelled=sum(outcome in CANCELLED for outcome in counted),
        late_not_seen=counted.count(LATE),
        sessions=len(rows),
        booked=counted.count(BOOKED),
        treatments_attended=len(treatments(case)),
        consecutive_did_not_attend=_missed_in_a_row(counted),
        last_contact=instant(seen[-1]) if seen else None,
        next_contact=instant(ahead[0]) if ahead else None,
        days_since_contact=max((day_of(moment) - day_of(seen[-1])).days, 0) if seen else None,
        longest_gap_days=max(gaps, default=None),
    )


def _missed_in_a_row(outcomes: list[int]) -> int:
    """Missed sessions since somebody was last seen; only being seen ends the row."""
    row = 0
    for outcome in outcomes:
        row = 0 if outcome in SEEN else row + (outcome == MISSED)
    return row
