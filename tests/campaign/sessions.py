"""What happens to a case by its sessions: booked, kept, missed, and told otherwise afterwards."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.clock import utcnow
from shared.events.scheduling import AppointmentBooked, AttendanceCorrected, AttendanceRecorded
from shared.events.words import Attendance, SessionKind, SessionMode
from tests.campaign.course import WAITS_FOR, Course, Happening
from tests.campaign.facts import Facts, Met


OUTCOMES = {
    Attendance.ATTENDED: 12,
    Attendance.LATE_SEEN: 1,
    Attendance.DID_NOT_ATTEND: 5,
    Attendance.LATE_NOT_SEEN: 1,
    Attendance.CANCELLED_BY_CLIENT: 1,
    Attendance.CANCELLED_BY_SERVICE: 1,
}


def of_scheduling(course: Course, facts: Facts) -> Happening:
    """What scheduling publishes next: mostly what became of a session."""
    chance = course.dice.random()
    if chance < 0.01:
        return _booked(course)
    if course.waits and course.clock - course.began < WAITS_FOR:
        return _became(course, Attendance.CANCELLED_BY_SERVICE)
    if course.quiet:
        return _became(course, Attendance.ATTENDED)
    met = [each for each in facts.sessions if facts.sessions[each].outcome is not None]
    if chance < 0.1 and met:
        return _became_otherwise(course, facts, course.dice.choice(met))
    return _became(course, course.dice.choices(list(OUTCOMES), list(OUTCOMES.values()))[0])


def _became(course: Course, outcome: Attendance) -> Happening:
    common, at = course.when()
    event = AttendanceRecorded(
        **common,
        appointment_id=uuid4(),
        kind=SessionKind.TREATMENT,
        outcome=outcome,
        starts_at=at,
    )
    met = Met(event.event_id, outcome, at)
    return Happening(event, lambda facts: facts.sessions.update({event.appointment_id: met}))


def _became_otherwise(course: Course, facts: Facts, appointment_id: UUID) -> Happening:
    common, _ = course.when()
    was = facts.sessions[appointment_id]
    assert was.outcome is not None
    outcome = course.dice.choice([each for each in OUTCOMES if each is not was.outcome])
    event = AttendanceCorrected(
        **common,
        appointment_id=appointment_id,
        kind=SessionKind.TREATMENT,
        outcome=outcome,
        was=was.outcome,
        starts_at=was.at,
    )
    met = Met(event.event_id, outcome, was.at)
    return Happening(event, lambda facts: facts.sessions.update({appointment_id: met}))


def _booked(course: Course) -> Happening:
    common, _ = course.when()
    return booking(course, common, utcnow() + timedelta(days=course.dice.randrange(7, 60)))


def booking(course: Course, common: dict[str, object], starts: datetime) -> Happening:
    """A session stands in the diary, and the client is to be told so."""
    event = AppointmentBooked(
        **common,
        appointment_id=uuid4(),
        clinician_id=course.clinician_id,
        client_ids=(course.client_id,),
        room_id=None,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=50),
        zone="Europe/London",
        kind=SessionKind.TREATMENT,
        mode=SessionMode.VIDEO,
        tzdata="2026a",
    )
    met = Met(event.event_id, None, starts)
    return Happening(event, lambda facts: facts.sessions.update({event.appointment_id: met}))
