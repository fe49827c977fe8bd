"""What the services say of one case, for tests of the pages that are made of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.web.conftest import CLINIC, STAFF, Upstream


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
GOAL = "5f1f2a51-6a3c-4f0e-9d8e-000000000004"
PAGE = f"/clinician/cases/{CASE}"
AWAY: tuple[int, Any, dict[str, str]] = (503, {"title": "Unavailable"}, {})


def listed(*items: dict[str, Any], **more: Any) -> tuple[int, Any, dict[str, str]]:
    return 200, {"items": list(items), "next": None, **more}, {}


def now() -> str:
    return datetime.now(UTC).isoformat()


def one_case(upstream: Upstream) -> dict[str, Any]:
    """A case with one goal, of which the projection knows; the case, which a test may change."""
    person = {"client_id": STAFF, "given_name": "Nadia", "family_name": "Rahman"}
    known: dict[str, Any] = {
        "case_id": CASE, "case_number": "TM-4821", "clinic_id": CLINIC, "status": "open",
        "clinician_id": STAFF, "modality": "individual", "opened_at": "2026-09-03T09:00:00Z",
        "clients": [person],
    }  # fmt: skip
    goal = {"goal_id": GOAL, "client_id": None, "kind": "resilience", "target": 8}
    words = {"title": "run", "description": None, "set_at": now()}
    words |= {"status": "active", "method": "gbo"}
    point = {"at": "2026-10-01T09:00:00Z", "value": 3, "by": "client"}
    stands = {"points": [point], "verdict": "first_score", "change": 0, "first": 3, "latest": 3}
    attended = {"attended": 1, "did_not_attend": 0, "cancelled": 0}
    shown = {
        "goals": [goal | stands], "measures": [], "attendance": attended, "flags": [],
        "flag_acts": [],
        "set_aside": 0, "current_to": now(), "lag_seconds": 0,
    }  # fmt: skip
    about = person | {"date_of_birth": "1991-03-14", "contacts": []}
    zone = {"clinic_id": CLINIC, "name": "Northgate", "zone": "Europe/London"}
    upstream.answers |= {
        "/clinics/v1/clinics": listed(zone),
        "/intake/v1/cases": listed(known),
        f"/intake/v1/clients/{STAFF}": (200, about, {}),
        f"/intake/v1/referrals/{CASE}": (200, {"received_at": now(), "sender": "Riverside"}, {}),
        f"/clinics/v1/clinics/{CLINIC}/settings": (200, {"in_force": {"crisis_texts": {}}}, {}),
        "/goals/v1/goals": listed(goal | words),
        f"/progress/v1/cases/{CASE}": (200, shown, {}),
    }
    return known
