"""Small acts are taken back for some seconds, by a counter-act; why others are not is said."""

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
    form = {"outcome": "did_not_attend", "was": "attended", "whom": "Ines Ueda"}
    done = await http.post(SEEN.format(CASE), data=form, headers=desk)
    page = await after(http, desk, done)
    assert 'action="/undo"' in page
    assert f'data-undo="{int(said.SECONDS)}"' in page
    undo = {"undo": sealed(page), "idempotency_key": "k"}
    back = await http.post("/undo", data=undo, headers=desk)
    method, path, headers, body = upstream.seen[-1]
    assert (method, path, body) == ("POST", OUTCOME, b'{"outcome":"attended"}')
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


@pytest.mark.parametrize(
    ("path", "form", "counter", "body"),
    [
        (f"/clinician/flags/{CASE}/close", {"reason": "no_action_needed"},
         f"/progress/v1/flags/{CASE}/reopen", b'{"reason":"closed_by_mistake"}'),
        (f"/lead/flags/{CASE}/assign", {"to": CASE, "held": STAFF},
         f"/progress/v1/flags/{CASE}/assign", b'{"to":"%s"}' % STAFF.encode()),
        (f"/clinician/cases/{CASE}/goals/{GOAL}/pause", {},
         f"/goals/v1/goals/{GOAL}/resume", b"{}"),
        (f"/clinician/cases/{CASE}/goals/{GOAL}/close", {"outcome": "achieved"},
         f"/goals/v1/goals/{GOAL}/reopen", b"{}"),
        (f"/lead/goals/templates/{CASE}/retire", {}, f"/goals/v1/templates/{CASE}/restore",
         b'{"clinic_id":"%s"}' % CLINIC.encode()),
    ],
)  # fmt: skip
async def test_each_act_has_its_counter_act(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    path: str,
    form: dict[str, str],
    counter: str,
    body: bytes,
) -> None:
    one_case(upstream)
    cookie = signed_in("clinician", "clinical_lead") | OURS
    done = await http.post(path, data=form, headers=cookie)
    token = next(
        one.partition("=")[2].partition(";")[0]
        for one in done.headers.get_list("set-cookie")
        if one.startswith(said.UNDO_COOKIE)
    )
    back = await http.post("/undo", data={"undo": token.strip('"')}, headers=cookie)
    assert back.status_code == 303
    assert upstream.seen[-1][1::2] == (counter, body)


async def test_what_others_were_told_of_says_why_it_has_no_way_back(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    cookie = signed_in("clinician") | OURS
    form = {"back": "/clinician"}
    done = await http.post(f"/clinician/flags/{CASE}/acknowledge", data=form, headers=cookie)
    page = await after(http, cookie, done)
    assert "It cannot be undone: it is published" in page
    assert 'action="/undo"' not in page


def undo_of(**changes: Any) -> str:
    held = {"service": "scheduling", "path": "/v1/x", "body": {}, "correct": "", "sub": STAFF,
            "back": "/desk", "until": 9e12}  # fmt: skip
    return seal("development", said.UNDO_COOKIE, held | changes)


@pytest.mark.parametrize(
    "token",
    [undo_of(until=1.0), undo_of(sub="somebody else"), "x", "",
     seal("development", "another purpose", {"sub": STAFF})],
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
