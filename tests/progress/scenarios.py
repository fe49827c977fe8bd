"""Every rule at its exact boundary, and one unit before: the table that prints as documentation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.progress.domain.packed import micros
from services.progress.domain.rules import House, passed
from services.progress.domain.state import Case, Flag
from shared.events import Event
from shared.events.goals import (
    AttainmentRated,
    DisclosureRecorded,
    GoalClosed,
    SafetyLeftUnsent,
)
from shared.events.intake import CaseOpened, ReferralReceived
from shared.events.rules import RuleParameter
from shared.events.words import (
    Attendance,
    Disclosure,
    EndCode,
    GoalEnd,
    GoalMethod,
    Modality,
    RatedBy,
    Rule,
    SessionKind,
    Severity,
    Urgency,
)
from tests.progress.histories import START, Story, at, folded


DAY = 1_440.0  # minutes
LONDON = House("Europe/London", numbers=1)
GOAL = UUID(int=7)
MIDNIGHT = 15 * 60  # minutes from the start of all histories, at 09:00, to the next day
SEEN, MISSED, LATE = Attendance.ATTENDED, Attendance.DID_NOT_ATTEND, Attendance.LATE_NOT_SEEN
H, U, M, LOW, INFO = Severity.HIGH, Severity.URGENT, Severity.MEDIUM, Severity.LOW, Severity.INFO


def past(days: int) -> datetime:
    """The first moment at which more than so many days lie behind the start."""
    return at(MIDNIGHT + days * DAY)


def before(moment: datetime) -> datetime:
    """One microsecond earlier: no smaller unit is kept."""
    return moment - timedelta(microseconds=1)


@dataclass(frozen=True)
class Scenario:
    """What happens, seen at a moment, and how severe the rule's flag then is; None: no flag."""

    rule: Rule
    what: str
    happens: Callable[[Story], Sequence[Event]]
    severity: Severity | None
    seen: datetime = START + timedelta(days=400)
    house: House = LONDON

    def case(self) -> Case:
        """The case, and time up to the moment."""
        story = Story()
        case, _ = folded(self.happens(story), house=self.house)
        passed(case, micros(self.seen), story.case_id.bytes, self.house)
        return case

    def flag(self) -> Flag | None:
        """The rule's flag, if it stands."""
        return next((f for f in self.case().flags if f.rule is self.rule and not f.cleared), None)


def scores(
    *totals: int, measure: str = "phq-9", every: float = 7 * DAY
) -> Callable[[Story], list[Event]]:
    """Totals of a measure, a week apart."""
    return lambda story: [
        story.answered(total, None, n * every, measure) for n, total in enumerate(totals)
    ]


def ratings(*values: int) -> Callable[[Story], list[Event]]:
    """A goal with its target at 8, and its ratings."""
    return lambda story: [
        story.goal(GOAL),
        *(story.rated(GOAL, value, n * 7 * DAY) for n, value in enumerate(values)),
    ]


def ended(*values: int) -> Callable[[Story], list[Event]]:
    """The same, and then work on the goal has ended."""

    def happens(story: Story) -> list[Event]:
        told = ratings(*values)(story)
        common = {"occurred_at": told[-1].occurred_at, "clinic_id": story.clinic_id}
        end = GoalClosed(
            **common, case_id=story.case_id, goal_id=GOAL, outcome=GoalEnd.NOT_ACHIEVED
        )
        return [*told, end]

    return happens


def sessions(*outcomes: Attendance) -> Callable[[Story], list[Event]]:
    """Treatment sessions a week apart."""
    return lambda story: [
        story.attended(uuid4(), outcome, n * 7 * DAY) for n, outcome in enumerate(outcomes)
    ]


def tracked(treatments: int, *totals: int) -> Callable[[Story], list[Event]]:
    """So many treatment sessions, and scores in the weeks between them."""

    def happens(story: Story) -> list[Event]:
        events: list[Event] = [
            story.answered(total, None, n * 7 * DAY + 60) for n, total in enumerate(totals)
        ]
        return events + [story.attended(uuid4(), SEEN, n * 7 * DAY) for n in range(treatments)]

    return happens


