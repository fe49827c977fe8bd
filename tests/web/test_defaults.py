"""What a page shows when nothing was chosen: what matters, and where the rest is."""

from typing import Any

import httpx

from services.web.desk.booking import likely
from services.web.desk.messages import SHOWN, grouped, picks, states
from tests.web.conftest import CLINIC, Upstream
from tests.web.one_case import CASE, PAGE, Cookie, listed, now, one_case


COUNTS = {"sent": 108, "suppressed": 355, "failed": 2}


def test_what_was_held_back_is_a_choice_and_not_the_list() -> None:
    assert states(None) == SHOWN
    assert "suppressed" not in SHOWN
    assert states("all") is None
    assert states("suppressed") == "suppressed"
    shown = [(text, current) for text, _, current in picks(COUNTS, None)]
    assert shown[0] == ("Sent or to be sent 110", True)
    assert ("Held back 355", False) in shown
    assert shown[-1] == ("All 465", False)


async def test_messages_ask_for_what_went_out_and_count_the_rest(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    upstream.answers |= {
        "/clinics/v1/clinics": listed(clinic),
        "/notifications/v1/messages": listed(
            counts={"suppressed": 355}, current_to=now(), lag_seconds=0
        ),
    }
    page = (await http.get("/desk/messages", headers=signed_in("front_desk"))).text
    asked = [query for _, path, query in upstream.asked if path == "/notifications/v1/messages"]
    assert [("state", state) for state in SHOWN] in [
        [pair for pair in query if pair[0] == "state"] for query in asked
    ]
    assert "355 messages held back" in page
    assert "Nothing went out yet." in page


def test_a_session_is_booked_as_the_last_one_was() -> None:
    first = {"status": "booked", "kind": "assessment", "mode": "in_person", "outcome": "attended"}
    first |= {"starts_at": "2026-01-01T10:00:00Z"}
    last = first | {"kind": "treatment", "mode": "video", "starts_at": "2026-02-01T10:00:00Z"}
    called_off = last | {
        "status": "cancelled",
        "mode": "phone",
        "starts_at": "2026-03-01T10:00:00Z",
    }
    assert likely([last, called_off, first]) == {"kind": "treatment", "mode": "video"}
    assert likely([called_off]) == {"kind": "assessment", "mode": "in_person"}


def measure(*, on: bool) -> dict[str, Any]:
    why = None if on else "A clinical lead confirms its licence first."
    return {"code": "core-10", "name": "CORE-10", "pack": {"on": on, "why_not": why}}


async def test_a_questionnaire_that_is_off_says_so_before_anything_is_typed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    upstream.answers["/goals/v1/measures"] = listed(measure(on=False))
    address, cookie = f"{PAGE}/measures/core-10", signed_in("clinician")
    page = (await http.get(address, headers=cookie)).text
    assert "Northgate does not use CORE-10 now." in page
    assert "A clinical lead confirms its licence first." in page
    assert "Save answers" not in page
    upstream.answers["/goals/v1/measures"] = listed(measure(on=True))
    assert "Save answers" in (await http.get(address, headers=cookie)).text


async def test_where_nobody_can_say_whether_it_is_on_it_can_be_typed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    upstream.answers["/goals/v1/measures"] = (503, {"title": "Unavailable"}, {})
    page = (await http.get(f"{PAGE}/measures/core-10", headers=signed_in("clinician"))).text
    assert "Save answers" in page


def answered(code: str, first: int, latest: int, verdict: str) -> dict[str, Any]:
    points = [
        {"at": f"2026-10-0{day}T09:00:00Z", "total": total, "points": str(total), "items": None}
        for day, total in ((1, first), (8, latest))
    ]
    change = latest - first
    return {"measure": code, "client_id": CASE, "points": points, "verdict": verdict,
            "change": change, "change_points": str(change)}  # fmt: skip


async def test_many_measures_are_a_list_with_what_got_worse_first_and_the_rest_folded(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    _, shown, _ = upstream.answers[f"/progress/v1/cases/{CASE}"]
    shown["measures"] = [
        answered("wsas", 20, 20, "no_published_threshold"),
        answered("phq-9", 18, 6, "reliably_better"),
        answered("k10", 20, 20, "no_reliable_change"),
        answered("gad-7", 7, 16, "reliably_worse"),
    ]
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    words = page.partition('id="h-words"')[2].partition('id="h-flags"')[0]
    names = ["GAD-7", "PHQ-9", "WSAS", "K10"]
    places = [words.index(f'<span class="tm-name">{name}') for name in names]
    assert places == sorted(places)
    assert "1 more questionnaire" in words
    assert places[2] < words.index("<details") < places[3]
    assert "PHQ-9 item 9 is unknown at the latest answer." in words


def test_the_same_to_the_same_person_stands_together_in_order() -> None:
    def sent(n: int, to: str, purpose: str = "flag_escalated") -> dict[str, Any]:
        about = {"purpose": purpose, "channel": "email", "state": "sent", "reason": None}
        return {"message_id": str(n), "to": to, **about}

    items = [sent(1, "Ruth"), sent(2, "Ruth"), sent(3, "Ines"), sent(4, "Ruth")]
    names = {each["message_id"]: each["to"] for each in items}
    found = [[each["message_id"] for each in group] for group in grouped(items, names)]
    assert found == [["1", "2"], ["3"], ["4"]]
