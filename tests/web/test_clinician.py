"""The clinician's pages: what is away is never told as empty, what is late says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.web.conftest import Upstream
from tests.web.one_case import AWAY, CASE, GOAL, PAGE, Cookie, listed, now, one_case


EMPTY = (  # what must not be said of something that cannot be shown
    "Not rated yet",
    "Nothing has happened yet",
    "No open flags",
    "No questionnaire yet",
    "No goals yet",
    "No session is booked",
    "None yet. A booking",
    "No session has been attended yet",
    "Nothing was rated or answered since",
    "No outcome yet",
    "0 events",
)


@pytest.fixture
def case(upstream: Upstream) -> dict[str, Any]:
    """A case with one goal, of which the projection knows."""
    return one_case(upstream)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            f"/progress/v1/cases/{CASE}",
            [
                *("How this case stands", "Flags", "The chart", "Scores", "What changed"),
                *("The outcome", "Ratings, answers and flags"),
            ],
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


@pytest.mark.parametrize(("outcome", "shown"), [(None, 1), ("attended", 0)])
async def test_now_shows_a_session_once_and_none_whose_outcome_is_recorded(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    case: dict[str, Any],
    outcome: str | None,
    shown: int,
) -> None:
    starts = datetime.now(UTC) + timedelta(hours=1)
    booked = {"appointment_id": GOAL, "case_id": CASE, "clinician_id": GOAL, "room_id": None}
    booked |= {"starts_at": starts.isoformat(), "kind": "treatment", "mode": "video"}
    booked |= {"ends_at": (starts + timedelta(minutes=50)).isoformat(), "status": "booked"}
    upstream.answers["/scheduling/v1/appointments"] = listed({**booked, "outcome": outcome})
    whole = (await http.get(PAGE, headers=signed_in("clinician"))).text
    now_ = whole.partition('id="h-now"')[2].partition("</section>")[0]
    assert now_.count("Treatment, 50 minutes") == shown
    # Nobody can have failed to come before the session begins.
    assert "Did not attend" not in now_
    assert now_.count("can be recorded from") == shown
