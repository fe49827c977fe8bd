"""The clinician's pages: what is away is never told as empty; forms, dates, closed cases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.web.conftest import CLINIC, STAFF, Upstream


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
GOAL = "5f1f2a51-6a3c-4f0e-9d8e-000000000004"
PAGE = f"/clinician/cases/{CASE}"
AWAY: tuple[int, Any, dict[str, str]] = (503, {"title": "Unavailable"}, {})
EMPTY = (  # what must not be said of something that cannot be shown
    "Not rated yet",
    "Nothing has happened yet",
    "No open flags",
    "No questionnaire yet",
    "No goals yet",
    "No session is booked",
    "None yet. A booking",
    "0 events",
)


def listed(*items: dict[str, Any], **more: Any) -> tuple[int, Any, dict[str, str]]:
    return 200, {"items": list(items), "next": None, **more}, {}


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture
def case(upstream: Upstream) -> dict[str, Any]:
    """A case with one goal, of which the projection knows."""
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


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            f"/progress/v1/cases/{CASE}",
            ["How this case stands", "Flags", "The chart", "Scores", "Ratings, answers and flags"],
        ),
        ("/goals/v1/goals", ["The goals’ own words", "Goals that were set"]),
        ("/scheduling/v1/appointments", ["The diary", "Sessions"]),
        ("/notifications/v1/messages", ["Messages"]),
        (f"/intake/v1/referrals/{CASE}", ["The referral"]),
    ],
)
async def test_each_part_that_is_away_says_so_and_never_that_it_is_empty(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    case: dict[str, Any],
    path: str,
    said: list[str],
) -> None:
    headers = signed_in("clinician")
    whole = (await http.get(PAGE, headers=headers)).text
    assert "cannot be shown" not in whole
    upstream.answers[path] = AWAY
    answer = await http.get(PAGE, headers=headers)
    assert answer.status_code == 200
    for part in said:
        assert f"{part} cannot be shown. Nothing was lost." in answer.text
    assert [words for words in EMPTY if words in answer.text and words not in whole] == []


async def test_a_case_without_flags_says_that_this_does_not_mean_no_risk(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any]
) -> None:
    page = await http.get(PAGE, headers=signed_in("clinician"))
    assert "No open flags. This does not mean no risk." in page.text
    assert "Goal set: “run”" in page.text


async def test_a_goal_that_the_projection_has_not_heard_of_is_not_called_unrated(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers[f"/progress/v1/cases/{CASE}"][1]["goals"] = []
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "This goal is saved. Its chart will follow." in page
    assert "1 goal agreed, not in the figures yet." in page
    assert "Not rated yet" not in page


@pytest.mark.parametrize("path", ["/clinician", "/clinician/flags"])
async def test_unknown_flags_are_no_number(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    upstream.answers |= {"/progress/v1/caseload": AWAY, "/progress/v1/flags": AWAY}
    page = (await http.get(path, headers=signed_in("clinician"))).text
    assert "Flags cannot be shown. Nothing was lost." in page
    assert "Seeing no flag does not mean no risk." in page
    assert "how many is not known just now" in page
    for said in ("0 open", "All 0", "Flagged 0", "No open flags", "0 flags"):
        assert said not in page


async def test_an_unknown_diary_is_not_an_empty_one(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    item = {"case_id": CASE, "case_number": "TM-1", "goals": [], "measures": [], "flags": []}
    upstream.answers["/progress/v1/caseload"] = listed(item, current_to=now())
    upstream.answers["/scheduling/v1/appointments"] = AWAY
    page = (await http.get("/clinician", headers=signed_in("clinician"))).text
    assert "Today’s sessions cannot be shown." in page
    assert "No sessions today" not in page
    assert "Not booked" not in page


async def test_a_clinic_that_cannot_be_shown_is_not_in_utc_in_secret(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/clinics/v1/clinics"] = AWAY
    page = (await http.get("/clinician", headers=signed_in("clinician"))).text
    assert "What is known of your clinic cannot be shown: times are in UTC" in page


async def test_a_late_panel_stands_ready_and_its_age_is_no_news(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    headers = signed_in("clinician")
    first = await http.get(PAGE, headers=headers)
    assert "data-stale hidden>Goals, scores and flags current to <strong>" in first.text
    upstream.answers[f"/progress/v1/cases/{CASE}"][1]["current_to"] = "2026-01-01T00:00:00Z"
    late = await http.get(PAGE, headers=headers)
    assert "data-stale>Goals, scores and flags" in late.text
    assert late.headers["tidemark-mark"] == first.headers["tidemark-mark"]


@pytest.mark.parametrize(
    ("role", "front", "said"),
    [
        ("clinician", "clinician", "Go by your own notes and by what the client tells you"),
        ("clinical_lead", "lead", "Ask the clinician"),
    ],
)
async def test_who_reads_a_very_late_page_is_told_what_they_can_do(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    case: dict[str, Any],
    role: str,
    front: str,
    said: str,
) -> None:
    upstream.answers[f"/progress/v1/cases/{CASE}"] = AWAY
    page = await http.get(f"/{front}/cases/{CASE}", headers=signed_in(role))
    assert f"{said}; operations can see why." in page.text
    assert "Look at the record itself" not in page.text


async def test_a_flag_on_its_own_case_links_nowhere(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    flag = {"flag_id": GOAL, "case_id": CASE, "severity": "high", "rule": "SI_ITEM"}
    more = {"state": "raised", "sentence": "Look.", "raised_at": now(), "acknowledged": None}
    upstream.answers[f"/progress/v1/cases/{CASE}"][1]["flags"] = [flag | more]
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "Look." in page
    assert f'href="{PAGE}"' not in page


@pytest.mark.parametrize("form", ["rate", "goals/new", "measures/phq-9"])
async def test_a_closed_case_has_no_forms(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any], form: str
) -> None:
    case["status"] = "closed"
    answer = await http.get(f"{PAGE}/{form}", headers=signed_in("clinician"))
    assert answer.status_code == 409
    assert "It takes no more goals, ratings or answers." in answer.text
    assert "nhsuk-radios" not in answer.text
    page = await http.get(PAGE, headers=signed_in("clinician"))
    assert "Add a goal" not in page.text


def sent(upstream: Upstream) -> list[bytes]:
    return [body for method, _, _, body in upstream.seen if method == "POST"]


async def test_a_rating_from_paper_has_its_own_day(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers[f"/goals/v1/goals/{GOAL}/ratings"] = (201, {}, {"Tidemark-Event": "e1"})
    headers = signed_in("clinician") | OURS
    form = {f"rating.{GOAL}.{STAFF}": "7", "rated_by": "client", "idempotency_key": "k"}
    paper = {"on.day": "1", "on.month": "10", "on.year": "2025"}
    for typed in (form, form | paper):
        answer = await http.post(f"{PAGE}/ratings", data=typed, headers=headers)
        assert answer.status_code == 303
    assert b"rated_at" not in sent(upstream)[0]
    assert b'"rated_at":"2025-10-01T11:00:00Z"' in sent(upstream)[1]


async def test_a_day_that_does_not_exist_is_refused_and_everything_typed_is_kept(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    headers = signed_in("clinician") | OURS
    form = {"on.day": "31", "on.month": "11", "on.year": "2025", f"rating.{GOAL}.{STAFF}": "7"}
    form |= {f"item.{n}": "0" for n in range(1, 10)} | {"client_id": STAFF}
    for path in ("ratings", "measures/phq-9"):
        answer = await http.post(f"{PAGE}/{path}", data=form, headers=headers)
        assert answer.status_code == 422
        assert '<a href="#on">31 November does not exist. November has 30 days</a>' in answer.text
        assert 'name="on.day" type="text" inputmode="numeric" value="31"' in answer.text
    assert sent(upstream) == []


async def test_a_services_word_on_the_day_stands_at_the_date(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    why = {"field": "answered_at", "message": "must not be before the case was referred"}
    refused = {"detail": "no", "errors": [why]}
    upstream.answers["/goals/v1/measures/phq-9/responses"] = (422, refused, {})
    form = {"on.day": "1", "on.month": "1", "on.year": "2020", "client_id": STAFF}
    form |= {f"item.{n}": "0" for n in range(1, 10)}
    headers = signed_in("clinician") | OURS
    answer = await http.post(f"{PAGE}/measures/phq-9", data=form, headers=headers)
    said = "The date must not be before the case was referred"
    assert f'<a href="#on">{said}</a>' in answer.text


async def test_of_a_couple_somebody_is_chosen_and_nobody_guessed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    second = {"client_id": GOAL, "given_name": "Joe", "family_name": "Rahman"}
    case["clients"].append(second)
    headers = signed_in("clinician")
    page = await http.get(f"{PAGE}/measures/phq-9", headers=headers)
    assert 'type="radio" value="' in page.text
    assert (
        " checked"
        not in page.text.partition('<form method="post" action="/clinician')[2].partition(
            "</form>"
        )[0]
    )
    form = {f"item.{n}": "0" for n in range(1, 10)}
    answer = await http.post(f"{PAGE}/measures/phq-9", data=form, headers=headers | OURS)
    assert '<a href="#client_id">Choose whose answers these are</a>' in answer.text


async def test_errors_stand_in_the_order_of_the_form_and_at_their_fields(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any]
) -> None:
    headers = signed_in("clinician") | OURS
    page = (await http.post(f"{PAGE}/goals", data={}, headers=headers)).text
    fields = [part.partition('"')[0] for part in page.split('<li><a href="#')[1:]]
    assert fields == ["title", "kind", "client_id", "owner", "target"]
    assert (
        'name="title" rows="2" maxlength="4000" aria-describedby="title-hint title-error"' in page
    )
