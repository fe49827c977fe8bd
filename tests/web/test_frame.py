"""What every page has: counts, the frame of its front end also when it failed, time limits."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.web.operations.parked import outcome_words
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.serving import served, web


Cookie = Callable[..., dict[str, str]]
OURS = {"Sec-Fetch-Site": "same-origin"}
CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"


def waits(upstream: Upstream) -> None:
    """Three referrals, two messages that did not arrive, one flag, one event set aside."""
    flag = {"flag_id": CASE, "case_id": CASE, "severity": "high", "rule": "SI_ITEM"}
    told = {"state": "raised", "sentence": "Look.", "raised_at": "2026-12-01T10:00:00Z"}
    flags = {"items": [flag | told], "next": None, "current_to": None, "lag_seconds": None}
    reader = {"consumer": "intake", "topic": "clinics", "state": "running", "set_aside": 1}
    sent = {"failed": 1, "unknown": 1, "sent": 70}
    aside = {"parked_id": CASE, "topic": "clinics", "partition": 0, "offset": 7, "key": CASE}
    aside |= {"type": "clinics.room_opened", "cause": "body", "state": "blocking", "waiting": 2}
    aside |= {"since": "2026-12-01T10:00:00Z", "outcome": None}
    upstream.answers |= {
        "/intake/v1/referrals/counts": (200, {"received": 3, "accepted": 9, "rejected": 0}, {}),
        "/notifications/v1/messages/counts": (200, {"counts": sent}, {}),
        "/progress/v1/flags": (200, flags, {}),
        "/progress/v1/flags/counts": (200, {"open": 1}, {}),
        "/intake/v1/parked": (200, {"items": [aside], "next": None}, {}),
        "/intake/v1/streams": (200, {"items": [reader], "publishers": []}, {}),
    }


@pytest.mark.parametrize(
    ("role", "paths", "counts"),
    [
        ("front_desk", ["/desk", "/desk/book", "/desk/clients", "/desk/no-such"], [3, 2]),
        ("clinical_lead", ["/lead", "/lead/caseloads", "/lead/settings"], [1]),
        ("operations", ["/operations", "/operations/parked", "/operations/no-such"], [4, 1]),
    ],
)
async def test_the_counts_stand_on_every_page(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    role: str,
    paths: list[str],
    counts: list[int],
) -> None:
    waits(upstream)
    for path in paths:
        page = (await http.get(path, headers=signed_in(role))).text
        found = [part.partition("<")[0] for part in page.split('class="tm-header__count">')[1:]]
        assert found == [str(count) for count in counts], path


async def test_a_count_that_is_away_is_left_out(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers["/intake/v1/referrals/counts"] = (503, {}, {})
    page = await http.get("/desk", headers=signed_in("front_desk"))
    assert page.status_code == 200
    assert "tm-header__count" not in page.text


async def test_a_hung_service_is_a_part_that_is_away(upstream: Upstream, signed_in: Cookie) -> None:
    upstream.hung = {"notifications"}
    async with (
        served(upstream.app) as address,
        served(web(address, waits=2)) as front,
        httpx.AsyncClient(base_url=front, timeout=120) as http,
    ):
        page = await http.get("/desk/messages", headers=signed_in("front_desk"))
        assert "Messages cannot be shown. Nothing was lost." in page.text


async def test_a_long_list_is_asked_for_page_by_page(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    await http.get("/desk/clients", headers=signed_in("front_desk"))
    asked = [query for _, path, query in upstream.asked if path == "/intake/v1/cases"]
    assert [dict(query)["limit"] for query in asked] == ["200"]


@pytest.mark.parametrize(
    ("role", "path", "status", "home"),
    [
        ("front_desk", "/desk/no-such-page", 404, "/desk"),
        ("front_desk", "/lead", 403, "/desk"),
        ("clinician", f"/clinician/cases/{CASE}", 404, "/clinician"),
        ("operations", "/no-such-page", 404, "/operations"),
    ],
)
async def test_a_page_that_failed_keeps_its_frame(
    http: httpx.AsyncClient, signed_in: Cookie, role: str, path: str, status: int, home: str
) -> None:
    page = await http.get(path, headers=signed_in(role))
    assert page.status_code == status
    assert f'href="{home}" data-key=' in page.text
    assert "Sign out" in page.text
    if status == 403:
        assert "<h1>You do not have the clinical lead front end</h1>" in page.text


async def test_a_post_where_none_is_taken_says_so_in_its_frame(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    page = await http.post("/desk/clients", headers=signed_in("front_desk") | OURS)
    assert page.status_code == 405
    assert "This address does not take that" in page.text
    assert "Sign out" in page.text


@pytest.mark.parametrize(
    ("act", "page"),
    [
        ("/desk/appointments", "/desk/book"),
        (f"/desk/appointments/{CASE}/attendance", "/desk"),
        (f"/desk/referrals/{CASE}/accept", f"/desk/referrals/{CASE}"),
        (f"/lead/flags/{CASE}/acknowledge", f"/lead/flags/{CASE}"),
        (f"/clinician/flags/{CASE}/acknowledge", f"/clinician/flags/{CASE}"),
        (f"/clinician/cases/{CASE}/ratings", f"/clinician/cases/{CASE}/rate"),
        (f"/clinician/cases/{CASE}/goals", f"/clinician/cases/{CASE}/goals/new"),
        ("/operations/readers", "/operations"),
        (f"/operations/parked/intake/{CASE}", "/operations/parked"),
        ("/sign-out", "/"),
    ],
)
async def test_who_opens_an_acts_address_is_led_to_its_page(
    http: httpx.AsyncClient, signed_in: Cookie, act: str, page: str
) -> None:
    roles = ("front_desk", "clinician", "clinical_lead", "operations")
    answer = await http.get(act, headers=signed_in(*roles))
    assert (answer.status_code, answer.headers["location"]) == (303, page)


async def test_messages_have_true_counts_and_further_pages(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    message = {"message_id": CASE, "purpose": "appointment_booked", "channel": "email"}
    more = {"recipient": {"kind": "client", "id": STAFF}, "state": "sent", "reason": None}
    said = {"subject": "Your appointment", "body": "x", "created_at": "2026-12-01T10:00:00Z"}
    page: dict[str, Any] = {"items": [message | more | said | {"sent_at": None}], "next": "CURSOR="}
    page |= {"counts": {"sent": 312, "failed": 4}, "current_to": None, "lag_seconds": None}
    upstream.answers["/notifications/v1/messages"] = (200, page, {})
    whole = (await http.get("/desk/messages?state=sent", headers=signed_in("front_desk"))).text
    assert "All 316" in whole
    assert "Sent 312" in whole
    assert 'href="/desk/messages?state=sent&amp;after=CURSOR%3D"' in whole
    asked = [dict(query) for _, path, query in upstream.asked if path.endswith("v1/messages")]
    assert asked == [{"state": "sent", "limit": "50", "clinic_id": CLINIC}]
    assert "Messages current to <strong>an unknown time</strong>" in whole


async def test_a_group_of_messages_says_whether_its_count_is_of_this_page(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """Where there are further pages the same may have been said on them as well."""
    message: dict[str, Any] = {"purpose": "appointment_booked", "channel": "email", "sent_at": None}
    message |= {"recipient": {"kind": "client", "id": STAFF}, "state": "sent", "reason": None}
    message |= {"subject": "Your appointment", "body": "x", "created_at": "2026-12-01T10:00:00Z"}
    two = [message | {"message_id": each} for each in (CASE, STAFF)]
    page: dict[str, Any] = {"items": two, "counts": {"sent": 2}, "current_to": None}
    for following, said in (("CURSOR=", "2 messages on this page<br>"), (None, "2 messages<br>")):
        told = page | {"next": following, "lag_seconds": None}
        upstream.answers["/notifications/v1/messages"] = (200, told, {})
        shown = (await http.get("/desk/messages?state=sent", headers=signed_in("front_desk"))).text
        assert said in shown


async def test_what_was_looked_for_is_said_kept_and_in_no_address(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    person = {"client_id": STAFF, "given_name": "Ada", "family_name": "Reed"}
    case: dict[str, Any] = {"case_id": CASE, "case_number": "TM-1", "clinic_id": CLINIC}
    case |= {"status": "open", "clinician_id": STAFF, "modality": "individual", "opened_at": None}
    listed = {"items": [case | {"clients": [person]}], "next": None}
    upstream.answers["/intake/v1/cases"] = (200, listed, {})
    cookie = signed_in("front_desk")
    sent = await http.post("/desk/search", data={"q": "Reed, Ada"}, headers=cookie | OURS)
    assert (sent.status_code, sent.headers["location"]) == (303, "/desk/search")
    kept = sent.headers["set-cookie"].partition(";")[0]
    assert "Reed" not in kept
    for _ in range(2):  # loaded again, the page asks nothing
        both = {"Cookie": f"{cookie['Cookie']}; {kept}"}
        page = (await http.get("/desk/search", headers=both)).text
        assert "1 case found for “Reed, Ada”" in page
        assert 'value="Reed, Ada"' in page


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            "0 handed on, then body",
            "Nothing was read; the first still cannot be. "
            "The body is not what this type of event holds.",
        ),
        ("3 handed on", "3 events were read; then nothing of this case is set aside any more."),
        (
            "dry run: 1 handed on",
            "1 event would be read; then nothing of this case is set aside any more.",
        ),
        ("2 handed on, then KeyError", "2 events were read; the next still cannot be. "
         "The reader failed on it (KeyError)."),
        ("nothing to do", "Nothing to do."),
    ],
)  # fmt: skip
def test_an_outcome_is_said_in_a_sentence(outcome: str, said: str) -> None:
    assert outcome_words(outcome) == said


TOM, OTHERS = "5f1f2a51-6a3c-4f0e-9d8e-0000000000bb", "Somebody else was first"


@pytest.mark.parametrize("by", [TOM, STAFF])
@pytest.mark.parametrize(
    ("role", "front"), [("clinician", "/clinician/flags"), ("clinical_lead", "/lead/flags")]
)
async def test_who_was_faster_is_named_and_the_note_is_kept(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, role: str, front: str, by: str
) -> None:
    at = datetime.now(UTC).replace(hour=0, minute=1, second=0, microsecond=0)
    first = {"by": by, "at": at.isoformat(), "note": "seen"}
    refused = {"detail": f"Already acknowledged by {by}.", "acknowledged": first}
    flag = {"flag_id": CASE, "case_id": CASE, "severity": "high", "rule": "SI_ITEM"}
    told = {"state": "acknowledged", "sentence": "Look.", "raised_at": at.isoformat()}
    flags = [flag | told | {"acknowledged": first}]
    page = {"next": None, "current_to": None, "lag_seconds": None}
    person = {"staff_id": TOM, "name": "Tom Berg", "roles": ["clinician"]}
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    case: dict[str, Any] = {"case_id": CASE, "case_number": "TM-1", "clinic_id": CLINIC}
    nadia = {"given_name": "Nadia", "family_name": "Rahman"}
    case |= {"status": "open", "modality": "individual", "clients": [nadia]}
    load = {"goals": [], "measures": [], "case_id": CASE, "case_number": "TM-1", "flags": flags}
    upstream.answers |= {
        "/clinics/v1/clinics": (200, {"items": [clinic], "next": None}, {}),
        "/clinics/v1/staff": (200, {"items": [person], "next": None}, {}),
        "/progress/v1/flags": (200, page | {"items": flags}, {}),
        "/progress/v1/caseload": (200, page | {"items": [load]}, {}),
        f"/progress/v1/flags/{CASE}": (200, flags[0], {}),
        "/intake/v1/cases": (200, {"items": [case], "next": None}, {}),
        f"/progress/v1/flags/{CASE}/acknowledge": (409, refused, {}),
    }
    headers = signed_in(role) | OURS
    path = f"{front}/{CASE}/acknowledge"
    answer = await http.post(path, data={"note": "rang twice"}, headers=headers)
    assert answer.status_code == 409
    who, heading = ("You", "You did this already") if by == STAFF else ("Tom Berg", OTHERS)
    said = f"{who} acknowledged “thoughts of suicide or self-harm” of Nadia Rahman at 00:01."
    assert f'<a href="#flag-{CASE}">{said}' in answer.text
    assert f">{heading}</h2>" in answer.text, "it is nobody's mistake"
    card = answer.text.partition(f'id="flag-{CASE}"')[2].partition("</li>")[0]
    assert said in card
    assert "You typed: “rang twice”" in card
    assert "<input" not in card.partition("You typed")[0]  # nothing that no button sends
    assert f"by {by}" not in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(1100))),
    ],
)
async def test_a_form_that_is_none_is_refused_and_nothing_asked(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, kind: str, body: bytes
) -> None:
    headers = signed_in("clinician") | OURS | {"Content-Type": kind}
    answer = await http.post(f"/clinician/cases/{CASE}/goals", content=body, headers=headers)
    assert answer.status_code == 400
    assert "This cannot be read" in answer.text
    assert not [method for method, *_ in upstream.seen if method == "POST"]
