"""Small acts are taken back for some seconds, by a counter-act; why others are not is said."""

import json
from typing import Any

import httpx
import pytest

from services.web import said
from services.web.sealed import seal
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import CASE, GOAL, OURS, Cookie, listed, one_case


SEEN = "/desk/appointments/{}/attendance"
OUTCOME = f"/scheduling/v1/appointments/{CASE}/attendance"


def kept(answer: httpx.Response) -> str:
    """The cookies that an answer set, for the next page."""
    return "; ".join(one.partition(";")[0] for one in answer.headers.get_list("set-cookie"))


async def after(http: httpx.AsyncClient, cookie: dict[str, str], done: httpx.Response) -> str:
    """The page that an act led to."""
    assert done.status_code == 303, done.text[-2000:]
    http.cookies.clear()
    headers = {"Cookie": f"{cookie['Cookie']}; {kept(done)}"}
    page = await http.get(done.headers["location"], headers=headers)
    http.cookies.clear()
    return page.text


def sealed(page: str) -> str:
    return page.partition('name="undo" value="')[2].partition('"')[0]


@pytest.fixture
def desk(upstream: Upstream, signed_in: Cookie) -> dict[str, str]:
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    upstream.answers["/clinics/v1/clinics"] = listed(clinic)
    return signed_in("front_desk") | OURS


async def test_a_corrected_outcome_goes_back_to_what_it_was(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str]
) -> None:
    upstream.answers[OUTCOME] = (200, {"outcome": "did_not_attend", "entry": 2}, {})
    form = {"outcome": "did_not_attend", "was": "attended", "whom": "Ines Ueda"}
    done = await http.post(SEEN.format(CASE), data=form, headers=desk)
    page = await after(http, desk, done)
    assert 'action="/undo"' in page
    assert f'data-undo="{int(said.SECONDS)}"' in page
    undo = {"undo": sealed(page), "idempotency_key": "k"}
    back = await http.post("/undo", data=undo, headers=desk)
    method, path, headers, body = upstream.seen[-1]
    assert (method, path, body) == ("POST", OUTCOME, b'{"outcome":"attended","undoes":2}')
    assert headers["idempotency-key"] == "k"
    assert "Undone." in await after(http, desk, back)


async def test_who_arrived_by_mistake_is_corrected_not_taken_away(
    http: httpx.AsyncClient, desk: dict[str, str]
) -> None:
    form = {"outcome": "attended", "was": "", "whom": "Ines Ueda"}
    page = await after(http, desk, await http.post(SEEN.format(CASE), data=form, headers=desk))
    assert 'action="/undo"' not in page
    assert f'href="/desk?correct={CASE}#outcome-{CASE}"' in page
    assert "it can be replaced, not taken away" in page


FLAG = f"/progress/v1/flags/{CASE}"
GOALS = f"/goals/v1/goals/{GOAL}"
TEMPLATE = f"/goals/v1/templates/{CASE}"
MOMENT = "2026-11-02T10:14:00.000001Z"
UNDOABLE: list[tuple[str, dict[str, str], str, dict[str, Any], str, dict[str, Any]]] = [
    (f"/clinician/flags/{CASE}/close", {"reason": "no_action_needed"}, f"{FLAG}/close",
     {"last_act": CASE}, f"{FLAG}/reopen", {"reason": "closed_by_mistake", "undoes": CASE}),
    (f"/lead/flags/{CASE}/assign", {"to": CASE, "held": STAFF}, f"{FLAG}/assign",
     {"last_act": GOAL}, f"{FLAG}/assign", {"to": STAFF, "undoes": GOAL}),
    (f"/clinician/cases/{CASE}/goals/{GOAL}/pause", {}, f"{GOALS}/pause",
     {"last_act": 7}, f"{GOALS}/resume", {"undoes": 7}),
    (f"/clinician/cases/{CASE}/goals/{GOAL}/close", {"outcome": "achieved"}, f"{GOALS}/close",
     {"last_act": 8}, f"{GOALS}/reopen", {"undoes": 8}),
    (f"/lead/goals/templates/{CASE}/retire", {}, f"{TEMPLATE}/retire",
     {"done_at": MOMENT}, f"{TEMPLATE}/restore", {"clinic_id": CLINIC, "undoes": MOMENT}),
]  # fmt: skip


def token_of(done: httpx.Response) -> str | None:
    """The sealed counter-act that an answer set."""
    kept_in = (
        one.partition("=")[2].partition(";")[0].strip('"')
        for one in done.headers.get_list("set-cookie")
        if one.startswith(said.UNDO_COOKIE)
    )
    return next(kept_in, None)


@pytest.mark.parametrize(("path", "form", "act", "answer", "counter", "body"), UNDOABLE)
async def test_each_act_has_its_counter_act_which_names_what_it_takes_back(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    path: str,
    form: dict[str, str],
    act: str,
    answer: dict[str, Any],
    counter: str,
    body: dict[str, Any],
) -> None:
    one_case(upstream)
    upstream.answers[act] = (200, answer, {})
    cookie = signed_in("clinician", "clinical_lead") | OURS
    done = await http.post(path, data=form, headers=cookie)
    back = await http.post("/undo", data={"undo": token_of(done) or ""}, headers=cookie)
    assert back.status_code == 303
    assert upstream.seen[-1][1] == counter
    assert json.loads(upstream.seen[-1][3]) == body


