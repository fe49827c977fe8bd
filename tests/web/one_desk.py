"""What the services say to the front desk: an open case with one session to come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.web.conftest import CLINIC, STAFF, Upstream


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
VISIT = "5f1f2a51-6a3c-4f0e-9d8e-000000000004"
ROOM = "5f1f2a51-6a3c-4f0e-9d8e-000000000005"
AHEAD = datetime.now(UTC) + timedelta(days=30)


def page(*items: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    return 200, {"items": list(items), "next": None}, {}


def one_desk(upstream: Upstream) -> None:
    """A clinic with one open case and one session to come."""
    person = {"client_id": STAFF, "given_name": "Ines", "family_name": "Ueda"}
    case: dict[str, Any] = {"case_id": CASE, "case_number": "TM-1"}
    case |= {"clinic_id": CLINIC, "status": "open"}
    case |= {"clinician_id": STAFF, "modality": "individual", "opened_at": None}
    staff = {"staff_id": STAFF, "name": "Mara Ellis", "roles": ["clinician"]}
    starts = AHEAD.replace(hour=10, minute=0, second=0, microsecond=0)
    diary = {"appointment_id": VISIT, "case_id": CASE, "clinician_id": STAFF, "room_id": ROOM}
    diary |= {"starts_at": starts.isoformat(), "kind": "treatment", "mode": "in_person"}
    diary |= {"ends_at": (starts + timedelta(minutes=50)).isoformat(), "status": "booked"}
    upstream.answers |= {
        "/clinics/v1/clinics": page(
            {"clinic_id": CLINIC, "name": "North", "zone": "Europe/London"}
        ),
        "/clinics/v1/staff": page(staff),
        "/clinics/v1/rooms": page({"room_id": ROOM, "name": "Room 1"}),
        "/intake/v1/cases": page(case | {"clients": [person]}),
        f"/intake/v1/clients/{STAFF}": (200, person | {"date_of_birth": "1990-02-01"}, {}),
        "/scheduling/v1/appointments": page(diary | {"outcome": None}),
    }
