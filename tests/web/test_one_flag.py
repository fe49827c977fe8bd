"""The page of one flag: seen without a note, cleared, gone, and resting on many events."""

from datetime import UTC, datetime

import httpx

from tests.web.conftest import STAFF, Upstream
from tests.web.test_flag_pages import AWAY, CASE, FLAG, OURS, Cookie, flag


GOAL = "5f1f2a51-6a3c-4f0e-9d8e-000000000009"


async def test_a_flag_seen_without_a_note_has_nobodys_words(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    seen = {"by": STAFF, "at": datetime.now(UTC).isoformat(), "note": None}
    act = {"act": "acknowledged", "at": seen["at"], "by": STAFF, "note": None}
    path = f"/progress/v1/flags/{FLAG}"
    upstream.answers[path] = (200, flag(acknowledged=seen, acts=[act]), {})
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    assert "Acknowledged by" in page
    assert "“" not in page.partition('id="h-done"')[2].partition("</section>")[0]
    upstream.answers[f"{path}/acknowledge"] = (200, {}, {})
    form = {"note": "", "back": "/clinician"}
    headers = signed_in("clinician") | OURS
    await http.post(f"/clinician/flags/{FLAG}/acknowledge", data=form, headers=headers)
    [sent] = [body for method, asked, _, body in upstream.seen if asked == f"{path}/acknowledge"]
    assert sent == b"{}"


async def test_a_flag_that_is_not_there_says_why_it_may_be_gone(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (404, {"title": "Not found"}, {})
    answer = await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))
    assert answer.status_code == 404
    assert "This flag is not here" in answer.text
    assert "counted anew" in answer.text


async def test_a_cleared_flag_says_that_it_asks_for_nothing(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (
        200,
        flag(state="cleared", acknowledged=None),
        {},
    )
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    assert "cannot be known here any more" in page
    assert "It said: “Look.”" in page
    assert "nobody had done anything about it" in page


async def test_what_a_flag_rests_on_is_told_newest_first_and_the_rest_folded(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    rests = [
        {
            "event_id": CASE,
            "type": "goals.goal_rated",
            "at": f"2026-10-{day:02}T09:00:00Z",
            "words": "A resilience goal at 2",
            "subject_id": CASE,
            "goal_id": GOAL,
        }
        for day in range(1, 9)
    ]
    upstream.answers["/goals/v1/goals"] = (
        200,
        {"items": [{"goal_id": GOAL, "title": "Sleep <through>"}], "next": None},
        {},
    )
    told = flag(rests_on=rests, compared_with=rests[:1])
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, told, {})
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    shown, folded = page.partition("What it rests on")[2].partition("The 3 before")[::2]
    assert shown.index("8 Oct") < shown.index("4 Oct")
    assert "3 Oct" not in shown
    assert "1 Oct" in folded.partition("</details>")[0]
    assert "“Sleep &lt;through&gt;”" in shown
    assert f'href="/clinician/cases/{CASE}/ratings/{CASE}"' in shown
    assert "Compared with the first" in page
    assert "The newest since then" not in page


async def test_more_since_the_last_look_and_a_case_that_stands_still_are_said_on_the_flags_page(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    at = "2026-10-01T09:00:00+00:00"
    clock = {"what": "acknowledge", "since": at, "due_at": at, "past": True}
    still = {"since": at, "unreadable": 1, "waiting": 0, "topics": ["goals"]}
    seen = {"by": STAFF, "at": at, "note": None}
    told = flag(state="raised", acknowledged=None, seen_before=seen, clock=clock, still=still)
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, told, {})
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    assert "it asks for a new look" in page.partition('id="h-why"')[2].partition("</section>")[0]
    done = page.partition('id="h-done"')[2].partition("</section>")[0]
    assert "it was raised again" in done
    assert "This case has stood still since" in page
    strip = page.partition('id="freshness"')[2].partition("</section>")[0]
    assert "#tm-current" not in strip
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(state="closed"), {})
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    assert "stood still" not in page
    assert "Safety clocks never stop." not in page


async def test_a_flag_stands_without_goals_own_words_while_they_cannot_be_asked(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    rated = {"event_id": CASE, "type": "goals.goal_rated", "at": "2026-10-01T09:00:00Z"}
    rated |= {"words": "A resilience goal at 2", "subject_id": CASE, "goal_id": GOAL}
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(rests_on=[rated]), {})
    upstream.answers["/goals/v1/goals"] = AWAY
    page = await http.get(f"/lead/flags/{FLAG}", headers=signed_in("clinical_lead"))
    assert page.status_code == 200
    assert "A resilience goal at 2" in page.text


async def test_closing_a_safety_flag_asks_for_the_words_before_the_service_does(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(), {})
    headers = signed_in("clinician") | OURS
    asked = (await http.get(f"/clinician/flags/{FLAG}/close", headers=headers)).text
    assert 'name="safety" value="yes"' in asked
    form = {"reason": "assessed_plan_in_place", "safety": "yes", "note": ""}
    page = await http.post(f"/clinician/flags/{FLAG}/close", data=form, headers=headers)
    assert page.status_code == 422
    assert "Write why it is done with, in your words" in page.text
    assert not [path for _, path, *_ in upstream.seen if path.endswith("/close")]


async def test_after_an_action_closing_is_what_comes_next(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """The first green button is what is to be done now."""
    for state, safety, first in (
        ("acknowledged", False, "Start the review"),
        ("actioned", False, "Close this flag"),
        ("actioned", True, "Close this flag after an assessment"),
    ):
        told = flag(state=state, safety=safety, may_close_with=["action_taken"])
        upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, told, {})
        page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
        acts = page.partition('id="h-acts"')[2]
        button = acts.partition('class="nhsuk-button"')[2]
        assert button.partition(">")[2].partition("<")[0] == first


async def test_no_page_waits_for_a_chart_after_an_act_about_a_flag(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """Progress has it when it answers: no event of its own ever comes to the case."""
    path, headers = f"/clinician/flags/{FLAG}/acknowledge", signed_in("clinician") | OURS
    upstream.answers[f"/progress/v1/flags/{FLAG}/acknowledge"] = (200, {}, {"Tidemark-Event": CASE})
    form = {"back": f"/clinician/cases/{CASE}"}
    done = await http.post(path, data=form, headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, f"/clinician/cases/{CASE}")
