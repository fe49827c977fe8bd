"""A case's facts as they stand once every correction is made, from all of its events.

Each publisher's events come in its own order; between publishers there is none, so no fact here
asks what another publisher has said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.progress.projection.reckoning import answers, goals, sessions
from services.progress.projection.reckoning.answers import Answer
from services.progress.projection.reckoning.goals import Goal
from services.progress.projection.reckoning.sessions import Session
from shared.events import Event
from shared.events.goals import DisclosureRecorded, DisclosureVoided, SafetyLeftUnsent
from shared.events.intake import CaseClosed, CaseOpened, ReferralReceived, ReferralRejected


@dataclass
class Course:
    """What intake says: the referral, the case, its end, and the case before it."""

    status: str = "pending"
    number: str | None = None
    clinic: UUID | None = None
    clinician: UUID | None = None
    clients: tuple[UUID, ...] = ()
    opening: UUID | None = None  # the first event, on which rules of waiting rest
    received_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    end_code: str | None = None
    previous_closed_at: datetime | None = None
    previous_end_code: str | None = None


@dataclass
class History:
    """All facts of one case."""

    course: Course = field(default_factory=Course)
    goals: dict[UUID, Goal] = field(default_factory=dict)
    answers: dict[UUID, Answer] = field(default_factory=dict)  # by response
    sessions: dict[UUID, Session] = field(default_factory=dict)  # by appointment
    disclosures: dict[UUID, DisclosureRecorded] = field(default_factory=dict)
    unsent: list[SafetyLeftUnsent] = field(default_factory=list)

    def clients(self) -> list[UUID | None]:
        """Everybody of whom something was said; a shared goal is nobody's alone (None)."""
        found: dict[UUID | None, None] = {None: None}
        for goal in self.goals.values():
            found |= {goal.client: None, **{rating.client: None for rating in goal.ratings}}
        found |= {answer.client: None for answer in self.answers.values()}
        found |= {event.client_id: None for event in self.disclosures.values()}
        found |= {event.client_id: None for event in self.unsent}
        return list(found)


def told(events: Iterable[Event]) -> History:
    """The facts that these events come to."""
    history = History()
    for number, event in enumerate(events):
        _intake(history.course, event)
        sessions.take(history.sessions, event, number)
        goals.take(history.goals, event, number)
        answers.take(history.answers, event, number)
        _of_safety(history, event)
    return history


def _of_safety(history: History, event: Event) -> None:
    if isinstance(event, DisclosureRecorded):
        history.disclosures[event.disclosure_id] = event
    elif isinstance(event, DisclosureVoided):
        history.disclosures.pop(event.disclosure_id, None)
    elif isinstance(event, SafetyLeftUnsent):
        history.unsent.append(event)


def _intake(course: Course, event: Event) -> None:
    if isinstance(event, ReferralReceived):
        course.number, course.received_at = event.case_number, event.received_at
    elif isinstance(event, ReferralRejected):
        course.status, course.closed_at = "rejected", event.occurred_at
    elif isinstance(event, CaseOpened):
        _opened(course, event)
    elif isinstance(event, CaseClosed):
        course.status, course.closed_at = "closed", event.closed_at
        course.end_code = event.end_code.value
    if isinstance(event, ReferralReceived | CaseOpened):
        course.opening = course.opening or event.event_id


def _opened(course: Course, event: CaseOpened) -> None:
    course.status, course.opened_at = "open", event.occurred_at
    course.number, course.received_at = event.case_number, event.referred_at
    course.clinic, course.clinician = event.clinic_id, event.clinician_id
    course.clients = event.client_ids
    if event.previous_closed_at and event.previous_end_code:
        course.previous_closed_at = event.previous_closed_at
        course.previous_end_code = event.previous_end_code.value
