"""The front desk's forms: what is typed is kept, what is wrong is said where it is, in words."""

from typing import Any

import httpx
import pytest

from services.web.desk.booking import booking_body
from services.web.desk.people import form_of
from services.web.desk.times import clash_words
from services.web.desk.today import arrivals, hours_words, summary
from services.web.directory import Clinic
from services.web.lead.settings import change_of, filled
from services.web.visit import Form
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_desk import CASE, OURS, ROOM, VISIT, Cookie, one_desk, page
from tests.web.test_day import at, session


@pytest.fixture
def desk(upstream: Upstream, signed_in: Cookie) -> dict[str, str]:
    """Somebody at the front desk of a clinic with one open case and one session to come."""
    one_desk(upstream)
    return signed_in("front_desk") | OURS


async def test_the_banner_names_whom_and_what(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    path = f"/scheduling/v1/appointments/{VISIT}/attendance"
    upstream.answers[path] = (200, {"appointment_id": VISIT}, {"Tidemark-Event": CASE})
    form = {"outcome": "attended", "whom": "Ines Ueda"}
    act = f"/desk/appointments/{VISIT}/attendance"
    done = await http.post(act, data=form, headers=desk)
    said = done.headers["set-cookie"].partition(";")[0]
    home = await http.get("/desk", headers={"Cookie": f"{desk['Cookie']}; {said}"})
    assert "Ines Ueda: attended." in home.text


async def test_nothing_is_recorded_that_was_not_chosen(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    act = f"/desk/appointments/{VISIT}/attendance"
    answer = await http.post(act, data={"outcome": ""}, headers=desk)
    assert answer.status_code == 422
    assert f'<a href="#outcome-{VISIT}">Choose what became of the session</a>' in answer.text
    assert not [sent for sent in upstream.seen if sent[0] == "POST"]


async def test_who_calls_a_session_off_is_said_and_never_guessed(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    """It counts in the client's attendance; what was typed stays."""
    form = {"case_id": CASE, "by": "", "reason": "not well"}
    answer = await http.post(f"/desk/appointments/{VISIT}/cancel", data=form, headers=desk)
    assert answer.status_code == 422
    assert f'<a href="#by-{VISIT}">Say who calls it off: the client or we</a>' in answer.text
    assert f'<select class="nhsuk-select" id="by-{VISIT}"' in answer.text
    assert 'value="not well"' in answer.text
    assert 'type="time" value="1' in answer.text, "where it may be moved stays filled as well"
    assert not [sent for sent in upstream.seen if sent[0] == "POST"]


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        (f"&back=/desk/referrals/{CASE}", f"/desk/referrals/{CASE}"),
        ("", "/desk"),
        ("&back=//elsewhere.example", "/"),
    ],
)
async def test_a_booking_leads_back_to_where_it_was_thought_of(
    http: httpx.AsyncClient, desk: dict[str, str], asked: str, leads: str
) -> None:
    first = (await http.get(f"/desk/book?case_id={CASE}{asked}", headers=desk)).text
    again = await http.post(
        "/desk/appointments", data={"case_id": CASE, "back": leads}, headers=desk
    )
    assert again.status_code == 422
    for text in (first, again.text):
        assert f'<a class="nhsuk-link" href="{leads}">Back without booking</a>' in text


async def test_who_called_a_session_off_can_be_read_back(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    _, body, _ = upstream.answers["/scheduling/v1/appointments"]
    off = {"status": "cancelled", "cancelled_by": "service"}
    told = page(body["items"][0] | off)
    upstream.answers["/scheduling/v1/appointments"] = told
    text = (await http.get(f"/desk/clients/{CASE}", headers=desk)).text
    assert "called off by us" in text


async def test_a_referral_shows_what_tells_people_apart(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    contact = {"kind": "mobile", "value": "07700 900123", "safe": False}
    person: dict[str, Any] = {"client_id": None, "given_name": "Ines", "family_name": "Ueda"}
    person |= {"date_of_birth": "1990-02-01", "contacts": [contact]}
    known = {"case_id": CASE, "case_number": "TM-1", "clinic_id": CLINIC, "status": "received"}
    more = {"clinician_id": None, "modality": "individual", "urgency": "routine", "sender": "s"}
    said = {"reason": "sleep", "note": "Ring after six", "reject_reason": None}
    when = {"received_at": "2026-11-24T09:00:00Z", "sender_reference": "r", "decided_at": None}
    whole = known | more | said | when | {"clients": [person]}
    upstream.answers[f"/intake/v1/referrals/{CASE}"] = (200, whole, {})
    text = (await http.get(f"/desk/referrals/{CASE}", headers=desk)).text
    for shown in ("born 1 February 1990", "mobile 07700 900123, not safe to use", "Ring after six"):
        assert shown in text
    assert "Tidemark does not tell the sender" in text


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        ([], "assessment"),
        ([("assessment", "booked", None)], "assessment"),
        ([("assessment", "booked", "did_not_attend")], "assessment"),
        ([("assessment", "booked", "attended")], "treatment"),
        ([("treatment", "cancelled", None)], "assessment"),
        ([("treatment", "booked", None)], "treatment"),
    ],
)
async def test_a_first_session_is_an_assessment(
    http: httpx.AsyncClient,
    upstream: Upstream,
    desk: dict[str, str],
    known: list[tuple[str, str, str | None]],
    kind: str,
) -> None:
    when: dict[str, str | None] = {"starts_at": "2026-01-01T10:00:00Z", "mode": "video"}
    names = ("kind", "status", "outcome")
    held = [{**when, **dict(zip(names, each, strict=True))} for each in known]
    upstream.answers["/scheduling/v1/appointments"] = page(*held)
    text = (await http.get(f"/desk/book?case_id={CASE}", headers=desk)).text
    assert f'type="radio" value="{kind}" checked' in text


def booking(**given: str) -> Form:
    form = {"case_id": CASE, "clinician_id": STAFF, "kind": "treatment", "mode": "in_person"}
    return Form(
        form | {"room_id": ROOM, "date": "2026-12-01", "time": "10:00", "minutes": "50"} | given
    )


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"room_id": ""}, "room_id", "Choose the room, or say that they need none"),
        (
            {"date": "2026-10-25", "time": "01:30", "confirmed": "2026-10-25 01:30"},
            "fold",
            "01:30 comes twice that night: choose the first or the second",
        ),
        (
            {"date": "2026-03-29", "time": "01:30"},
            "time",
            "01:30 does not exist that night: the clocks go forward over it",
        ),
        (
            {"time": "23:30"},
            "time",
            "23:30 to 00:20 is an unusual hour. Send it again if it is what you mean",
        ),
    ],
)
def test_a_booking_says_what_is_missing_in_words(
    given: dict[str, str], field: str, said: str
) -> None:
    form = booking(**given)
    assert booking_body(form, "Europe/London", at(9)) is None
    assert form.errors == [(field, said)]


