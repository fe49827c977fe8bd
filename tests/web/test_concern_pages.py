"""A concern's page: when two act at once, the second is told who was first, by name."""

from typing import Any

import httpx

from services.web.shell.fronts import SAFEGUARDING
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import CASE, OURS, Cookie, listed


RUTH = "5f1f2a51-6a3c-4f0e-9d8e-0000000000aa"
CONCERN: dict[str, Any] = {
    "concern_id": CASE, "clinic_id": CLINIC, "case_id": CASE, "client_id": None,
    "rule": "SAFEGUARDING", "severity": "urgent", "urgent": True, "note": "worried",
    "raised_by": STAFF, "raised_at": "2026-11-02T09:00:00Z", "named": [],
    "state": "acknowledged", "clock": None, "acts": [],
}  # fmt: skip


async def test_who_is_second_to_acknowledge_a_concern_reads_who_was_first(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    upstream.answers["/clinics/v1/clinics"] = listed(clinic)
    ruth = {"staff_id": RUTH, "name": "Ruth Adler", "roles": ["safeguarding_lead"]}
    upstream.answers["/clinics/v1/staff"] = listed(ruth)
    path = f"/progress/v1/concerns/{CASE}"
    upstream.answers[path] = (200, CONCERN, {})
    first = {"by": RUTH, "at": "2026-11-02T10:14:00Z"}
    detail = f"The concern is acknowledged already, by {RUTH}."
    upstream.answers[f"{path}/acknowledge"] = (409, {"detail": detail, "acknowledged": first}, {})
    cookie = signed_in("safeguarding_lead") | OURS
    page = f"{SAFEGUARDING.home}/concerns/{CASE}/acknowledge"
    answer = await http.post(page, data={}, headers=cookie)
    assert answer.status_code == 409
    assert "Ruth Adler acknowledged this at 10:14" in answer.text
    assert detail not in answer.text, "a name, never an id"