def in_session(
    minutes: float, *totals: int, last: int, treatments: int = 6
) -> Callable[[Story], list[Event]]:
    """As `tracked`, and one score more, so many minutes after the last session began."""
    began = (treatments - 1) * 7 * DAY
    return lambda story: [
        *tracked(treatments, *totals)(story),
        story.answered(last, None, began + minutes),
    ]


def both(phq: Sequence[int], gad: Sequence[int]) -> Callable[[Story], list[Event]]:
    """Totals of PHQ-9 and of GAD-7, a week apart."""
    return lambda story: [*scores(*phq)(story), *scores(*gad, measure="gad-7")(story)]


def of_version(
    version: str, happens: Callable[[Story], list[Event]]
) -> Callable[[Story], list[Event]]:
    """Questionnaires in another version than the one that is known here."""
    return lambda story: [each.model_copy(update={"version": version}) for each in happens(story)]


def disclosed(said: Disclosure) -> Callable[[Story], list[Event]]:
    """Somebody said it in words."""
    return lambda story: [
        DisclosureRecorded(
            **story._common(0),
            disclosure_id=uuid4(),
            client_id=story.client_id,
            disclosure=said,
            disclosed_at=START,
        )
    ]


def left_unsent() -> Callable[[Story], list[Event]]:
    """A safety item was answered above 0 on a link, and the answers were not sent."""
    return lambda story: [
        SafetyLeftUnsent(
            **story._common(0),
            link_id=uuid4(),
            client_id=story.client_id,
            measure="phq-9",
            answered_at=START,
        )
    ]


def attainment(level: int) -> Callable[[Story], list[Event]]:
    """A goal on five levels, to be reviewed ten days after the start."""

    def happens(story: Story) -> list[Event]:
        change = {"method": GoalMethod.GAS, "review_on": (START + timedelta(days=10)).date()}
        goal = story.goal(GOAL).model_copy(update=change)
        rated = AttainmentRated(
            **story._common(1),
            goal_id=GOAL,
            rating_id=uuid4(),
            client_id=story.client_id,
            level=level,
            rated_by=RatedBy.CLIENT,
            rated_at=at(1),
        )
        return [goal, rated]

    return happens


def referred(*treatments: float) -> Callable[[Story], list[Event]]:
    """A referral at the start, and treatment sessions so many days after it."""

    def happens(story: Story) -> list[Event]:
        received = ReferralReceived(
            **story._common(0),
            case_number="K-1",
            modality=Modality.INDIVIDUAL,
            urgency=Urgency.ROUTINE,
            people=1,
            received_at=START,
        )
        seen = [story.attended(uuid4(), SEEN, days * DAY) for days in treatments]
        return [received, story.opened(), *seen]

    return happens


def assessed(story: Story) -> list[Event]:
    """A referral, and an assessment after ten days: no treatment."""
    kind = {"kind": SessionKind.ASSESSMENT}
    return [*referred()(story), story.attended(uuid4(), SEEN, 10 * DAY).model_copy(update=kind)]


def again(days: int, code: EndCode = EndCode.COMPLETED_AS_AGREED) -> Callable[[Story], list[Event]]:
    """A case of somebody whose earlier one ended so many days before."""

    def happens(story: Story) -> list[Event]:
        opened: CaseOpened = story.opened()
        ended = START - timedelta(days=days)
        change = {
            "previous_case_id": uuid4(),
            "previous_end_code": code,
            "previous_closed_at": ended,
        }
        return [opened.model_copy(update=change)]

    return happens


def paired(days: int, usable: bool = True) -> Callable[[Story], list[Event]]:
    """A treatment session, and a score so many days later."""
    return lambda story: [
        story.attended(uuid4(), SEEN, 0),
        story.answered(5, None, days * DAY).model_copy(update={"usable": usable}),
    ]


def nine(*answers: int) -> Callable[[Story], list[Event]]:
    """Answers to item 9 of PHQ-9, a week apart."""
    return lambda story: [
        story.answered(5, answer, n * 7 * DAY) for n, answer in enumerate(answers)
    ]


def set_by_clinic(rule: Rule, name: RuleParameter, value: int) -> House:
    """A clinic that set one number of a rule, long ago."""
    return House("Europe/London", (micros(START) - 1,), ({(rule, name): value},), 1)