@pytest.mark.parametrize(
    ("given", "room"),
    [
        ({}, ROOM),
        ({"room_id": "none"}, None),
        ({"room_id": "", "mode": "video"}, None),
        ({"time": "23:30", "confirmed": "2026-12-01 23:30"}, ROOM),
        ({"time": "23:30", "date": "2026-11-23"}, ROOM),  # it says itself that this is past
    ],
)
def test_a_booking_that_is_whole_goes_to_the_service(given: dict[str, str], room: str) -> None:
    body = booking_body(booking(**given), "Europe/London", at(9))
    assert body is not None
    assert body.get("room_id") == room
    assert "confirmed" not in body


def test_who_is_taken_stands_in_one_sentence() -> None:
    clinic = Clinic(CLINIC, "North", "UTC", {STAFF: "Mara Ellis"}, (STAFF,), {ROOM: "Room 1"})
    clashes = [{"who": who} for who in ("client", "client", "clinician", "room")]
    assert clash_words(booking(), clashes, clinic) == (
        "Mara Ellis, Room 1 and a client of this case are already booked "
        "on Tuesday 1 December 2026 between 10:00 and 10:50. Choose another hour"
    )
    assert clash_words(booking(), [{"who": "client"}], clinic).startswith(
        "A client of this case is"
    )


def test_a_row_of_the_arrivals_keeps_its_place() -> None:
    rows = [session(at(9), outcome="attended"), session(at(10)), session(at(10, 30))]
    assert arrivals(rows, at(9, 30)) == rows


def test_who_is_not_ticked_off_stays_among_the_arrivals() -> None:
    done, open_ = session(at(9), outcome="attended"), session(at(9, 30))
    assert arrivals([done, open_], at(16)) == [open_]
    assert arrivals([done, open_], at(9, day=25)) == []


def test_the_day_in_one_sentence_names_all_that_are_not_ticked_off() -> None:
    """Also one that is over by now: it stands in orange with the same words."""
    rows = [
        session(at(9), outcome="attended"),
        session(at(10)),
        session(at(15, 30)),
        session(at(18)),
    ]
    assert summary(rows, at(16)) == "4 sessions, 1 recorded, 2 begun and not ticked off."
    assert summary(rows[:1], at(16)) == "1 session, 1 recorded."


def test_a_column_says_from_when_to_when_without_what_lies_outside() -> None:
    assert hours_words([]) == "no sessions"
    assert hours_words([session(at(9)), session(at(11))]) == "09:00–11:50"
    late = session(at(23, 30))
    assert hours_words([session(at(9)), late]) == "09:00–09:50, 1 outside these hours"
    assert hours_words([late]) == "1 outside these hours"


def test_each_session_has_its_own_form() -> None:
    asked = Form({"appointment_id": "a", "date": "2031-01-01", "time": "09:00"})
    assert form_of(session(at(10)), asked)["date"] == "2031-01-01"
    assert form_of(session(at(10)), Form())["time"] == "10:00"


def test_settings_say_all_that_is_wrong_at_once() -> None:
    form = Form({"version": "1", "zone": "Europe/Lundon", "session_minutes": "-5"})
    form |= {"sender_name": "", "crisis_text": "", "effective_from": "31.2."}
    assert change_of(form, {}, "UTC") is None
    assert [field for field, _ in form.errors] == [
        "zone", "session_minutes", "sender_name", "crisis_text", "effective_from",
    ]  # fmt: skip
    assert form.error("session_minutes") == "Session length must be between 5 and 480 minutes"


def test_a_crisis_text_in_another_language_is_kept_changed_or_taken_away() -> None:
    texts = {"en": "Call 999", "de": "Rufen Sie 112"}
    held: dict[str, Any] = {"zone": "UTC", "session_minutes": 50, "sender_name": "North"}
    known = {"version": 2, "in_force": held | {"crisis_texts": texts}}
    form = filled(known)
    assert (form["crisis_text-de"], form["crisis_text-pl"]) == ("Rufen Sie 112", "")
    assert (change_of(form, texts, "UTC") or {})["crisis_texts"] == texts
    form |= {"crisis_text-pl": "Dzwoń pod 112", "crisis_text-de": ""}
    changed = change_of(form, texts, "UTC") or {}
    assert changed["crisis_texts"] == {"en": "Call 999", "pl": "Dzwoń pod 112"}
