"""A client's page at the front desk: sessions to come and past, moving them, who is written to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.one_desk import CASE, OURS, ROOM, VISIT, Cookie, one_desk, page


@pytest.fixture
def desk(upstream: Upstream, signed_in: Cookie) -> dict[str, str]:
    """Somebody at the front desk of a clinic with one open case and one session to come."""
    one_desk(upstream)
    return signed_in("front_desk") | OURS


def moving(**given: str) -> dict[str, str]:
    """The form that moves the session, as its page sends it."""
    form = {"case_id": CASE, "clinician_id": STAFF, "room_id": ROOM, "minutes": "50"}
    return form | {"whom": "Ines Ueda", "date": "2031-12-01", "time": "14:00"} | given


async def test_a_bad_time_for_a_move_is_said_at_its_field_and_kept(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    error = {"field": "starts", "message": "is in the past"}
    upstream.answers[f"/scheduling/v1/appointments/{VISIT}/reschedule"] = (
        422, {"detail": "starts: is in the past", "errors": [error]}, {},
    )  # fmt: skip
    form = moving(date="2020-01-06")
    answer = await http.post(f"/desk/appointments/{VISIT}/move", data=form, headers=desk)
    assert answer.status_code == 422
    assert f'<a href="#date-{VISIT}">The start is in the past</a>' in answer.text
    assert f'id="date-{VISIT}" name="date" type="date" value="2020-01-06"' in answer.text
    assert '<details class="nhsuk-details" open>' in answer.text


async def test_of_an_unusual_hour_on_a_past_day_it_is_the_day_that_is_wrong(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    """The hour had been asked about before, for a day to come."""
    path = f"/scheduling/v1/appointments/{VISIT}/reschedule"
    act = f"/desk/appointments/{VISIT}/move"
    error = {"field": "starts", "message": "is in the past"}
    upstream.answers[path] = (422, {"detail": "starts: is in the past", "errors": [error]}, {})
    late = moving(time="23:30")
    asked = await http.post(act, data=late, headers=desk)
    assert "23:30 to 00:20 is an unusual hour" in asked.text
    again = late | {"confirmed": "2031-12-01 23:30", "date": "2020-01-06"}
    answer = await http.post(act, data=again, headers=desk)
    assert "The start is in the past" in answer.text
    assert "unusual hour" not in answer.text


async def test_a_move_onto_a_taken_hour_names_who_is_taken_and_offers_others(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    clashes = [{"who": "room", "appointment_id": CASE}]
    refused = {"detail": "The room already has a session.", "clashes": clashes}
    upstream.answers[f"/scheduling/v1/appointments/{VISIT}/reschedule"] = (409, refused, {})
    path = f"/desk/appointments/{VISIT}/move"
    answer = await http.post(path, data=moving(), headers=desk)
    assert "Room 1 is already booked on Monday 1 December 2031 between 14:00 and" in answer.text
    wanted = f"/desk/clients/{CASE}?appointment_id={VISIT}&amp;date=2031-12-01&amp;time=14%3A00"
    assert f'href="{wanted}"' in answer.text


async def test_a_move_that_moves_nothing_says_so(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    path = f"/scheduling/v1/appointments/{VISIT}/reschedule"
    for event, said in (({}, "unmoved;"), ({"Tidemark-Event": CASE}, '"moved.')):
        upstream.answers[path] = (200, {"appointment_id": VISIT}, event)
        act = f"/desk/appointments/{VISIT}/move"
        answer = await http.post(act, data=moving(), headers=desk)
        assert answer.headers["set-cookie"].startswith(f"tidemark_said={said}")
        assert "Ueda" not in answer.headers["set-cookie"]


async def test_a_session_that_was_called_off_has_a_place_of_its_own(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    diary = upstream.answers["/scheduling/v1/appointments"][1]["items"][0]
    upstream.answers["/scheduling/v1/appointments"] = page(diary | {"status": "cancelled"})
    whole = (await http.get(f"/desk/clients/{CASE}", headers=desk)).text
    past = whole.partition('id="h-past"')[2].partition("</section>")[0]
    assert "None yet." in past
    assert "Mara Ellis" in whole.partition('id="h-off"')[2].partition("</section>")[0]


@pytest.mark.parametrize("place", ["h-off", "h-past"])
async def test_why_a_session_was_called_off_stands_with_it(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str], place: str
) -> None:
    """Both before its hour, among those that will not take place, and after it."""
    diary = upstream.answers["/scheduling/v1/appointments"][1]["items"][0]
    off = {"status": "cancelled", "cancelled_by": "client", "cancel_reason": "<b>is away"}
    if place == "h-past":
        off |= {"starts_at": "2026-01-05T10:00:00Z", "ends_at": "2026-01-05T10:50:00Z"}
    upstream.answers["/scheduling/v1/appointments"] = page(diary | off)
    whole = (await http.get(f"/desk/clients/{CASE}", headers=desk)).text
    listed = whole.partition(f'id="{place}"')[2].partition("</section>")[0]
    assert "Reason: &lt;b&gt;is away" in listed
    upstream.answers["/scheduling/v1/appointments"] = page(diary | off | {"cancel_reason": None})
    assert "Reason: " not in (await http.get(f"/desk/clients/{CASE}", headers=desk)).text


async def test_who_cannot_be_written_to_is_named_where_sessions_are_booked(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    _, client, _ = upstream.answers[f"/intake/v1/clients/{STAFF}"]
    said = {"Cookie": f"{desk['Cookie']}; tidemark_said=booked"}
    ways = {"phone": True, "email": False}
    for reached in (False, True):
        ways |= {"mobile": reached}
        contacts = [{"kind": kind, "value": "x", "safe": safe} for kind, safe in ways.items()]
        known: tuple[int, Any, dict[str, str]] = (200, client | {"contacts": contacts}, {})
        upstream.answers[f"/intake/v1/clients/{STAFF}"] = known
        whole = (await http.get(f"/desk/clients/{CASE}", headers=said)).text
        assert ("No message goes to Ines Ueda" in whole) is not reached
        assert "without one it is held back" in whole


def coming_and_past(whole: str) -> list[str]:
    return [
        whole.partition(f'id="{part}"')[2].partition("</section>")[0]
        for part in ("h-coming", "h-past")
    ]


async def test_a_session_whose_outcome_is_recorded_is_not_to_come(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    coming, past = coming_and_past((await http.get(f"/desk/clients/{CASE}", headers=desk)).text)
    assert "Move or cancel" in coming
    assert "None yet." in past
    diary = upstream.answers["/scheduling/v1/appointments"][1]["items"][0]
    upstream.answers["/scheduling/v1/appointments"] = page(diary | {"outcome": "attended"})
    coming, past = coming_and_past((await http.get(f"/desk/clients/{CASE}", headers=desk)).text)
    assert "No session is booked." in coming
    assert "Attended" in past


async def test_a_session_that_has_begun_is_not_offered_to_be_moved(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    diary = upstream.answers["/scheduling/v1/appointments"][1]["items"][0]
    now = datetime.now(UTC)
    times = {"starts_at": (now - timedelta(minutes=9)).isoformat()}
    times |= {"ends_at": (now + timedelta(minutes=41)).isoformat()}
    upstream.answers["/scheduling/v1/appointments"] = page(diary | times)
    coming, _ = coming_and_past((await http.get(f"/desk/clients/{CASE}", headers=desk)).text)
    assert "It has begun." in coming
    assert "Move or cancel" not in coming


async def test_what_the_service_refuses_of_an_outcome_stands_at_the_outcome(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    error = {"field": "outcome", "message": "can be recorded from the start on"}
    path = f"/scheduling/v1/appointments/{VISIT}/attendance"
    upstream.answers[path] = (422, {"detail": "outcome: no", "errors": [error]}, {})
    form = {"outcome": "did_not_attend", "whom": "Ines Ueda"}
    act = f"/desk/appointments/{VISIT}/attendance"
    answer = await http.post(act, data=form, headers=desk)
    assert answer.status_code == 422
    said = "“Did not attend” can be recorded from the start on"
    assert f'<a href="#outcome-{VISIT}">{said}</a>' in answer.text


async def test_late_messages_are_not_promised(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    old: dict[str, Any] = {
        "items": [],
        "next": None,
        "counts": {},
        "current_to": "2026-01-01T00:00:00Z",
    }
    upstream.answers["/notifications/v1/messages"] = (200, old | {"lag_seconds": 99}, {})
    said = {"Cookie": f"{desk['Cookie']}; tidemark_said=booked"}
    whole = (await http.get(f"/desk/clients/{CASE}", headers=said)).text
    assert "Session booked." in whole
    assert "on its way" not in whole
    assert '<p class="tm-stale">Messages current to' in whole
