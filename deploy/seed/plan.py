"""Thirty cases: who they are, how far they have come, how it goes. Pure: the same every time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from deploy.demo import HARBOUR, NORTHGATE, PEOPLE, Clinic, Person
from shared.events.words import Attendance, GoalKind, Modality


ASSESSMENT_DAYS = 14  # from referral to the first session
AHEAD = 2  # sessions booked beyond the coming one
TARGET = 8
AGAIN = {15: 8}  # cases of people who were here before, and in which case
EARLIER = 63  # days by which such a case ended before the other closed ones
UNREACHED = (5, 25)  # cases of which the last session was missed: front desk is to reach them


class Stage(StrEnum):
    """How far a case has come."""

    WAITING = "waiting"
    REJECTED = "rejected"
    TREATED = "treated"
    CLOSED = "closed"


class Course(StrEnum):
    """How it goes."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True)
class Story:
    """One case of the demo. Session `sessions` is the coming one, `offset` days from today."""

    number: int
    clinic: Clinic
    clinician: Person | None
    stage: Stage
    course: Course = Course.SAME
    sessions: int = 0
    offset: int = 0
    hour: int = 9
    people: int = 1
    kinds: tuple[GoalKind, ...] = ()
    thoughts: dict[int, int] = field(default_factory=dict)  # session → answer to item 9

    @property
    def modality(self) -> Modality:
        """Alone or as a couple."""
        return Modality.INDIVIDUAL if self.people == 1 else Modality.COUPLE

    @property
    def before(self) -> int | None:
        """The number of this person's case that ended before, if there was one."""
        return AGAIN.get(self.number)

    def starts(self, session: int, today: date) -> datetime:
        """A session's start on the clinic's clock."""
        day = today + timedelta(days=self.offset + 7 * (session - self.sessions))
        return datetime.combine(day, time(self.hour))

    def referred_days_ago(self) -> int:
        """How many days before today the referral came."""
        if self.stage in (Stage.WAITING, Stage.REJECTED):
            return self.number % 9
        return 7 * self.sessions - self.offset + ASSESSMENT_DAYS

    def outcome(self, session: int) -> Attendance:
        """What became of a past session."""
        dice = random.Random(f"{self.number}/attendance/{session}").random()
        if session in self.thoughts:
            return Attendance.ATTENDED
        if self.number in UNREACHED and session == self.sessions - 1:
            return Attendance.DID_NOT_ATTEND
        if session and dice < 0.08:
            return Attendance.DID_NOT_ATTEND
        if session and dice < 0.14:
            return Attendance.CANCELLED_BY_CLIENT
        return Attendance.LATE_SEEN if dice > 0.93 else Attendance.ATTENDED

    def booked(self) -> int:
        """How many sessions were ever booked; who missed the last one was not reached yet."""
        if self.stage is Stage.CLOSED:
            return self.sessions
        missed = self.outcome(self.sessions - 1) is Attendance.DID_NOT_ATTEND
        return self.sessions if missed else self.sessions + AHEAD + 1

    def part(self, session: int) -> float:
        """How much of the way is behind a session, 0 to 1."""
        return session / max(self.sessions - 1, 1)

    def rating(self, goal: int, session: int) -> int:
        """How a goal is rated in a session."""
        first, last = {"better": (2, 8), "same": (4, 5), "worse": (7, 2)}[self.course]
        value = first + (last - first) * self.part(session)
        shake = random.Random(f"{self.number}/{goal}/{session}").choice([-1, 0, 0, 0, 1])
        return min(10, max(0, round(value) + shake))

    def answers(self, session: int) -> dict[str, int]:
        """PHQ-9 answers of a session."""
        first, last = {"better": (18, 6), "same": (13, 12), "worse": (9, 19)}[self.course]
        safety = self.thoughts.get(session, 0)
        rest = max(0, round(first + (last - first) * self.part(session)) - safety)
        items = {n: rest // 8 + (place < rest % 8) for place, n in enumerate(_order(self.number))}
        return {str(n): min(3, items[n]) for n in range(1, 9)} | {"9": safety}


def _order(number: int) -> list[int]:
    """Which of the first eight items get more than the others, by case."""
    items = list(range(1, 9))
    random.Random(f"{number}/items").shuffle(items)
    return items


def stories() -> list[Story]:
    """All thirty."""
    return [
        story
        for clinic, first in ((NORTHGATE, 1), (HARBOUR, 21))
        for story in _of_clinic(clinic, first)
    ]


# What each clinician has: sessions so far, days until the coming one (0: today), hour, course.
TODAY = ((12, 0, 9), (8, 0, 11), (15, 0, 14), (5, 0, 16))
LATER = ((10, 1, 10), (20, 2, 13), (3, 3, 15), (7, 4, 11))
COURSES = (Course.BETTER, Course.WORSE, Course.SAME, Course.BETTER, Course.SAME, Course.WORSE)
CLOSED = (14, 3, 9)


def _of_clinic(clinic: Clinic, first: int) -> Iterator[Story]:
    """Each clinician's caseload, one case closed, then what front desk still has to decide."""
    number = first
    for person in PEOPLE:
        if person.clinic is clinic and person.role == "clinician":
            slots = TODAY + LATER[: 3 if clinic is NORTHGATE else 2]
            for sessions, offset, hour in slots:
                yield _treated(number, person, sessions, offset, hour)
                number += 1
            sessions, offset, hour = CLOSED
            offset -= EARLIER if number in AGAIN.values() else 0
            yield _closed(number, person, sessions, offset, hour)
            number += 1
    last = first + (20 if clinic is NORTHGATE else 10)
    for undecided in range(number, last):
        stage = Stage.REJECTED if undecided == number else Stage.WAITING
        people = 2 if undecided == last - 1 else 1
        yield Story(undecided, clinic, None, stage, people=people)


def _treated(number: int, person: Person, sessions: int, offset: int, hour: int) -> Story:
    kinds = list(GoalKind)
    some = (kinds[number % 8], kinds[(number + 3) % 8])
    course = COURSES[number % len(COURSES)]
    return Story(
        number,
        person.clinic,
        person,
        Stage.TREATED,
        course,
        sessions,
        offset,
        hour,
        people=2 if number % 7 == 3 else 1,
        kinds=tuple(kinds) if number in (1, 21) else some,
        thoughts=_thoughts(course, sessions),
    )


def _thoughts(course: Course, sessions: int) -> dict[int, int]:
    """Who gets worse, after enough sessions, answers item 9 above zero in the latest ones."""
    newest = (sessions - 1) // 2 * 2  # measures are answered in every other session
    if course is Course.WORSE and sessions > 4:
        return {newest: 1 + sessions % 2}
    return {}


def _closed(number: int, person: Person, sessions: int, offset: int, hour: int) -> Story:
    kinds = tuple(GoalKind)[:2]
    return Story(
        number,
        person.clinic,
        person,
        Stage.CLOSED,
        Course.BETTER,
        sessions,
        offset,
        hour,
        kinds=kinds,
    )
