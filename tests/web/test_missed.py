"""The desk's list of who missed a session: whom, which session, how to reach them, and no more."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_desk import CASE, OURS, VISIT, Cookie, one_desk


OTHER = "5f1f2a51-6a3c-4f0e-9d8e-0000000000ff"
REACH = f"?reach={CASE}"
MISSED = "/scheduling/v1/appointments/missed"


@pytest.fixture
def desk(upstream: Upstream, signed_in: Cookie) -> dict[str, str]:
    one_desk(upstream)
    return signed_in("front_desk") | OURS


def row(**given: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "appointment_id": VISIT,
        "case_id": CASE,
        "clinician_id": STAFF,
        "room_id": None,
    }
    told |= {"starts_at": "2026-01-15T10:00:00Z", "ends_at": "2026-01-15T10:50:00Z"}
    told |= {"kind": "treatment", "mode": "in_person", "status": "booked"}
    told |= {"outcome": "did_not_attend", "in_a_row": 1, "coming": None}
    return told | given


def listed(
    upstream: Upstream, *rows: dict[str, Any], contacts: Any = (), following: str | None = None
) -> None:
    answer = {"items": list(rows), "next": following, "total": 30 if following else len(rows)}
    upstream.answers[MISSED] = (200, answer, {})
    path = f"/intake/v1/clients/{STAFF}"
    status, person, headers = upstream.answers[path]
    upstream.answers[path] = (status, person | {"contacts": list(contacts)}, headers)


async def section(http: httpx.AsyncClient, headers: dict[str, str], query: str = "") -> str:
    page = await http.get(f"/desk{query}", headers=headers)
    assert page.status_code == 200
    return page.text.partition('id="h-missed"')[2].partition("</section>")[0]


async def test_it_says_whom_which_session_and_how_to_reach_them(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    safe = {"kind": "mobile", "value": "07700 900123", "safe": True}
    unsafe = {"kind": "phone", "value": "020 7946 0999", "safe": False}
    listed(upstream, row(in_a_row=2), contacts=[safe, unsafe])
    text = await section(http, desk, REACH)
    for shown in ("Ines Ueda", "TM-1", "Did not attend Thursday 15 January 2026, 10:00", "1 case"):
        assert shown in text
    for shown in ("with Mara Ellis", "2 in a row", "mobile <strong>07700 900123</strong>"):
        assert shown in text
    assert f'href="/desk/book?case_id={CASE}"' in text
    assert f'href="/desk/clients/{CASE}"' in text
    # An unsafe way is one that somebody else may answer: a list does not give it away.
    assert "020 7946 0999" not in text
    assert "1 other contact is not safe: ask Mara Ellis before using it" in text
    # Nothing clinical was asked for: a flag's own words are not the desk's.
    assert not [path for _, path, *_ in upstream.seen if path.startswith(("/progress", "/goals"))]


async def test_who_cannot_be_reached_and_what_stands_already_are_said(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    unsafe = {"kind": "mobile", "value": "07700 900123", "safe": False}
    listed(upstream, row(coming="2026-01-22T11:00"), contacts=[unsafe])
    text = await section(http, desk, REACH)
    assert "No safe way to reach them is known: ask Mara Ellis." in text
    assert "booked before this one was missed: Thursday 22 January 2026, 11:00" in text
    assert "07700" not in text


async def test_nobody_missed_a_part_away_and_another_day(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    listed(upstream)
    assert "Nobody. Who did not attend stands here" in await section(http, desk)
    upstream.answers[MISSED] = (503, {}, {})
    assert "Who missed a session cannot be shown." in await section(http, desk)
    upstream.answers[f"/intake/v1/clients/{STAFF}"] = (503, {}, {})
    upstream.answers[MISSED] = (200, {"items": [row()], "next": None, "total": 1}, {})
    assert "How to reach them cannot be shown just now." in await section(http, desk, REACH)
    assert await section(http, desk, "?day=2026-01-15") == ""


async def test_it_goes_on_page_by_page(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    listed(upstream, row(), following="abc=")
    first = await section(http, desk)
    assert 'href="/desk?missed=abc%3D#h-missed">Earlier' in first
    assert "Latest" not in first
    further = await section(http, desk, "?missed=abc%3D")
    assert 'href="/desk#h-missed">Latest' in further
    assert f'href="/desk?missed=abc%3D&amp;reach={CASE}#h-missed"' in further
    asked = [dict(query) for _, path, query in upstream.asked if path == MISSED]
    assert [each.get("after") for each in asked] == [None, "abc="]
    assert {each["clinic_id"] for each in asked} == {CLINIC}


async def test_a_place_that_nobody_gave_out_is_the_beginning(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    upstream.answers[MISSED] = (422, {"title": "Invalid", "detail": "after", "errors": []}, {})
    await section(http, desk, "?missed=zzz")
    asked = [dict(query).get("after") for _, path, query in upstream.asked if path == MISSED]
    assert asked == ["zzz", None]


async def test_nobodys_contacts_are_read_before_somebody_asks_for_theirs(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    mobile = {"kind": "mobile", "value": "07700 900123", "safe": True}
    listed(upstream, row(), row(case_id=OTHER), contacts=[mobile])
    assert "07700 900123" not in await section(http, desk)
    assert read_of(upstream) == 0
    assert (await section(http, desk, REACH)).count("07700 900123") == 1
    assert read_of(upstream) == 1


def read_of(upstream: Upstream) -> int:
    """How many clients' records were asked for."""
    return sum(path.startswith("/intake/v1/clients/") for _, path, *_ in upstream.seen)


async def test_a_messages_link_leads_to_the_section_of_its_clinic(
    http: httpx.AsyncClient, desk: dict[str, str], signed_in: Cookie
) -> None:
    led = await http.get(f"/desk/missed/{CLINIC}", headers=desk)
    assert (led.status_code, led.headers["location"]) == (303, "/desk#h-missed")
    assert f"tidemark_clinic={CLINIC}" in led.headers["set-cookie"]
    # Somebody else's clinic is not theirs to look at: they see their own.
    led = await http.get(f"/desk/missed/{OTHER}", headers=desk)
    assert (led.status_code, led.headers["location"]) == (303, "/desk#h-missed")
    assert "tidemark_clinic" not in led.headers.get("set-cookie", "")
    refused = await http.get(f"/desk/missed/{CLINIC}", headers=signed_in("clinician"))
    assert refused.status_code == 403
