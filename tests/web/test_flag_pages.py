"""Pages of flags, figures, rules, concerns and rebuilds: empty, away and closed to others."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.web.conftest import CLINIC, STAFF, Upstream


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
TOM = "5f1f2a51-6a3c-4f0e-9d8e-0000000000bb"
FLAG = "5f1f2a51-6a3c-4f0e-9d8e-000000000005"
AWAY: tuple[int, Any, dict[str, str]] = (503, {"title": "Unavailable"}, {})


def flag(**more: Any) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    told: dict[str, Any] = {
        "flag_id": FLAG, "case_id": CASE, "clinic_id": CLINIC, "severity": "high",
        "rule": "SI_ITEM", "rule_version": 2, "rule_words": "An answer above 0", "safety": True,
        "state": "acknowledged", "sentence": "Look.", "raised_at": at, "clock": None,
        "acknowledged": {"by": STAFF, "at": at, "note": "seen"}, "assigned_to": None,
        "acts": [], "told": [], "rests_on": [], "compared_with": [], "since": [], "ended": [],
        "seen_before": None, "still": None,
        "parameters_in_words": [], "may_close_with": ["assessed_plan_in_place"],
        "current_to": at, "lag_seconds": 0,
    }  # fmt: skip
    return told | more


@pytest.mark.parametrize(
    ("path", "service", "said", "never"),
    [
        ("/lead", "/progress/v1/flags", "Flags cannot be shown", "No open flags"),
        (
            "/lead/supervision",
            "/progress/v1/flags",
            "What to discuss cannot be shown",
            "Nothing is flagged",
        ),
        ("/lead/outcomes", "/progress/v1/figures", "The figures cannot be shown", "none to count"),
        ("/lead/waits", "/progress/v1/caseload", "Waits cannot be shown", "nobody"),
        (
            "/lead/waits",
            "/intake/v1/referrals",
            "Referrals that nobody has accepted yet cannot be shown",
            "not accepted yet<br>",
        ),
        ("/lead/rules", f"/clinics/v1/clinics/{CLINIC}/rules", "Rules cannot be shown", "usual"),
        (
            "/lead/calendar",
            f"/clinics/v1/clinics/{CLINIC}/calendar",
            "The calendar cannot be shown",
            "Nobody has changed",
        ),
        (
            "/operations/rebuilds",
            "/progress/v1/rebuilds",
            "Rebuilds cannot be shown",
            "Nothing was ever rebuilt",
        ),
        ("/operations/rebuilds", "/progress/v1/incidents", "Incidents cannot be shown", "<li>None"),
        ("/safeguarding", "/progress/v1/concerns", "Concerns cannot be shown", "No open concerns"),
    ],
)
async def test_what_is_away_is_never_told_as_empty(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    path: str,
    service: str,
    said: str,
    never: str,
) -> None:
    upstream.answers[service] = AWAY
    roles = ("clinical_lead", "operations", "safeguarding_lead")
    page = await http.get(path, headers=signed_in(*roles))
    assert page.status_code == 200
    assert said in page.text
    assert never not in page.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/lead", "No open flags. This does not mean no risk."),
        ("/lead?show=safety", "No open flags of this kind. This does not mean no risk."),
        ("/lead/supervision", "None does not mean that all is well"),
        ("/lead/waits", "Nobody waits for a first treatment session."),
        ("/operations/rebuilds", "Nothing was ever rebuilt"),
        ("/safeguarding", "Anybody who works here can raise one"),
    ],
)
async def test_what_is_empty_says_what_will_stand_there(
    http: httpx.AsyncClient, signed_in: Cookie, path: str, said: str
) -> None:
    roles = ("clinical_lead", "operations", "safeguarding_lead")
    page = await http.get(path, headers=signed_in(*roles))
    assert said in page.text


async def test_a_flag_stands_without_its_clients_name(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers |= {f"/progress/v1/flags/{FLAG}": (200, flag(), {}), "/intake/v1/cases": AWAY}
    page = await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))
    assert page.status_code == 200
    assert "Name cannot be shown" in page.text
    assert "Look." in page.text


@pytest.mark.parametrize(
    ("role", "home", "may"), [("clinician", "/clinician", True), ("clinical_lead", "/lead", False)]
)
async def test_a_safety_flag_is_closed_by_clinicians_alone(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, role: str, home: str, may: bool
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(), {})
    for path in (f"{home}/flags/{FLAG}", f"{home}/flags/{FLAG}/close"):
        page = await http.get(path, headers=signed_in(role))
        assert ("Only a clinician can close this flag" in page.text) is not may
        assert ("Close this flag" in page.text) is may


@pytest.mark.parametrize(
    ("act", "problem", "said"),
    [
        ("review", {"state": "in_review", "by": TOM}, "Tom Berg started to review this at "),
        ("close", {"state": "closed", "by": TOM}, "Tom Berg closed this at "),
        ("assign", {"assigned_to": TOM}, "Tom Berg has taken this already"),
        ("action", {"state": "closed"}, "The flag is closed"),
    ],
)
async def test_of_two_the_second_reads_a_name_and_never_an_id(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    act: str,
    problem: dict[str, Any],
    said: str,
) -> None:
    at = datetime.now(UTC).replace(hour=0, minute=1).isoformat()
    refused = {"detail": "The flag is closed.", "at": at} | problem
    person = {"staff_id": TOM, "name": "Tom Berg", "roles": ["clinician"]}
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    upstream.answers |= {
        f"/progress/v1/flags/{FLAG}": (200, flag(state="closed"), {}),
        f"/progress/v1/flags/{FLAG}/{act}": (409, refused, {}),
        "/clinics/v1/clinics": (200, {"items": [clinic], "next": None}, {}),
        "/clinics/v1/staff": (200, {"items": [person], "next": None}, {}),
    }
    sent = {"note": "typed <here>", "to": TOM, "reason": "x", "action": "other"}
    headers = signed_in("clinician") | OURS
    page = await http.post(f"/clinician/flags/{FLAG}/{act}", data=sent, headers=headers)
    assert page.status_code == 409
    summary = page.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    assert said in summary
    assert TOM not in summary
    assert "typed &lt;here&gt;" in page.text


async def test_an_act_that_there_is_not_is_no_page(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    headers = signed_in("clinician") | OURS
    for path in (f"/clinician/flags/{FLAG}/forget", f"/clinician/concerns/{FLAG}/forget"):
        assert (await http.post(path, headers=headers)).status_code == 404


@pytest.mark.parametrize("role", ["front_desk", "clinician", "clinical_lead", "operations"])
async def test_nobody_else_opens_safeguarding_nor_asks_about_it(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, role: str
) -> None:
    refused = await http.get("/safeguarding", headers=signed_in(role))
    assert refused.status_code == 403
    home = {"front_desk": "desk", "clinical_lead": "lead"}.get(role, role)
    page = await http.get(f"/{home}", headers=signed_in(role))
    assert page.status_code == 200
    assert "/safeguarding" not in page.text
    assert "oncern" not in page.text
    asked = [path for _, path, _ in upstream.asked if "concerns" in path]
    assert asked == (["/progress/v1/concerns"] if role == "clinician" else [])


async def test_whoever_is_named_in_a_concern_finds_it_on_my_day(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    concern = {"concern_id": FLAG, "raised_at": "2026-11-24T09:00:00Z", "raised_by": STAFF}
    told = [concern | {"state": "raised"}, concern | {"state": "closed", "concern_id": CASE}]
    upstream.answers["/progress/v1/concerns"] = (200, {"items": told, "next": None}, {})
    page = await http.get("/clinician", headers=signed_in("clinician"))
    assert f'href="/clinician/concerns/{FLAG}"' in page.text
    assert f"/clinician/concerns/{CASE}" not in page.text


async def test_a_version_is_switched_to_only_when_its_number_is_typed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    told = {
        "number": 3, "state": "compared", "automatic": False, "reason": "r", "version": 7,
        "previous": 6, "asked_at": "2026-11-24T09:00:00Z", "began_at": None, "events_done": 5,
        "events_total": 5, "events_per_second": 0.0, "seconds_left": None, "equal": 2,
        "different": 1, "only_live": 0, "only_rebuilt": 0, "compared_at": None,
        "switched_at": None, "problem": None, "acts": [],
        "by_reason": [{"reason": "rule_version", "differences": 1, "cases": 1}],
        "differences": [{"case_id": CASE, "what": "flag SI_ITEM", "reason": "rule_version"}],
    }  # fmt: skip
    upstream.answers["/progress/v1/rebuilds/3"] = (200, told, {})
    upstream.answers["/progress/v1/rebuilds/3/switch"] = (202, {"number": 3}, {})
    headers, path = signed_in("operations") | OURS, "/operations/rebuilds/3/switch"
    page = await http.post(path, data={"version": "6", "reason": "equal"}, headers=headers)
    assert page.status_code == 422
    assert "Type 7" in page.text
    assert "Flag: thoughts of suicide or self-harm" in page.text
    assert "SI_ITEM" not in page.text
    done = await http.post(path, data={"version": "7", "reason": "equal"}, headers=headers)
    assert done.status_code == 303
