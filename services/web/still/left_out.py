"""What was left out of a case for good, in words: which kind of thing it was, and of when. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.cases import Case, name_in
from services.web.clients import Part
from services.web.directory import Clinic
from services.web.walltime import wall


KINDS = {
    "goals.measure_completed": "a questionnaire’s answers",
    "goals.measure_amended": "a questionnaire’s corrected answers",
    "goals.measure_voided": "that a questionnaire’s answers do not count",
    "goals.goal_rated": "a goal’s rating",
    "goals.rating_amended": "a goal’s corrected rating",
    "goals.rating_voided": "that a goal’s rating does not count",
    "goals.goal_set": "a goal",
    "goals.disclosure_recorded": "a disclosure",
    "scheduling.attendance_recorded": "what became of a session",
    "scheduling.attendance_corrected": "what became of a session, corrected",
    "scheduling.appointment_booked": "a booking",
    "intake.case_opened": "that the case began",
    "intake.case_closed": "that the case ended",
}
TOPICS = {
    "goals": "something about goals or questionnaires",
    "scheduling": "something about sessions",
    "intake": "something that front desk recorded",
}


def left_out(shown: dict[str, Any] | None, zone: str, now: datetime) -> list[str]:
    """`a goal’s rating, sent yesterday, 10:10` of each event; `now` is wall time in `zone`."""
    return [
        f"{_kind(each)}, sent {words.within(wall(each['recorded_at'], zone), now)}"
        for each in (shown or {}).get("left_out", [])
    ]


@dataclass(frozen=True)
class LeftOut:
    """One case of which something was left out."""

    case_id: str
    name: str
    clinician: str
    said: str


def cases_left_out(
    part: Part, cases: dict[str, Case], clinic: Clinic, now: datetime
) -> list[LeftOut]:
    """Those cases with their names, and what is lacking: the oldest of it first."""
    return [
        LeftOut(
            each["case_id"],
            name_in(cases, each["case_id"]),
            clinic.who(each["clinician_id"]),
            "; ".join(left_out(each, clinic.zone, now)),
        )
        for each in part.items
    ]


def _kind(event: dict[str, Any]) -> str:
    return KINDS.get(event["type"] or "") or TOPICS.get(event["topic"], "something")