@pytest.mark.parametrize(("path", "form", "act"), [each[:3] for each in UNDOABLE])
async def test_where_nothing_was_done_nothing_is_offered_to_be_taken_back(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    path: str,
    form: dict[str, str],
    act: str,
) -> None:
    one_case(upstream)
    upstream.answers[act] = (200, {"last_act": None, "done_at": None}, {})
    cookie = signed_in("clinician", "clinical_lead") | OURS
    done = await http.post(path, data=form, headers=cookie)
    assert (done.status_code, token_of(done)) == (303, None)


@pytest.mark.parametrize(
    ("act", "wish", "told"),
    [
        ("pause", None, "notifications: it is paused already. Nothing was changed."),
        ("resume", None, "notifications: it is not paused. Nothing was changed."),
        ("pause", CASE, "Pause asked for. The reader stops within a second."),
    ],
)
async def test_a_reader_that_does_so_already_is_said_to_and_there_is_no_undo(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    act: str,
    wish: str | None,
    told: str,
) -> None:
    """To take back a pause that somebody else asked for would let messages out."""
    path = f"/notifications/v1/consumers/notifications/{act}"
    upstream.answers[path] = (202, {"wish_id": wish}, {})
    form = {"reader": "notifications", "act": act, "reason": "a look"}
    cookie = signed_in("operations") | OURS
    done = await http.post("/operations/readers", data=form, headers=cookie)
    assert (token_of(done) is None) is (wish is None)
    assert told in await after(http, cookie, done)


SINCE = "Somebody has acted on it since; nothing was taken back."
RUTH = "5f1f2a51-6a3c-4f0e-9d8e-0000000000aa"


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ({"by": RUTH, "at": MOMENT}, "Ruth Adler has acted on it since"),
        ({"by": STAFF, "at": MOMENT}, "You have acted on it since"),
        ({"by": CASE, "at": MOMENT}, "Somebody has acted on it since"),
        ({}, "Somebody has acted on it since"),
    ],
)
async def test_an_undo_that_somebody_was_before_says_who_and_takes_nothing_back(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    by: dict[str, str],
    told: str,
) -> None:
    one_case(upstream)
    clinic = {"clinic_id": CLINIC, "name": "Northgate", "zone": "UTC"}
    upstream.answers["/clinics/v1/clinics"] = listed(clinic)
    people = ((RUTH, "Ruth Adler"), (STAFF, "Mara Ellis"))
    staff = [{"staff_id": id_, "name": name, "roles": ["clinician"]} for id_, name in people]
    upstream.answers["/clinics/v1/staff"] = listed(*staff)
    upstream.answers[f"{FLAG}/close"] = (200, {"last_act": CASE}, {})
    upstream.answers[f"{FLAG}/reopen"] = (409, {"detail": SINCE} | by, {})
    cookie = signed_in("clinician") | OURS
    form = {"reason": "no_action_needed"}
    done = await http.post(f"/clinician/flags/{CASE}/close", data=form, headers=cookie)
    refused = await http.post("/undo", data={"undo": token_of(done) or ""}, headers=cookie)
    assert refused.status_code == 409
    assert "Not undone" in refused.text
    assert told in refused.text
    assert "nothing was taken back" in refused.text
    assert f"{RUTH} " not in refused.text


async def test_what_others_were_told_of_says_why_it_has_no_way_back(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    cookie = signed_in("clinician") | OURS
    form = {"back": "/clinician"}
    done = await http.post(f"/clinician/flags/{CASE}/acknowledge", data=form, headers=cookie)
    page = await after(http, cookie, done)
    assert "It cannot be undone: others may have seen already" in page
    assert 'action="/undo"' not in page


def undo_of(**changes: Any) -> str:
    held = {"service": "scheduling", "path": "/v1/x", "body": {}, "correct": "", "sub": STAFF,
            "back": "/desk", "until": 9e12}  # fmt: skip
    return seal("development", said.UNDO_COOKIE, held | changes)


@pytest.mark.parametrize(
    "token",
    [undo_of(until=1.0), undo_of(sub="somebody else"), "x", "",
     seal("development", "another purpose", {"sub": STAFF})],
    ids=["too late", "somebody else's", "no token", "none", "for another purpose"],
)  # fmt: skip
async def test_too_late_somebody_elses_or_not_ours_changes_nothing(
    http: httpx.AsyncClient, upstream: Upstream, desk: dict[str, str], token: str
) -> None:
    answer = await http.post("/undo", data={"undo": token}, headers=desk)
    assert answer.status_code == 409
    assert "Too late to undo" in answer.text
    assert not [one for one in upstream.seen if one[0] == "POST"]


async def test_nothing_is_undone_for_another_site(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    headers = signed_in("front_desk") | {"Sec-Fetch-Site": "cross-site"}
    assert (await http.post("/undo", data={"undo": undo_of()}, headers=headers)).status_code == 403


def test_an_offer_ends_with_its_seconds() -> None:
    assert said.SECONDS == 15
    assert set(said.NO_UNDO) <= set(said.SAID)
