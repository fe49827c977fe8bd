"""A closed case says when, by whom and how it ended; it offers nothing that would be refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.ending_case import BOTH, FLAG, WHOLE, case_to_end, closed
from tests.web.one_case import AWAY, CASE, PAGE, Cookie, listed


@pytest.fixture
def case(upstream: Upstream) -> dict[str, Any]:
    """A case in which something is still open."""
    return case_to_end(upstream)


@BOTH
async def test_a_closed_case_says_when_by_whom_and_how(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    role: str, page: str,
) -> None:  # fmt: skip
    whole = "Closed on Saturday 3 October 2026 at 10:04 by Mara Ellis: "
    closed(case, upstream)
    text = (await http.get(page, headers=signed_in(role))).text
    assert f"{whole}treatment was completed as agreed." in text
    closed(case, upstream, end_code="49", closed_by=None)
    text = (await http.get(page, headers=signed_in(role))).text
    assert "Closed on Saturday 3 October 2026 at 10:04: the client died." in text
    upstream.answers[WHOLE] = AWAY
    text = (await http.get(page, headers=signed_in(role))).text
    assert "Closed on Saturday 3 October 2026 at 10:04." in text


async def test_the_timeline_says_that_the_case_was_closed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    text = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "Case closed" not in text
    closed(case, upstream)
    shown = upstream.answers[f"/progress/v1/cases/{CASE}"][1]
    shown |= {"closed_at": case["closed_at"], "end_code": "46"}
    text = (await http.get(PAGE, headers=signed_in("clinician"))).text
    told = text.partition('id="h-tl"')[2].partition("</section>")[0]
    assert "Case closed<br>" in told
    assert "treatment was completed as agreed" in told
    assert "It no longer stands." in told


async def test_a_lead_reads_how_it_ended_and_is_offered_no_end(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    path, headers = f"/lead/cases/{CASE}", signed_in("clinical_lead")
    assert "End this case" not in (await http.get(path, headers=headers)).text
    closed(case, upstream)
    assert "treatment was completed as agreed." in (await http.get(path, headers=headers)).text


@BOTH
async def test_a_closed_case_offers_nothing_that_is_refused(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    role: str, page: str,
) -> None:  # fmt: skip
    closed(case, upstream)
    text = (await http.get(page, headers=signed_in(role))).text
    for act in (
        "End this case", "Book a session", "Add a goal", "Rate goals", "Enter a questionnaire",
        "Give a questionnaire", "Record a disclosure", "Front desk books the next one",
        "past the review date",
    ):  # fmt: skip
        assert act not in text, act
    again = await http.get(f"{page}/end", headers=signed_in(role))
    assert again.status_code == 409
    assert "This case is closed" in again.text
    assert 'name="end_code"' not in again.text


async def test_what_became_of_a_past_session_is_recorded_in_a_closed_case_too(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    closed(case, upstream)
    text = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert f'action="{PAGE}/attendance/{FLAG}"' in text


@pytest.mark.parametrize(
    ("ago", "rhythm", "offered"),
    [(6, "start_and_end", True), (8, "start_and_end", False), (1, "each_session", False)],
    ids=["in time", "too late", "another rhythm"],
)
async def test_the_measure_of_the_end_is_handed_over_while_it_may_be_answered(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    ago: int, rhythm: str, offered: bool,
) -> None:  # fmt: skip
    closed(case, upstream)
    case["closed_at"] = (datetime.now(UTC) - timedelta(days=ago)).isoformat()
    given = {
        "assignment_id": FLAG, "case_id": CASE, "client_id": STAFF, "measure": "phq-9",
        "rhythm": rhythm, "weeks": None, "send": False, "ended_at": None, "link": None,
    }  # fmt: skip
    upstream.answers["/goals/v1/assignments"] = listed(given)
    text = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert ("Open a link" in text) == offered


@pytest.mark.parametrize("status", ["open", "closed"])
async def test_the_referral_of_a_closed_case_offers_no_session(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    case: dict[str, Any],
    status: str,
) -> None:
    case["status"] = status
    said = {"status": "accepted", "urgency": "routine", "reason": "sleep", "note": None}
    said |= {"sender": "s", "sender_reference": "r", "reject_reason": None}
    referral = case | said | {"received_at": "2026-09-01T09:00:00Z", "clients": []}
    upstream.answers[f"/intake/v1/referrals/{CASE}"] = (200, referral, {})
    text = (await http.get(f"/desk/referrals/{CASE}", headers=signed_in("front_desk"))).text
    assert ("Book a session" in text) == (status == "open")
    assert ("This case is closed." in text) == (status == "closed")
