"""A case that is to be ended, and the same closed, as the services tell of it to its pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import CASE, PAGE, listed, one_case


CLOSE, WHOLE = f"/intake/v1/cases/{CASE}/close", f"/intake/v1/cases/{CASE}"
DIARY, DESK = "/scheduling/v1/appointments", f"/desk/clients/{CASE}"
FLAG = "5f1f2a51-6a3c-4f0e-9d8e-000000000007"
BOTH = pytest.mark.parametrize(
    ("role", "page"), [("clinician", PAGE), ("front_desk", DESK)], ids=["clinician", "desk"]
)


def case_to_end(upstream: Upstream) -> dict[str, Any]:
    """A case with a goal, a session to come, one that nobody recorded, and two flags."""
    known = one_case(upstream)
    upstream.answers["/clinics/v1/staff"] = listed(
        {"staff_id": STAFF, "name": "Mara Ellis", "roles": ["clinician"]}
    )
    upstream.answers[DIARY] = listed(session(days=7), session(days=-7))
    goal = upstream.answers["/goals/v1/goals"][1]["items"][0]
    thought_of = goal | {"goal_id": FLAG, "title": "travel again", "status": "proposed"}
    upstream.answers["/goals/v1/goals"] = listed(goal, thought_of)
    shown = upstream.answers[f"/progress/v1/cases/{CASE}"][1]
    shown["flags"] = [flag("GOAL_STALLED"), flag("SI_ITEM", safety=True), flag("DNA_1", "cleared")]
    shown["outcome"] = [{"client_id": STAFF, "pairs": [], "paired": False, "words": "No outcome."}]
    return known


def session(days: int, **more: Any) -> dict[str, Any]:
    """A treatment session of the case so many days from now."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    return {
        "appointment_id": FLAG, "case_id": CASE, "clinician_id": STAFF, "room_id": None,
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(minutes=50)).isoformat(),
        "kind": "treatment", "mode": "video", "status": "booked", "outcome": None,
    } | more  # fmt: skip


def flag(rule: str, state: str = "raised", *, safety: bool = False) -> dict[str, Any]:
    return {
        "flag_id": FLAG, "case_id": CASE, "severity": "medium", "rule": rule, "state": state,
        "sentence": "x", "raised_at": "2026-10-01T09:00:00Z", "safety": safety,
    }  # fmt: skip


def closed(case: dict[str, Any], upstream: Upstream, **more: Any) -> dict[str, Any]:
    """The case, closed in October; intake's whole answer about it."""
    case |= {"status": "closed", "closed_at": "2026-10-03T09:04:00Z"}
    whole = case | {"end_code": "46", "closed_by": STAFF} | more
    upstream.answers[WHOLE] = (200, whole, {})
    return whole
