"""Events of cases, made short; and what a case should come to, reckoned slowly and from scratch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.progress.domain import facts
from services.progress.domain.fold import fold
from services.progress.domain.packed import micros
from services.progress.domain.rules import DEFAULTS, House, Told
from services.progress.domain.rules.assess import over
from services.progress.domain.state import Case
from shared.events import Event
from shared.events.goals import GoalRated, GoalSet, MeasureCompleted
from shared.events.intake import CaseClosed, CaseOpened
from shared.events.scheduling import AppointmentCancelled, AttendanceCorrected, AttendanceRecorded
from shared.events.words import (
    Attendance,
    EndCode,
    GoalKind,
    GoalOwner,
    Modality,
    RatedBy,
    SessionKind,
)


START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """A moment so many minutes after the start of all histories."""
    return START + timedelta(minutes=minutes)


@dataclass
class Story:
    """One case and the events that can happen to it."""

    case_id: UUID = field(default_factory=uuid4)
    clinic_id: UUID = field(default_factory=uuid4)
    client_id: UUID = field(default_factory=uuid4)
    clinician_id: UUID = field(default_factory=uuid4)

    def _common(self, when: float) -> dict[str, object]:
        return {"occurred_at": at(when), "clinic_id": self.clinic_id, "case_id": self.case_id}

    def opened(self, when: float = 0) -> CaseOpened:
        """The case begins."""
        return CaseOpened(
            **self._common(when),
            case_number="K-1",
            client_ids=(self.client_id,),
            modality=Modality.INDIVIDUAL,
            clinician_id=self.clinician_id,
            referred_at=at(when),
        )

    def closed(self, when: float) -> CaseClosed:
        """The case ends."""
        code = EndCode.COMPLETED_AS_AGREED
        return CaseClosed(**self._common(when), end_code=code, closed_at=at(when))

    def goal(self, goal_id: UUID, when: float = 0, client: bool = True) -> GoalSet:
        """A goal is agreed."""
        return GoalSet(
            **self._common(when),
            goal_id=goal_id,
            client_id=self.client_id if client else None,
            kind=GoalKind.RESILIENCE,
            owner=GoalOwner.CLIENT,
            target=8,
        )

    def rated(self, goal_id: UUID, value: int, when: float, came: float | None = None) -> GoalRated:
        """A rating given at `when`, recorded at `came`."""
        return GoalRated(
            **self._common(when if came is None else came),
            rating_id=uuid4(),
            goal_id=goal_id,
            client_id=self.client_id,
            value=value,
            rated_by=RatedBy.CLIENT,
            rated_at=at(when),
        )

    def answered(
        self, total: int, nine: int | None, when: float, measure: str = "phq-9"
    ) -> MeasureCompleted:
        """A questionnaire with this total and answer to item 9; None: no items were told."""
        return MeasureCompleted(
            **self._common(when),
            response_id=uuid4(),
            client_id=self.client_id,
            measure=measure,
            version="1",
            items={} if nine is None else items(total, nine),
            total=total,
            answered_at=at(when),
        )

    def attended(
        self, appointment_id: UUID, outcome: Attendance, when: float
    ) -> AttendanceRecorded:
        """What became of a session."""
        return AttendanceRecorded(
            **self._common(when),
            appointment_id=appointment_id,
            kind=SessionKind.TREATMENT,
            outcome=outcome,
            starts_at=at(when),
        )

    def corrected(
        self, appointment_id: UUID, outcome: Attendance, was: Attendance, when: float
    ) -> AttendanceCorrected:
        """What really became of it."""
        return AttendanceCorrected(
            **self._common(when + 1),
            appointment_id=appointment_id,
            kind=SessionKind.TREATMENT,
            outcome=outcome,
            was=was,
            starts_at=at(when),
        )

    def cancelled(self, appointment_id: UUID, when: float) -> AppointmentCancelled:
        """A session is called off by the client."""
        return AppointmentCancelled(
            **self._common(when),
            appointment_id=appointment_id,
            client_ids=(self.client_id,),
            by="client",
            starts_at=at(when + 100),
            zone="Europe/London",
        )


def items(total: int, nine: int) -> dict[str, int]:
    """Nine answers with this sum and this ninth answer."""
    rest, answers = total - nine, {}
    for number in range(1, 9):
        answers[str(number)] = min(3, rest)
        rest -= answers[str(number)]
    assert rest == 0, "no nine answers make that"
    return answers | {"9": nine}


@dataclass(frozen=True)
class Because:
    """An event as the cause of what it does."""

    event: Event
    house: House = DEFAULTS

    @property
    def event_id(self) -> bytes:
        """Its id."""
        return self.event.event_id.bytes

    @property
    def at(self) -> int:
        """When it was recorded."""
        return micros(self.event.occurred_at)

    @property
    def case_id(self) -> bytes:
        """Whose it is."""
        return UUID(self.event.key).bytes


def folded(
    events: Iterable[Event], case: Case | None = None, house: House = DEFAULTS
) -> tuple[Case, list[Told]]:
    """The case after these events, and all that was told on the way."""
    told: list[Told] = []
    for event in events:
        fact = facts.decode(event.type, event.data())
        assert isinstance(fact, facts.Fact)
        case = case or Case(event.clinic_id.bytes)
        told += fold(case, fact, Because(event, house))
    assert case is not None
    return case, told


def comparable(case: Case) -> object:
    """A case without what only says in which order events came in.

    Whether a flag was raised before it was heard that the case has ended is such a thing.
    """
    kept = [f for f in case.flags if not (f.cleared and over(case, f.rule))]
    order = [(f.id, f.rule, f.client, f.severity, f.evidence, f.cleared) for f in kept]
    return (
        (case.clinic, case.clinician, case.number, case.clients, case.status),
        (case.goals, case.measures, case.sessions, sorted(order), sorted(case.recent)),
    )
