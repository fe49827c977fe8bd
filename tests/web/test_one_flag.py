"""The page of one flag: seen without a note, cleared, gone, and resting on many events."""

from datetime import UTC, datetime

import httpx

from tests.web.conftest import STAFF, Upstream
from tests.web.test_flag_pages import CASE, FLAG, OURS, Cookie, flag


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
    assert "when the figures were counted anew" in page
    assert "nobody had done anything about it" in page


async def test_what_a_flag_rests_on_is_told_newest_first_and_the_rest_folded(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    rests = [
        {"event_id": CASE, "type": "goals.goal_rated", "at": f"2026-10-{day:02}T09:00:00Z"}
        for day in range(1, 9)
    ]
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(rests_on=rests), {})
    page = (await http.get(f"/clinician/flags/{FLAG}", headers=signed_in("clinician"))).text
    shown, folded = page.partition("What it rests on")[2].partition("The 3 before")[::2]
    assert shown.index("8 Oct") < shown.index("4 Oct")
    assert "3 Oct" not in shown
    assert "1 Oct" in folded.partition("</details>")[0]


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
