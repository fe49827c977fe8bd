"""Pages without a browser: who may see them, headers, failures, and what a form keeps."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.events.words import Role
from tests.kit import Issuer
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.serving import served, web


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
FRONTS = {
    "front_desk": "/desk",
    "clinician": "/clinician",
    "clinical_lead": "/lead",
    "operations": "/operations",
}


def case(**given: Any) -> dict[str, Any]:
    """A case as intake lists it."""
    person = {"client_id": STAFF, "given_name": "Nadia", "family_name": "Rahman"}
    known = {"case_id": CASE, "case_number": "TM-4821", "clinic_id": CLINIC, "status": "open"}
    more = {"clinician_id": STAFF, "modality": "individual", "opened_at": "2026-09-03T09:00:00Z"}
    return known | more | {"clients": [person]} | given


async def test_nobody_signed_in_is_sent_to_sign_in_and_back(http: httpx.AsyncClient) -> None:
    answer = await http.get("/desk/referrals?status=accepted")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fdesk%2Freferrals%3Fstatus%3Daccepted"
    page = await http.get(answer.headers["location"])
    assert "/sign-in/begin?next=%2Fdesk%2Freferrals%3Fstatus%3Daccepted" in page.text


async def test_a_token_past_its_time_is_nobody(http: httpx.AsyncClient, signed_in: Cookie) -> None:
    headers = signed_in("front_desk", exp=int(time.time()) - 1)
    assert (await http.get("/desk", headers=headers)).status_code == 303


async def test_half_an_hour_without_a_hand_on_it_is_nobody(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    idle = signed_in("front_desk", seen=int(time.time()) - 1801)
    assert (await http.get("/desk", headers=idle)).status_code == 303
    assert (await http.get("/live", headers=idle)).status_code == 303


async def test_an_act_by_hand_keeps_one_signed_in_and_a_look_by_itself_does_not(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    headers = signed_in("front_desk", seen=int(time.time()) - 1000)
    assert "tidemark=" in (await http.get("/desk", headers=headers)).headers["set-cookie"]
    by_itself = await http.get("/desk", headers=headers | {"HX-Request": "true"})
    assert "set-cookie" not in by_itself.headers


async def test_a_token_at_its_end_is_renewed(
    upstream: Upstream, signed_in: Cookie, issuer: Issuer
) -> None:
    new = issuer.token(STAFF, [Role.FRONT_DESK], [UUID(CLINIC)])
    async with served(upstream.app) as address:
        upstream.answers["/issuer/.well-known/openid-configuration"] = (
            200, {"token_endpoint": f"{address}/issuer/token"}, {},
        )  # fmt: skip
        upstream.answers["/issuer/token"] = (200, {"access_token": new}, {})
        async with (
            served(web(address, f"{address}/issuer")) as front,
            httpx.AsyncClient(base_url=front) as client,
        ):
            old = signed_in("front_desk", exp=int(time.time()) + 5, refresh="r1")
            answer = await client.get("/desk", headers=old)
    assert answer.status_code == 200
    assert "tidemark=" in answer.headers["set-cookie"]
    asked = next(sent for sent in upstream.seen if sent[1] == "/issuer/token")
    assert b"refresh_token=r1" in asked[3]
    listed = next(sent for sent in upstream.seen if sent[1].startswith("/scheduling"))
    assert listed[2]["authorization"] == f"Bearer {new}"


async def test_somebody_with_two_clinics_chooses_one(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    headers = signed_in("front_desk", clinics=[CLINIC, CASE])
    assert "Change clinic" in (await http.get("/desk", headers=headers)).text
    for clinic, cookie in ((CASE, f"tidemark_clinic={CASE}"), (STAFF, None)):
        form = {"clinic_id": clinic}
        answer = await http.post("/front-ends/clinic", data=form, headers=headers | OURS)
        assert answer.status_code == 303
        kept = answer.headers.get("set-cookie", "")
        assert kept.startswith(cookie) if cookie else "tidemark_clinic" not in kept


async def test_what_was_typed_is_kept_when_somebody_is_signed_out(http: httpx.AsyncClient) -> None:
    form = {"reason": "not a service that we offer", "idempotency_key": "k"}
    answer = await http.post(f"/desk/referrals/{CASE}/reject", data=form)
    assert answer.status_code == 401
    assert 'value="not a service that we offer"' in answer.text
    assert f'action="/desk/referrals/{CASE}/reject"' in answer.text


@pytest.mark.parametrize(("role", "home"), FRONTS.items())
async def test_each_role_has_its_front_end_and_no_other(
    http: httpx.AsyncClient, signed_in: Cookie, role: str, home: str
) -> None:
    front = await http.get("/", headers=signed_in(role))
    assert front.headers["location"] == home
    for other in FRONTS.values():
        answer = await http.get(other, headers=signed_in(role))
        assert answer.status_code == (200 if other == home else 403), other


@pytest.mark.parametrize("home", FRONTS.values())
async def test_every_page_has_a_strict_policy_and_is_not_stored(
    http: httpx.AsyncClient, signed_in: Cookie, home: str
) -> None:
    answer = await http.get(home, headers=signed_in(*FRONTS))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "style=" not in answer.text
    assert "onclick" not in answer.text


async def test_no_name_stands_in_a_title(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/intake/v1/cases"] = _page(case())
    person = {**case()["clients"][0], "date_of_birth": "1991-03-14", "contacts": []}
    upstream.answers[f"/intake/v1/clients/{STAFF}"] = (200, person, {})
    answer = await http.get(f"/desk/clients/{CASE}", headers=signed_in("front_desk"))
    assert "<title>Case TM-4821 – Tidemark</title>" in answer.text
    assert "<h1>Nadia Rahman</h1>" in answer.text


@pytest.mark.parametrize("front", ["/clinician/cases/", "/lead/cases/", "/desk/clients/"])
async def test_another_clinics_case_is_the_same_page_as_none(
    http: httpx.AsyncClient, signed_in: Cookie, front: str
) -> None:
    headers = signed_in("front_desk", "clinician", "clinical_lead")
    pages = [
        await http.get(f"{front}{case_id}", headers=headers)
        for case_id in (CASE, "5f1f2a51-6a3c-4f0e-9d8e-00000000000f")
    ]
    assert {page.status_code for page in pages} == {404}
    assert pages[0].content == pages[1].content
    assert (await http.get(f"{front}no-id", headers=headers)).content == pages[0].content


async def test_a_part_that_is_away_leaves_the_rest(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/scheduling/v1/appointments"] = (503, {"title": "Unavailable"}, {})
    answer = await http.get("/clinician", headers=signed_in("clinician"))
    assert answer.status_code == 200
    assert "The diary cannot be shown. Nothing was lost." in answer.text
    assert "No open flags. This does not mean no risk." in answer.text


async def test_a_page_says_that_it_is_late(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    old: dict[str, Any] = {
        "items": [],
        "next": None,
        "current_to": "2026-01-01T00:00:00Z",
        "lag_seconds": 99,
    }
    upstream.answers["/progress/v1/caseload"] = (200, old, {})
    answer = await http.get("/clinician", headers=signed_in("clinician"))
    assert "tm-fresh--late" in answer.text
    assert "Do not rely on this page for risk" in answer.text


async def test_a_clash_is_named_and_everything_typed_is_kept(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers |= {
        "/clinics/v1/clinics": _page({"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}),
        "/clinics/v1/staff": _page({"staff_id": STAFF, "name": "Tom Berg", "roles": ["clinician"]}),
        "/intake/v1/cases": _page(case()),
    }
    clash = {"detail": "taken", "clashes": [{"who": "clinician", "appointment_id": CASE}]}
    upstream.answers["/scheduling/v1/appointments"] = (409, clash, {})
    form = {"case_id": CASE, "clinician_id": STAFF, "date": "2026-12-01", "time": "14:00"}
    form |= {"minutes": "50", "kind": "treatment", "mode": "phone", "idempotency_key": "k9"}
    headers = signed_in("front_desk") | OURS
    answer = await http.post("/desk/appointments", data=form, headers=headers)
    assert answer.status_code == 409
    assert (
        "Tom Berg is already booked on Tuesday 1 December 2026 between 14:00 and 14:50"
        in answer.text
    )
    assert 'value="2026-12-01"' in answer.text
    assert '<a href="#time">Tom Berg is' in answer.text  # it is another hour that is asked for
    booked = next(sent for sent in upstream.seen if sent[0] == "POST")
    assert booked[2]["idempotency-key"] == "k9"


async def test_a_form_names_every_field_that_is_wrong(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/intake/v1/cases"] = _page(case())
    headers = signed_in("clinician") | OURS
    form = {"title": "run", "target": "11"}
    answer = await http.post(f"/clinician/cases/{CASE}/goals", data=form, headers=headers)
    assert answer.status_code == 422
    assert "Target must be a whole number from 0 to 10" in answer.text
    assert '<a href="#kind">Choose the kind of goal</a>' in answer.text
    assert ">run</textarea>" in answer.text
    empty = await http.post(
        f"/clinician/cases/{CASE}/goals", data={"title": "run"}, headers=headers
    )
    assert '<a href="#target">Choose a target</a>' in empty.text
    assert [sent for sent in upstream.seen if sent[0] == "POST"] == []


async def test_after_an_act_the_page_says_so_once(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    path = f"/progress/v1/flags/{CASE}/acknowledge"
    upstream.answers[path] = (200, {"flag_id": CASE}, {"Tidemark-Event": "e1"})
    cookie = signed_in("clinician")
    form = {"note": "called back", "back": "/clinician"}
    done = await http.post(f"/clinician/flags/{CASE}/acknowledge", data=form, headers=cookie | OURS)
    assert (done.status_code, done.headers["location"]) == (303, "/clinician")  # at once
    said = {"Cookie": f"{cookie['Cookie']}; tidemark_said=acknowledged"}
    page = await http.get("/clinician", headers=said)
    assert "Acknowledged. You have seen it; others see that." in page.text
    assert 'tidemark_said=""' in page.headers["set-cookie"]


async def test_a_page_that_would_look_the_same_has_the_same_mark(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    cookie = signed_in("front_desk")
    first = await http.get("/desk/clients", headers=cookie)
    again = await http.get("/desk/clients", headers=cookie)
    upstream.answers["/intake/v1/cases"] = _page(case())
    changed = await http.get("/desk/clients", headers=cookie)
    assert first.headers["tidemark-mark"] == again.headers["tidemark-mark"]
    assert first.headers["tidemark-mark"] != changed.headers["tidemark-mark"]
    assert f'data-mark="{changed.headers["tidemark-mark"]}"' in changed.text


async def test_static_files_are_immutable_under_their_fingerprint(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/sign-in")
    address = page.text.split('rel="stylesheet" href="')[2].split('"')[0]
    answer = await http.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    stale = await http.get(f"/static/000000000000/{address.rsplit('/', 1)[1]}")
    assert stale.headers["cache-control"] == "no-store"


def _page(*items: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    return 200, {"items": list(items), "next": None}, {}
