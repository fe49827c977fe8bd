"""The clinician gives questionnaires: what is given, whose link is open, the address told once."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.web.conftest import CLINIC, STAFF, Upstream


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
GIVEN = "5f1f2a51-6a3c-4f0e-9d8e-000000000005"
LINK = "5f1f2a51-6a3c-4f0e-9d8e-000000000006"
PAGE = f"/clinician/cases/{CASE}"


def listed(*items: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    return 200, {"items": list(items), "next": None}, {}


def given(**more: Any) -> dict[str, Any]:
    return {
        "assignment_id": GIVEN, "case_id": CASE, "client_id": STAFF, "measure": "phq-9",
        "rhythm": "every_weeks", "weeks": 2, "send": True, "assigned_at": "2026-11-01T10:00:00Z",
        "ended_at": None, "link": None,
    } | more  # fmt: skip


def link(state: str, **more: Any) -> dict[str, Any]:
    return {
        "link_id": LINK, "state": state, "sent": True, "opened_at": "2026-11-01T10:00:00Z",
        "expires_at": "2030-11-08T10:00:00Z", "ended_at": "2026-11-02T09:05:00Z",
        "crisis_shown_at": None,
    } | more  # fmt: skip


@pytest.fixture(autouse=True)
def case(upstream: Upstream) -> dict[str, Any]:
    """An open case of one client."""
    known: dict[str, Any] = {
        "case_id": CASE, "case_number": "TM-4821", "clinic_id": CLINIC, "status": "open",
        "clinician_id": STAFF, "modality": "individual", "opened_at": "2026-09-03T09:00:00Z",
        "clients": [{"client_id": STAFF, "given_name": "Nadia", "family_name": "Rahman"}],
    }  # fmt: skip
    offered = [
        {"code": "phq-9", "name": "PHQ-9", "kinds": [], "pack": {"on": True, "wording": []}},
        {"code": "gad-7", "name": "GAD-7", "kinds": [], "pack": {"on": True, "wording": ["en"]}},
        {"code": "core-10", "name": "CORE-10", "kinds": [], "pack": {"on": False, "wording": []}},
    ]
    upstream.answers |= {
        "/clinics/v1/clinics": listed(
            {"clinic_id": CLINIC, "name": "Northgate", "zone": "Europe/London"}
        ),
        "/intake/v1/cases": listed(known),
        "/goals/v1/measures": listed(*offered),
        f"/progress/v1/cases/{CASE}": (503, {}, {}),
        f"/intake/v1/referrals/{CASE}": (503, {}, {}),
        f"/intake/v1/clients/{STAFF}": (503, {}, {}),
    }
    return known


async def page(http: httpx.AsyncClient, cookie: dict[str, str], path: str = PAGE) -> str:
    return (await http.get(path, headers=cookie)).text


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (None, "no link yet"),
        (link("open"), "link open until 8 Nov 2030"),
        (link("used"), "answered 2 Nov"),
        (link("withdrawn"), "link withdrawn 2 Nov"),
        (link("used", crisis_shown_at="2026-11-02T09:00:00Z"), "Crisis text was shown to Nadia"),
    ],
)
async def test_what_is_given_and_where_its_link_stands(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, shown: Any, words: str
) -> None:
    upstream.answers["/goals/v1/assignments"] = listed(given(link=shown))
    text = await page(http, signed_in("clinician"))
    assert "every 2 weeks, by message" in text
    assert words in text
    assert ("Withdraw the link" in text) == (shown is not None and shown["state"] == "open")
    assert ("Open a link" in text) == (shown is None or shown["state"] != "open")


async def test_what_is_away_is_not_called_empty(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/goals/v1/assignments"] = (503, {}, {})
    text = await page(http, signed_in("clinician"))
    assert "Questionnaires that are given cannot be shown." in text
    assert "None. A client can answer" not in text


async def test_a_closed_case_is_shown_without_acts(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    case["status"] = "closed"
    upstream.answers["/goals/v1/assignments"] = listed(given(link=link("open")))
    text = await page(http, signed_in("clinician"))
    assert "link open until" in text
    assert "Withdraw the link" not in text
    assert "is closed" in await page(http, signed_in("clinician"), f"{PAGE}/assignments/new")


async def test_only_measures_that_are_on_are_offered(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    text = await page(http, signed_in("clinician"), f"{PAGE}/assignments/new")
    assert '<option value="gad-7">GAD-7</option>' in text
    assert "CORE-10" not in text


async def test_a_measure_without_wording_says_what_its_clients_will_see(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    text = await page(http, signed_in("clinician"), f"{PAGE}/assignments/new")
    assert '<option value="phq-9">PHQ-9 (short headings only)</option>' in text
    assert "your clinic has loaded no wording" in text
    pack = {"on": True, "wording": ["en"]}
    upstream.answers["/goals/v1/measures"] = listed({"code": "x", "name": "X", "pack": pack})
    text = await page(http, signed_in("clinician"), f"{PAGE}/assignments/new")
    assert "your clinic has loaded no wording" not in text


async def test_giving_one(http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie) -> None:
    upstream.answers["/goals/v1/assignments"] = (201, given(), {"Tidemark-Event": LINK})
    form = {"client_id": STAFF, "measure": "phq-9", "rhythm": "every_weeks", "weeks": "2"}
    cookie = signed_in("clinician") | OURS
    answer = await http.post(
        f"{PAGE}/assignments", data=form | {"send": "yes", "idempotency_key": "k"}, headers=cookie
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?after={LINK}")
    [(_, _, headers, body)] = [one for one in upstream.seen if one[0] == "POST"]
    assert headers["idempotency-key"] == "k"
    assert json.loads(body) == {
        "case_id": CASE,
        "client_id": STAFF,
        "measure": "phq-9",
        "rhythm": "every_weeks",
        "weeks": 2,
        "send": True,
    }


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose a questionnaire"),
        ({"rhythm": "every_weeks"}, "Write every how many weeks"),
        ({"rhythm": "every_weeks", "weeks": "many"}, "Write every how many weeks"),
    ],
)
async def test_what_is_missing_is_named(
    http: httpx.AsyncClient, signed_in: Cookie, form: dict[str, str], words: str
) -> None:
    cookie = signed_in("clinician") | OURS
    answer = await http.post(f"{PAGE}/assignments", data=form, headers=cookie)
    assert answer.status_code == 422
    assert words in answer.text


async def test_the_address_stands_on_a_page_that_can_be_read_again(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    opened = link("open") | {"address": "/respond/token-of-this-link"}
    path = f"/goals/v1/assignments/{GIVEN}/links"
    upstream.answers[path] = (201, opened, {})
    cookie = signed_in("clinician") | OURS
    answer = await http.post(f"{PAGE}/assignments/{GIVEN}/links", headers=cookie)
    where = f"{PAGE}/links/{LINK}"
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    kept = answer.headers["set-cookie"]
    assert f"Path={where};" in kept
    assert "HttpOnly" in kept
    assert "token-of-this-link" not in kept
    both = {"Cookie": f"{cookie['Cookie']}; {kept.partition(';')[0]}"}
    http.cookies.clear()
    for _ in range(2):
        page = await http.get(where, headers=both)
        assert page.headers["cache-control"] == "no-store"
        assert "/respond/token-of-this-link" in page.text
    assert len([one for one in upstream.seen if one[:2] == ("POST", path)]) == 1
    for headers, place in ((both, f"{PAGE}/links/{GIVEN}"), (cookie, where)):
        elsewhere = await http.get(place, headers=headers)
        assert "token-of-this-link" not in elsewhere.text
        assert "is not shown any more" in elsewhere.text


async def test_what_to_do_without_the_address_is_what_the_cases_page_then_offers(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    where = f"{PAGE}/links/{LINK}"
    text = await page(http, signed_in("clinician"), where)
    assert "withdraw the link; the case’s page then lets you open another" in text
    upstream.answers["/goals/v1/assignments"] = listed(
        given(rhythm="once", weeks=None, link=link("withdrawn"))
    )
    assert "Open a link" in await page(http, signed_in("clinician"))
    case["status"] = "closed"
    assert "no other can be opened" in await page(http, signed_in("clinician"), where)


async def test_a_second_link_is_refused_in_words(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    path = f"/goals/v1/assignments/{GIVEN}/links"
    upstream.answers[path] = (409, {"detail": "A link is open already."}, {})
    cookie = signed_in("clinician") | OURS
    again = await http.post(f"{PAGE}/assignments/{GIVEN}/links", headers=cookie)
    assert again.status_code == 409
    assert "A link is open already." in again.text


@pytest.mark.parametrize(
    ("act", "service"),
    [
        (f"assignments/{GIVEN}/end", f"assignments/{GIVEN}/end"),
        (f"links/{LINK}/withdraw", f"links/{LINK}/withdraw"),
    ],
)
async def test_ending_and_withdrawing(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, act: str, service: str
) -> None:
    upstream.answers[f"/goals/v1/{service}"] = (200, given(), {})
    answer = await http.post(f"{PAGE}/{act}", headers=signed_in("clinician") | OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    foreign = await http.post(f"{PAGE}/{act}", headers=signed_in("clinician"))
    assert foreign.status_code == 403
