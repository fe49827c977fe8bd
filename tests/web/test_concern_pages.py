"""A concern's page: when two act at once, the second is told who was first, by name."""

import re
from typing import Any

import httpx
import pytest

from services.web.shell.fronts import SAFEGUARDING
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import AWAY, CASE, OURS, Cookie, listed, one_case


NOTE = "A bruise on the left arm, seen on Tuesday"
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
    assert ">Somebody else was first</h2>" in answer.text
    assert detail not in answer.text, "a name, never an id"


async def test_only_who_works_in_the_clinic_and_may_see_concerns_is_offered_to_see_one(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """Whoever has left, or runs the streams, is refused by the service."""
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    upstream.answers["/clinics/v1/clinics"] = listed(clinic)
    staff = (
        ("Ruth Adler", "clinical_lead", None),
        ("Ada Leaves", "front_desk", "2030-01-01"),
        ("Ned Left", "clinician", "2026-01-01"),
        ("Sam Okafor", "operations", None),
    )
    upstream.answers["/clinics/v1/staff"] = listed(
        *(
            {"staff_id": name, "name": name, "roles": [role], "last_day": last_day}
            for name, role, last_day in staff
        )
    )
    upstream.answers[f"/progress/v1/concerns/{CASE}"] = (200, CONCERN, {})
    page = f"{SAFEGUARDING.home}/concerns/{CASE}"
    answer = await http.get(page, headers=signed_in("safeguarding_lead"))
    choice = answer.text.partition('name="staff_id"')[2].partition("</select>")[0]
    offered = [name for name, *_ in staff if f">{name}</option>" in choice]
    assert offered == ["Ruth Adler", "Ada Leaves"]


@pytest.mark.parametrize("service", ["progress", "intake", "clinics"])
async def test_what_was_typed_is_kept_whatever_is_away(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, service: str
) -> None:
    one_case(upstream)
    typed = {"note": NOTE, "urgent": "yes", "client_id": STAFF, "idempotency_key": "k-7"}
    paths = {"intake": "/intake/v1/cases", "clinics": "/clinics/v1/clinics"}
    upstream.answers["/progress/v1/concerns"] = AWAY
    if service in paths:
        upstream.answers[paths[service]] = AWAY
    cookie = signed_in("clinician") | OURS
    page = await http.post(f"/clinician/cases/{CASE}/concern", data=typed, headers=cookie)
    assert page.status_code == 503
    assert "What you wrote is still here" in page.text
    assert f">{NOTE}</textarea>" in page.text
    assert 'value="k-7"' in page.text, "what did arrive is not passed on twice"
    assert re.search(r'value="yes"[^>]* checked', page.text)


async def test_it_is_passed_on_while_nobody_can_say_whose_case_it_is(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    upstream.answers["/intake/v1/cases"] = AWAY
    upstream.answers["/progress/v1/concerns"] = (201, {"concern_id": CASE}, {})
    cookie = signed_in("clinician") | OURS
    typed = {"note": NOTE, "urgent": "no"}
    page = await http.post(f"/clinician/cases/{CASE}/concern", data=typed, headers=cookie)
    assert (page.status_code, page.headers["location"]) == (303, f"/clinician/cases/{CASE}")


async def test_one_that_is_refused_comes_back_with_a_key_of_its_own(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """The control: it was not done, and what is changed in it is another act."""
    one_case(upstream)
    upstream.answers["/progress/v1/concerns"] = (422, {"detail": "No."}, {})
    typed = {"note": NOTE, "urgent": "no", "idempotency_key": "k-7"}
    cookie = signed_in("clinician") | OURS
    page = await http.post(f"/clinician/cases/{CASE}/concern", data=typed, headers=cookie)
    assert page.status_code == 422
    assert f">{NOTE}</textarea>" in page.text
    assert 'value="k-7"' not in page.text


async def test_one_that_did_arrive_says_so(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    error = {"field": "Idempotency-Key", "message": "was used before with another body"}
    upstream.answers["/progress/v1/concerns"] = (422, {"errors": [error]}, {})
    typed = {"note": NOTE, "urgent": "no", "idempotency_key": "k-7"}
    cookie = signed_in("clinician") | OURS
    page = await http.post(f"/clinician/cases/{CASE}/concern", data=typed, headers=cookie)
    assert "What you sent first did arrive" in page.text
    assert "Idempotency-Key" not in page.text
