"""The order of flags: safety, then severity, then the clock; what is open comes first in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.web.conftest import Upstream
from tests.web.one_case import CASE, Cookie, listed
from tests.web.test_flag_pages import flag


def waiting(number: int, due: timedelta, **more: Any) -> dict[str, Any]:
    """A flag that nobody has acknowledged, with so much of its time left."""
    at = (datetime.now(UTC) + due).isoformat()
    clock = {"what": "acknowledge", "since": at, "due_at": at, "past": due < timedelta()}
    told: dict[str, Any] = {
        "flag_id": f"{CASE[:-3]}{number:03}",
        "state": "raised",
        "acknowledged": None,
        "rule": "DNA_1",
        "severity": "low",
        "safety": False,
        "clock": clock,
        "sentence": f"Sentence {number}.",
    }
    return flag(**(told | more))


LATE = [waiting(n, -timedelta(days=n)) for n in range(1, 32)]
FRESH = waiting(100, timedelta(hours=4), rule="SI_ITEM", severity="high", safety=True)
WORSE = waiting(101, timedelta(hours=9), rule="DETERIORATION", severity="medium")
PLACES = ("Sentence 100.", "Sentence 101.", "Sentence 31.", "Sentence 30.")


@pytest.mark.parametrize("view", ["board", "table", "clinicians"])
async def test_a_fresh_safety_flag_stands_before_whatever_is_late(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, view: str
) -> None:
    upstream.answers["/progress/v1/flags"] = listed(*LATE, WORSE, FRESH)
    page = (await http.get(f"/lead?view={view}", headers=signed_in("clinical_lead"))).text
    places = [page.index(words) for words in PLACES]
    assert places == sorted(places)
    if view != "table":
        assert places[-1] < page.index("The other 27 flags")


async def test_nothing_about_safety_is_folded_away(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    urgent = [FRESH | {"flag_id": each["flag_id"]} for each in LATE[:9]]
    upstream.answers["/progress/v1/flags"] = listed(*urgent, *LATE[9:])
    page = (await http.get("/lead", headers=signed_in("clinical_lead"))).text
    assert "The other 22 flags" in page
    assert "Sentence 100." not in page.partition("The other 22 flags")[2]
