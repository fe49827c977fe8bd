"""The clinician's forms: dates, errors, closed cases, reviews, disclosures; where rows lead."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import AWAY, CASE, GOAL, OURS, PAGE, Cookie, one_case


@pytest.fixture
def case(upstream: Upstream) -> dict[str, Any]:
    """A case with one goal, of which the projection knows."""
    return one_case(upstream)


@pytest.mark.parametrize("form", ["rate", "goals/new", "measures/phq-9"])
async def test_a_closed_case_has_no_forms(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any], form: str
) -> None:
    case["status"] = "closed"
    answer = await http.get(f"{PAGE}/{form}", headers=signed_in("clinician"))
    assert answer.status_code == 409
    assert "It takes no more goals, ratings or answers." in answer.text
    assert "nhsuk-radios" not in answer.text
    page = await http.get(PAGE, headers=signed_in("clinician"))
    assert "Add a goal" not in page.text


def sent(upstream: Upstream) -> list[bytes]:
    return [body for method, _, _, body in upstream.seen if method == "POST"]


async def test_a_rating_from_paper_has_its_own_day(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers[f"/goals/v1/goals/{GOAL}/ratings"] = (201, {}, {"Tidemark-Event": "e1"})
    headers = signed_in("clinician") | OURS
    form = {f"rating.{GOAL}.{STAFF}": "7", "rated_by": "client", "idempotency_key": "k"}
    paper = {"on.day": "1", "on.month": "10", "on.year": "2025"}
    for typed in (form, form | paper):
        answer = await http.post(f"{PAGE}/ratings", data=typed, headers=headers)
        assert answer.status_code == 303
    assert b"rated_at" not in sent(upstream)[0]
    assert b'"rated_at":"2025-10-01T11:00:00Z"' in sent(upstream)[1]


async def test_ratings_are_saved_one_after_the_other(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    """Or the last one to be answered is not the last in the log, and a page lacks a rating."""
    first, last = (f"/goals/v1/goals/{goal}/ratings" for goal in (GOAL, STAFF))
    upstream.answers[first] = (503, {"title": "Unavailable"}, {})
    form = {f"rating.{goal}.{STAFF}": "7" for goal in (GOAL, STAFF)}
    form |= {"rated_by": "client", "idempotency_key": "k"}
    headers = signed_in("clinician") | OURS
    await http.post(f"{PAGE}/ratings", data=form, headers=headers)
    asked = {path for method, path, _ in upstream.asked if method == "POST"}
    assert (first in asked, last in asked) == (True, False), "nothing follows one that failed"
    upstream.answers |= {
        first: (201, {}, {"Tidemark-Event": "e1"}),
        last: (201, {}, {"Tidemark-Event": "e2"}),
    }
    answer = await http.post(f"{PAGE}/ratings", data=form, headers=headers)
    assert (answer.status_code, "e2" in answer.headers["location"]) == (303, True)


async def test_a_day_that_does_not_exist_is_refused_and_everything_typed_is_kept(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    headers = signed_in("clinician") | OURS
    form = {"on.day": "31", "on.month": "11", "on.year": "2025", f"rating.{GOAL}.{STAFF}": "7"}
    form |= {f"item.{n}": "0" for n in range(1, 10)} | {"client_id": STAFF}
    for path in ("ratings", "measures/phq-9"):
        answer = await http.post(f"{PAGE}/{path}", data=form, headers=headers)
        assert answer.status_code == 422
        assert '<a href="#on">31 November does not exist. November has 30 days</a>' in answer.text
        # Asked for again it has no errors: that is no news, so there is nothing to compare.
        assert (answer.headers["tidemark-mark"], 'data-mark=""' in answer.text) == ("", True)
        assert 'name="on.day" type="text" inputmode="numeric" value="31"' in answer.text
    assert sent(upstream) == []


async def test_a_services_word_on_the_day_stands_at_the_date(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    why = {"field": "answered_at", "message": "must not be before the case was referred"}
    refused = {"detail": "no", "errors": [why]}
    upstream.answers["/goals/v1/measures/phq-9/responses"] = (422, refused, {})
    form = {"on.day": "1", "on.month": "1", "on.year": "2020", "client_id": STAFF}
    form |= {f"item.{n}": "0" for n in range(1, 10)}
    headers = signed_in("clinician") | OURS
    answer = await http.post(f"{PAGE}/measures/phq-9", data=form, headers=headers)
    said = "The date must not be before the case was referred"
    assert f'<a href="#on">{said}</a>' in answer.text


async def test_of_a_couple_somebody_is_chosen_and_nobody_guessed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    second = {"client_id": GOAL, "given_name": "Joe", "family_name": "Rahman"}
    case["clients"].append(second)
    headers = signed_in("clinician")
    page = await http.get(f"{PAGE}/measures/phq-9", headers=headers)
    assert 'type="radio" value="' in page.text
    assert (
        " checked"
        not in page.text.partition('<form method="post" action="/clinician')[2].partition(
            "</form>"
        )[0]
    )
    form = {f"item.{n}": "0" for n in range(1, 10)}
    answer = await http.post(f"{PAGE}/measures/phq-9", data=form, headers=headers | OURS)
    assert '<a href="#client_id">Choose whose answers these are</a>' in answer.text


async def test_errors_stand_in_the_order_of_the_form_and_at_their_fields(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any]
) -> None:
    headers = signed_in("clinician") | OURS
    page = (await http.post(f"{PAGE}/goals", data={}, headers=headers)).text
    fields = [part.partition('"')[0] for part in page.split('<li><a href="#')[1:]]
    assert fields == ["title", "kind", "client_id", "owner", "target"]
    assert (
        'name="title" rows="2" maxlength="4000" aria-describedby="title-hint title-error"' in page
    )


async def test_an_unknown_last_session_is_not_called_none(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers["/scheduling/v1/appointments"] = AWAY
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "The diary cannot be shown, so the last session is not known." in page
    assert "No session has been attended yet" not in page


async def test_a_goal_past_its_review_date_is_named_and_led_to_its_review(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    goal = upstream.answers["/goals/v1/goals"][1]["items"][0]
    goal["review_on"] = "2026-01-10"
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "1 goal past the review date." in page
    assert f'href="{PAGE}/goals/{GOAL}/review"' in page
    goal["status"] = "achieved"
    assert "past the review date" not in (await http.get(PAGE, headers=signed_in("clinician"))).text


async def test_a_review_asks_for_the_next_date_and_keeps_what_was_typed(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    held = {"goal_id": GOAL, "case_id": CASE, "title": "run", "method": "gbo", "version": 1}
    held |= {"description": None, "kind": "resilience", "owner": "client", "target": 8}
    held |= {"weight": 1, "levels": None, "review_on": "2026-01-10", "versions": [], "acts": []}
    upstream.answers[f"/goals/v1/goals/{GOAL}"] = (200, held, {})
    headers = signed_in("clinician")
    page = (await http.get(f"{PAGE}/goals/{GOAL}/review", headers=headers)).text
    assert "<h1>Review the goal</h1>" in page
    assert 'name="review_on.day" type="text" inputmode="numeric" value=""' in page
    form = {"title": "walk", "kind": "resilience", "owner": "client", "target": "6"}
    form |= {"version": "1", "method": "gbo", "review": "yes"}
    answer = await http.post(f"{PAGE}/goals/{GOAL}/revise", data=form, headers=headers | OURS)
    assert answer.status_code == 422
    assert '<a href="#review_on">Choose when this goal is reviewed next</a>' in answer.text
    assert "walk</textarea>" in answer.text
    assert sent(upstream) == []


async def test_a_disclosure_is_a_code_and_a_note(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers["/goals/v1/disclosures"] = (201, {}, {"Tidemark-Event": "e1"})
    headers = signed_in("clinician") | OURS
    form = {"client_id": STAFF, "disclosure": "anything", "note": "as said"}
    answer = await http.post(f"{PAGE}/disclosures", data=form, headers=headers)
    assert '<a href="#disclosure">Choose what was said</a>' in answer.text
    assert "as said</textarea>" in answer.text
    form["disclosure"] = "self_harm"
    answer = await http.post(f"{PAGE}/disclosures", data=form, headers=headers)
    assert answer.headers["location"] == f"{PAGE}?after=e1"
    assert b'"disclosure":"self_harm","note":"as said"' in sent(upstream)[0]


async def test_the_rows_of_a_table_lead_to_the_answers(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    point = {"response_id": GOAL, "at": "2026-10-01T09:00:00Z", "total": 12, "points": "12"}
    point |= {"safety": {"9": 0}, "usable": True, "voided": False, "items": None}
    answered = {"measure": "phq-9", "name": "PHQ-9", "client_id": STAFF, "has_total": True}
    answered |= {"points": [point], "verdict": "first_score", "change": None, "items": []}
    upstream.answers[f"/progress/v1/cases/{CASE}"][1]["measures"] = [answered]
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert f'<a class="nhsuk-link" href="{PAGE}/answers/{GOAL}">1 Oct 2026</a>' in page
    lead = (await http.get(f"/lead/cases/{CASE}", headers=signed_in("clinical_lead"))).text
    assert "1 Oct 2026" in lead
    assert f"/answers/{GOAL}" not in lead
