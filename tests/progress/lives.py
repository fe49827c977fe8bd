"""The rest of what can happen to a case: goals' lives, corrections, disclosures, the diary."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from shared.events.goals import (
    AttainmentRated,
    DisclosureRecorded,
    DisclosureVoided,
    GoalAgreed,
    GoalClosed,
    GoalDeclined,
    GoalPaused,
    GoalRated,
    GoalReopened,
    GoalResumed,
    GoalRevised,
    GoalSet,
    MeasureAmended,
    MeasureCompleted,
    MeasureVoided,
    RatingAmended,
    RatingVoided,
    SafetyLeftUnsent,
)
from shared.events.intake import CaseClosed, ReferralReceived, ReferralRejected
from shared.events.measures import definition
from shared.events.scheduling import AppointmentBooked, AppointmentRescheduled
from shared.events.words import (
    AnsweredBy,
    CorrectionReason,
    DeclineReason,
    Disclosure,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalOwner,
    Modality,
    RatedBy,
    SessionKind,
    SessionMode,
    Urgency,
)
from tests.progress.histories import Story, at, items


Rated = GoalRated | AttainmentRated
MOVES = {
    "agreed": GoalAgreed,
    "paused": GoalPaused,
    "resumed": GoalResumed,
    "reopened": GoalReopened,
}
WRONG = CorrectionReason.ENTERED_WRONGLY


@dataclass
class Life(Story):
    """A case of two clients with all that can happen to it."""

    other_id: UUID = field(default_factory=uuid4)

    def one(self, second: bool) -> UUID:
        """One of the two clients."""
        return self.other_id if second else self.client_id

    def referred(self, when: float = 0) -> ReferralReceived:
        """The referral came in."""
        return ReferralReceived(
            **self._common(when),
            case_number="K-1",
            modality=Modality.COUPLE,
            urgency=Urgency.ROUTINE,
            people=2,
            received_at=at(when),
        )

    def rejected(self, when: float) -> ReferralRejected:
        """The referral was sent back."""
        return ReferralRejected(**self._common(when))

    def began(self, when: float = 0, referred: float = 0) -> Any:
        """The case of both begins, some time after its referral."""
        clients = (self.client_id, self.other_id)
        update = {"client_ids": clients, "referred_at": at(referred)}
        return self.opened(when).model_copy(update=update)

    def ended(self, when: float) -> CaseClosed:
        """The case ends."""
        return self.closed(when)

    def agreed(self, goal_id: UUID, **said: Any) -> GoalSet:
        """A goal, as it is said."""
        facts: dict[str, Any] = {
            "goal_id": goal_id,
            "client_id": self.client_id,
            "kind": GoalKind.RESILIENCE,
            "owner": GoalOwner.CLIENT,
            "target": 8,
        }
        return GoalSet(**self._common(0), **facts | said)

    def attainment(self, goal_id: UUID, weight: int = 1, **said: Any) -> GoalSet:
        """A goal that is rated by attainment."""
        return self.agreed(goal_id, method=GoalMethod.GAS, target=0, weight=weight, **said)

    def moves(self, goal_id: UUID, what: str, when: float = 1) -> Any:
        """A goal's life goes on: one of MOVES, "declined", or how it ended."""
        common = self._common(when) | {"goal_id": goal_id}
        if what in MOVES:
            return MOVES[what](**common)
        if what == "declined":
            return GoalDeclined(**common, reason=DeclineReason.NOT_ACCEPTABLE)
        return GoalClosed(**common, outcome=GoalEnd(what))

    def revised(self, goal_id: UUID, target: int, weight: int = 1) -> GoalRevised:
        """A goal was agreed anew."""
        return GoalRevised(
            **self._common(2),
            goal_id=goal_id,
            version=2,
            kind=GoalKind.INSIGHT,
            owner=GoalOwner.SHARED,
            target=target,
            weight=weight,
            review_on=None,
        )

    def says(
        self, goal_id: UUID, value: int, when: float, second: bool = False, **said: Any
    ) -> GoalRated:
        """One of the two rates."""
        told = self.rated(goal_id, value, when)
        return told.model_copy(update={"client_id": self.one(second)} | said)

    def noted(self, goal_id: UUID, value: int, when: float) -> GoalRated:
        """The clinician rates."""
        return self.says(goal_id, value, when, rated_by=RatedBy.CLINICIAN)

    def level(
        self, goal_id: UUID, level: int, when: float, second: bool = False
    ) -> AttainmentRated:
        """A level is reached by one of the two."""
        return AttainmentRated(
            **self._common(when),
            goal_id=goal_id,
            rating_id=uuid4(),
            client_id=self.one(second),
            level=level,
            rated_by=RatedBy.CLINICIAN,
            rated_at=at(when),
        )

    def amended(self, event: Rated, value: int, when: float, second: bool = False) -> RatingAmended:
        """A rating was wrong."""
        return RatingAmended(
            **self._common(99),
            goal_id=event.goal_id,
            rating_id=event.rating_id,
            client_id=self.one(second),
            version=2,
            value=value,
            rated_by=RatedBy.CLINICIAN,
            rated_at=at(when),
            reason=WRONG,
        )

    def voided(self, event: Rated) -> RatingVoided:
        """A rating does not count any more."""
        common = self._common(99) | {"goal_id": event.goal_id}
        return RatingVoided(**common, rating_id=event.rating_id, reason=WRONG)

    def unusable(self, total: int, when: float) -> MeasureCompleted:
        """The PHQ-9 is answered, and its total cannot be used."""
        return self.answered(total, 0, when).model_copy(update={"usable": False})

    def partners(self, goal_id: UUID, level: int, when: float) -> AttainmentRated:
        """A level is reached by the other one."""
        return self.level(goal_id, level, when, second=True)

    def fills(self, measure: str, said: dict[str, int], when: float) -> MeasureCompleted:
        """A questionnaire is answered item by item."""
        total = definition(measure).total(said)
        told = self.answered(0, None, when, measure)
        return told.model_copy(update={"items": said, "total": total})

    def retold(
        self, event: MeasureCompleted, total: int, nine: int, when: float, second: bool = False
    ) -> MeasureAmended:
        """Answers to the PHQ-9 were wrong."""
        return MeasureAmended(
            **self._common(99),
            response_id=event.response_id,
            client_id=self.one(second),
            measure=event.measure,
            version=event.version,
            items=items(total, nine),
            total=total,
            answered_at=at(when),
            amendment=2,
            usable=True,
            by=AnsweredBy.STAFF,
            reason=WRONG,
        )

    def taken_back(self, event: MeasureCompleted) -> MeasureVoided:
        """Answers do not count any more."""
        told = {"client_id": event.client_id, "measure": event.measure}
        return MeasureVoided(
            **self._common(99), **told, response_id=event.response_id, reason=WRONG
        )

    def discloses(self, disclosure: Disclosure, when: float) -> DisclosureRecorded:
        """Something is said in words."""
        return DisclosureRecorded(
            **self._common(when),
            disclosure_id=uuid4(),
            client_id=self.client_id,
            disclosure=disclosure,
            disclosed_at=at(when),
        )

    def unsays(self, said: DisclosureRecorded) -> DisclosureVoided:
        """What was recorded as said does not count any more."""
        told = {"disclosure_id": said.disclosure_id, "client_id": said.client_id}
        return DisclosureVoided(**self._common(99), **told, reason=WRONG)

    def leaves_unsent(self, when: float) -> SafetyLeftUnsent:
        """A safety item is answered above 0 on a link and not sent."""
        told = {"link_id": uuid4(), "client_id": self.client_id, "measure": "phq-9"}
        return SafetyLeftUnsent(**self._common(when + 30), **told, answered_at=at(when))

    def booked(
        self, appointment_id: UUID, when: float, kind: SessionKind = SessionKind.TREATMENT
    ) -> AppointmentBooked:
        """A session stands in the diary."""
        return AppointmentBooked(
            **self._common(0),
            appointment_id=appointment_id,
            clinician_id=self.clinician_id,
            client_ids=(self.client_id,),
            room_id=None,
            starts_at=at(when),
            ends_at=at(when + 50),
            zone="Europe/London",
            kind=kind,
            mode=SessionMode.VIDEO,
            tzdata="2026a",
        )

    def moved(self, appointment_id: UUID, when: float) -> AppointmentRescheduled:
        """A session is at another time."""
        return AppointmentRescheduled(
            **self._common(1),
            appointment_id=appointment_id,
            clinician_id=self.clinician_id,
            client_ids=(self.client_id,),
            starts_at=at(when),
            ends_at=at(when + 50),
            zone="Europe/London",
            tzdata="2026a",
        )
