"""A case's state as the parts of an answer, on its clinic's calendar. No database here."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.progress.domain.movement import worst
from services.progress.domain.outcomes.waits import DayOf
from services.progress.domain.packed import instant
from services.progress.domain.state import Case
from services.progress.queries import answers, goals, outcomes
from shared.clock import wall_time


def calendar(zone: str | None) -> DayOf:
    """The dates that a clinic's calendar shows; UTC's until the clinic is heard of."""

    def day_of(at: int) -> date:
        return wall_time(instant(at), zone or "UTC").date()

    return day_of


def summary(case_id: UUID, case: Case, zone: str | None, now: datetime) -> dict[str, Any]:
    """What a list of cases says of one, but for its flags."""
    day_of, today = calendar(zone), wall_time(now, zone or "UTC").date()
    attendance = outcomes.attendance(case, day_of, now)
    return {
        "case_id": case_id,
        "case_number": case.number,
        "clinic_id": UUID(bytes=case.clinic),
        "clinician_id": UUID(bytes=case.clinician) if case.clinician else None,
        "client_ids": [UUID(bytes=client) for client in case.clients],
        "status": case.status,
        "goals": goals.goals(case, today),
        "measures": answers.measures(case),
        "attendance": attendance,
        "last_contact": attendance.last_contact,
        "waiting": outcomes.waiting(case, day_of, now),
        "worst": worst([goals.worst_of(case), answers.worst_of(case)]),
    }


def whole(case_id: UUID, case: Case, zone: str | None, now: datetime) -> dict[str, Any]:
    """All that is said of one case, but for its flags."""
    today = wall_time(now, zone or "UTC").date()
    return summary(case_id, case, zone, now) | {
        "opened_at": instant(case.opened_at) if case.opened_at is not None else None,
        "closed_at": instant(case.closed_at) if case.closed_at is not None else None,
        "end_code": case.end_code or None,
        "outcome": outcomes.outcomes(case),
        "kinds": goals.kinds(case, today),
        "attainment": goals.attainment(case),
    }
