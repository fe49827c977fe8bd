"""Disclosures on the case's page: seen by the people of the case, taken back by its clinician."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import AWAY, CASE, OURS, PAGE, Cookie, listed, one_case


ONE = "5f1f2a51-6a3c-4f0e-9d8e-000000000005"
OTHER = "5f1f2a51-6a3c-4f0e-9d8e-000000000006"
LIST, VOID = "/goals/v1/disclosures", f"/goals/v1/disclosures/{ONE}/void"
FORM = f"{PAGE}/disclosures/{ONE}/void"
LINK = "Take back: entered by mistake"


@pytest.fixture
def case(upstream: Upstream) -> dict[str, Any]:
    """A case of which nothing was recorded yet."""
    return one_case(upstream)


def disclosure(**more: Any) -> dict[str, Any]:
    """A disclosure as goals tells of it."""
    return {
        "disclosure_id": ONE, "case_id": CASE, "client_id": STAFF, "disclosure": "self_harm",
        "disclosed_at": "2026-10-01T09:00:00Z", "note": "said <b>so</b>",
        "entered_at": "2026-10-02T09:00:00Z", "entered_by": STAFF, "voided": None,
    } | more  # fmt: skip


def posted(upstream: Upstream) -> list[tuple[str, bytes]]:
    return [(path, body) for method, path, _, body in upstream.seen if method == "POST"]


def taken_back(reason: str = "wrong_person") -> dict[str, Any]:
    return disclosure(voided={"at": "2026-10-03T09:00:00Z", "by": STAFF, "reason": reason})


async def test_the_case_lists_what_was_recorded(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert 'id="h-disclosed"' not in page
    newer = disclosure(disclosure_id=OTHER, disclosure="suicide_plan", note=None)
    upstream.answers[LIST] = listed(disclosure(), newer)
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert page.index("A plan to end their life") < page.index("Harming themselves")
    assert "said &lt;b&gt;so&lt;/b&gt;" in page
    assert page.count(LINK) == 2
    assert f'href="{FORM}"' in page
    lead = (await http.get(f"/lead/cases/{CASE}", headers=signed_in("clinical_lead"))).text
    assert "Harming themselves" in lead
    assert LINK not in lead
    upstream.answers[LIST] = AWAY
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "Disclosures cannot be shown." in page


async def test_one_taken_back_stays_struck_through(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers[LIST] = listed(taken_back())
    for page in (PAGE, FORM):
        told = (await http.get(page, headers=signed_in("clinician"))).text
        assert "Taken back</strong>" in told
        assert "it is another person’s" in told
        assert LINK not in told
        assert 'name="reason"' not in told
    told = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "<s>Harming themselves</s>" in told


@pytest.mark.parametrize("status", ["open", "closed"])
async def test_taking_back_takes_a_reason_and_leads_back(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    case: dict[str, Any],
    status: str,
) -> None:
    case["status"] = status
    upstream.answers |= {LIST: listed(disclosure()), VOID: (200, {}, {"Tidemark-Event": "e1"})}
    headers = signed_in("clinician") | OURS
    assert LINK in (await http.get(PAGE, headers=headers)).text
    page = (await http.get(FORM, headers=headers)).text
    assert "A flag that rests on it alone is cleared" in page
    for wrong in ({}, {"reason": "anything"}):
        answer = await http.post(FORM, data=wrong, headers=headers)
        assert answer.status_code == 422
        assert '<a href="#reason">Choose why it is taken back</a>' in answer.text
        assert 'id="reason"' in answer.text
    assert posted(upstream) == []
    form = {"reason": "entered_wrongly", "idempotency_key": "k"}
    answer = await http.post(FORM, data=form, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?after=e1")
    assert posted(upstream) == [(VOID, b'{"reason":"entered_wrongly"}')]
    said = {"Cookie": f"{headers['Cookie']}; tidemark_said={answer.cookies['tidemark_said']}"}
    banner = (await http.get(PAGE, headers=said)).text
    assert "Taken back. It counts for nothing; it stays in the list, struck through." in banner


async def test_what_the_service_refuses_is_said_on_the_form(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    refused = {"title": "Conflict", "detail": "The disclosure was voided for another reason"}
    upstream.answers |= {LIST: listed(disclosure()), VOID: (409, refused, {})}
    headers = signed_in("clinician") | OURS
    answer = await http.post(FORM, data={"reason": "duplicate"}, headers=headers)
    assert answer.status_code == 409
    assert "The disclosure was voided for another reason" in answer.text


async def test_one_that_is_not_this_cases_is_not_there(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers[LIST] = listed(disclosure(disclosure_id=OTHER))
    assert (await http.get(FORM, headers=signed_in("clinician"))).status_code == 404
    assert ("case_id", CASE) in next(asked for _, path, asked in upstream.asked if path == LIST)
