"""Supervision: what to discuss, what was discussed, and what nobody closed in its time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.web.words import moment
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import CASE, Cookie, listed


def stuck(number: int, state: str, due: timedelta) -> dict[str, Any]:
    """A goal that does not move, in a state of its life, with so much time left."""
    due_at = (datetime.now(UTC) + due).isoformat()
    what = "close" if state == "actioned" else "acknowledge"
    return {
        "flag_id": f"{CASE[:-1]}{number}",
        "rule": "GOAL_STALLED",
        "severity": "low",
        "safety": False,
        "case_id": CASE,
        "clinic_id": CLINIC,
        "client_id": None,
        "state": state,
        "raised_at": "2026-11-02T09:00:00Z",
        "sentence": f"Sentence {number}.",
        "acknowledged": None,
        "assigned_to": STAFF,
        "clock": {"what": what, "since": due_at, "due_at": due_at, "past": due < timedelta()},
    }


async def test_what_was_discussed_and_not_closed_in_time_comes_back_to_the_list(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    flags = [
        stuck(1, "raised", timedelta(days=1)),
        stuck(2, "actioned", timedelta(hours=1)),
        stuck(3, "actioned", -timedelta(hours=1)),
    ]
    upstream.answers["/progress/v1/flags"] = listed(*flags)
    text = (await http.get("/lead/supervision", headers=signed_in("clinical_lead"))).text
    assert "1 to discuss, 1 to close, 1 discussed" in text
    late = text.index("past the time to close it")
    assert text.index("Sentence 1.") < text.index("Sentence 3.") < late < text.index("Sentence 2.")


async def test_since_when_a_flag_is_raised_is_said_with_its_day(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/progress/v1/flags"] = listed(stuck(1, "raised", timedelta(days=1)))
    text = (await http.get("/lead/supervision", headers=signed_in("clinical_lead"))).text
    assert f"Raised {moment(datetime(2026, 11, 2, 9, tzinfo=UTC), datetime.now(UTC))}" in text
