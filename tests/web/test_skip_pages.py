"""Operations' pages of what cannot be read: skipped for good by two; strangers shown once."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.web.operations.parked import outcome_words
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import CASE, OURS, Cookie, listed


PAGE = f"/operations/parked/progress/{CASE}/skip"
OTHER = "5f1f2a51-6a3c-4f0e-9d8e-0000000000ef"


def item(state: str = "blocking", **more: Any) -> dict[str, Any]:
    told = {"parked_id": CASE, "topic": "goals", "partition": 0, "offset": 7, "key": CASE}
    told |= {"type": "goals.goal_rated", "cause": "body", "state": state, "waiting": 14}
    return (
        told
        | {"since": "2026-11-01T10:00:00Z", "outcome": None, "skip": None, "unanswered": None}
        | more
    )


def asked(by: str) -> dict[str, str]:
    return {"wish_id": OTHER, "by": by, "at": "2026-11-01T10:00:00Z", "reason": "no rating"}


def known(upstream: Upstream) -> None:
    """The case has a number at a clinic, and two people of operations a name."""
    numbered = {"case_id": CASE, "case_number": "TM-1005", "clinic_id": CLINIC}
    staff = ((STAFF, "Sam Okafor"), (OTHER, "Nils Aaker"))
    upstream.answers |= {
        "/intake/v1/referrals/numbers": listed(numbered),
        "/clinics/v1/clinics": listed({"clinic_id": CLINIC, "name": "Northgate"}),
        "/clinics/v1/staff/operations": listed(*({"staff_id": i, "name": n} for i, n in staff)),
    }


def alone(upstream: Upstream, told: dict[str, Any]) -> None:
    """This record, on the list and by itself."""
    upstream.answers["/progress/v1/parked"] = listed(told)
    upstream.answers[f"/progress/v1/parked/{CASE}"] = (200, told, {})


def sent(upstream: Upstream) -> list[tuple[str, Any]]:
    return [(path, json.loads(body)) for how, path, _, body in upstream.seen if how == "POST"]


async def test_the_page_says_what_it_means_and_asks_for_a_reason(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    alone(upstream, item())
    headers = signed_in("operations") | OURS
    page = (await http.get("/operations/parked", headers=headers)).text
    assert f'href="{PAGE}"' in page
    page = (await http.get(PAGE, headers=headers)).text
    assert "What this event says will never count in progress" in page
    assert "Who published it must record it again" in page
    assert "14 events behind it are read in the same step" in page
    answer = await http.post(PAGE, data={"act": "ask"}, headers=headers)
    assert (answer.status_code, sent(upstream)) == (422, [])
    for act, dry in (("preview", True), ("ask", False)):
        upstream.seen.clear()
        answer = await http.post(PAGE, data={"act": act, "reason": "why"}, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        body = {"reason": "why", "dry_run": dry}
        assert sent(upstream) == [(f"/progress/v1/parked/{CASE}/skip", body)]


@pytest.mark.parametrize(("by", "may"), [(STAFF, False), (OTHER, True)])
async def test_only_a_second_person_is_offered_to_confirm(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, by: str, may: bool
) -> None:
    alone(upstream, item(skip=asked(by)))
    headers = signed_in("operations") | OURS
    page = (await http.get(PAGE, headers=headers)).text
    assert ("Confirm: skip this event for good" in page) is may
    assert ("It waits for a second person" in page) is not may
    assert "no rating" in page
    answer = await http.post(f"{PAGE}/confirm", data={"wish_id": OTHER}, headers=headers)
    assert answer.headers["location"] == "/operations/parked"
    path = f"/progress/v1/parked/{CASE}/skip/confirm"
    assert sent(upstream) == [(path, {"wish_id": OTHER})]


@pytest.mark.parametrize(("by", "said"), [(STAFF, "Withdraw it"), (OTHER, "Turn it down")])
async def test_an_ask_is_taken_back_or_turned_down(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, by: str, said: str
) -> None:
    alone(upstream, item(skip=asked(by)))
    headers = signed_in("operations") | OURS
    page = (await http.get(PAGE, headers=headers)).text
    assert f"{said}: the event stays set aside" in page
    answer = await http.post(f"{PAGE}/withdraw", data={"wish_id": OTHER}, headers=headers)
    assert answer.headers["location"] == PAGE
    path = f"/progress/v1/parked/{CASE}/skip/withdraw"
    assert sent(upstream) == [(path, {"wish_id": OTHER})]


async def test_a_refusal_is_shown_and_what_blocks_nobody_has_no_page(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    words = "You asked for it yourself: a second person has to confirm it."
    alone(upstream, item(skip=asked(STAFF)))
    upstream.answers[f"/progress/v1/parked/{CASE}/skip/confirm"] = (409, {"detail": words}, {})
    headers = signed_in("operations") | OURS
    answer = await http.post(f"{PAGE}/confirm", data={"wish_id": OTHER}, headers=headers)
    assert answer.status_code == 409
    assert words in answer.text
    alone(upstream, item("foreign"))
    assert (await http.get(PAGE, headers=headers)).status_code == 404
    nowhere = PAGE.replace("progress", "nowhere")
    assert (await http.get(nowhere, headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("act", "dry", "said"),
    [
        ("skip", False, "Skipping it for good was confirmed by Nils Aaker"),
        ("redrive", False, "A redrive was asked for by Nils Aaker"),
        ("skip", True, "A preview was asked for by Nils Aaker"),
    ],
)
async def test_what_is_not_answered_yet_is_said_and_the_page_looks_again_by_itself(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, act: str, dry: bool, said: str
) -> None:
    """Until the worker has done it nothing is shown as if nobody had asked."""
    known(upstream)
    wish = {"act": act, "dry_run": dry, "by": OTHER, "at": "2026-11-01T10:00:00Z"}
    told = item(skip=asked(STAFF), unanswered=wish, outcome="dry run: 0 handed on, then KeyError")
    alone(upstream, told)
    for path in ("/operations/parked", PAGE):
        page = (await http.get(path, headers=signed_in("operations"))).text
        assert said in page
        assert "is not answered yet" in page
        assert "of the try before" in page.replace("Outcome of the", "of the")
        assert 'hx-trigger="every 1s"' in page
        assert ("waits for a second person" in page) is dry


@pytest.mark.parametrize(
    ("state", "said"), [("skipped", "It was skipped for good"), ("done", "It was read after all")]
)
async def test_an_events_page_stays_and_says_what_became_of_it(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, state: str, said: str
) -> None:
    known(upstream)
    skip = asked(STAFF) | {"confirmed_by": OTHER} if state == "skipped" else None
    alone(upstream, item(state, skip=skip, outcome="14 handed on"))
    page = (await http.get(PAGE, headers=signed_in("operations"))).text
    assert said in page
    assert ("Nils Aaker confirmed it" in page) is (state == "skipped")
    assert "<form" not in page.partition('id="skipping"')[2].partition("<dialog")[0]
    assert "hx-trigger" not in page.partition('id="skipping"')[2].partition("<dialog")[0]


async def test_the_case_that_waits_has_its_number_and_clinic_and_no_clients_name(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    known(upstream)
    clinics = item(parked_id=OTHER, key=CLINIC, topic="clinics", cause="key")
    nobodys = item(parked_id=STAFF, key=str(uuid4()), cause="type")
    alone(upstream, item(skip=asked(OTHER)))
    upstream.answers["/progress/v1/parked"] = listed(item(skip=asked(OTHER)), clinics, nobodys)
    page = (await http.get("/operations/parked", headers=signed_in("operations"))).text
    assert "Case TM-1005</strong>, Northgate" in page
    assert "Northgate</strong>, what the clinic itself said" in page
    assert "No case number known" in page
    assert "Nils Aaker asked that it be skipped for good" in page
    page = (await http.get(PAGE, headers=signed_in("operations"))).text
    assert "Case TM-1005</strong>, Northgate" in page
    assert "Nils Aaker asked for it" in page
    [ids] = {
        dict(query)["ids"] for _, path, query in upstream.asked if path.endswith("/numbers")
    } - {CASE}
    assert set(ids.split(",")) == {CASE, CLINIC, nobodys["key"]}


@pytest.mark.parametrize(("path", "act"), [(PAGE, "skip"), (PAGE[: -len("/skip")], "redrive")])
async def test_a_preview_needs_no_reason(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, act: str
) -> None:
    """Nothing is changed by looking; what changes something still asks for its reason."""
    alone(upstream, item())
    headers = signed_in("operations") | OURS
    answer = await http.post(path, data={"act": "preview"}, headers=headers)
    assert answer.status_code == 303
    assert sent(upstream) == [(f"/progress/v1/parked/{CASE}/{act}", {"dry_run": True})]
    for real in ("redrive", "ask"):
        if (real == "ask") is (act == "skip"):
            answer = await http.post(path, data={"act": real}, headers=headers)
            assert answer.status_code == 422
            assert "Write the reason" in answer.text
    assert len(sent(upstream)) == 1


async def test_what_was_skipped_stands_there_with_its_reason(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    done = item("skipped", skip=asked(OTHER), outcome="skipped, 14 handed on")
    again = item("skipped", parked_id=OTHER)  # another version met it too
    upstream.answers["/progress/v1/parked"] = listed(done, again)
    page = (await http.get("/operations/parked", headers=signed_in("operations"))).text
    assert "Skipped for good" in page
    assert "no rating" in page
    assert "It was left out for good, and 14 events behind it were read" in page
    assert "Nothing is set aside." in page
    assert page.count("goals-0 at 7") == 1


async def test_a_strangers_record_is_shown_once_with_its_readers(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    stranger = item("foreign", cause="foreign", key="nobody", waiting=0)
    upstream.answers |= {
        "/progress/v1/parked": listed(stranger, item(offset=9)),
        "/notifications/v1/parked": listed(stranger | {"parked_id": OTHER}, item(cause="key")),
    }
    page = (await http.get("/operations/parked", headers=signed_in("operations"))).text
    assert page.count(">nobody<") == 1
    assert "notifications, progress" in page
    regions = [part.partition('"')[0] for part in page.split('aria-labelledby="p')[1:]]
    assert len(regions) == len(set(regions)) == 3


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            "dry run: skipped, 14 handed on",
            "It would be left out for good, and 14 events behind it would be read;"
            " then nothing of this case is set aside any more.",
        ),
        (
            "skipped, 0 handed on, then KeyError",
            "It was left out for good, and nothing behind it was read; the first still cannot be."
            " The reader failed on it (KeyError).",
        ),
        (
            "dry run: refused: it can be read after all, redrive it",
            "Preview: refused: it can be read after all, redrive it.",
        ),
    ],
)
def test_what_came_of_it_is_said_in_a_sentence(outcome: str, said: str) -> None:
    assert outcome_words(outcome) == said
