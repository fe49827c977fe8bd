"""A case is ended from its page: what that does, what is still open, how it ended, and no way back.

The small upstream answers as intake, scheduling, goals and progress do.
"""

from typing import Any

import httpx
import pytest

from services.web.closing.words import ENDINGS, NOT_TAKEN_ON, TAKEN_ON, UNKNOWN, ending, groups
from services.web.said import NO_UNDO, SAID
from shared.events.words import EndCode
from tests.web.conftest import STAFF, Upstream
from tests.web.ending_case import BOTH, CLOSE, DESK, DIARY, case_to_end, closed, session
from tests.web.one_case import AWAY, CASE, OURS, PAGE, Cookie, listed
from tests.web.test_frame import OTHERS, TOM


CHOSEN = {"end_code": "14", "confirmed": "yes", "idempotency_key": "k"}
CLINICAL = ("run", "goal stuck", "thoughts of suicide or self-harm:", "PHQ-9 and GAD-7")


@pytest.fixture
def case(upstream: Upstream) -> dict[str, Any]:
    """A case in which something is still open."""
    return case_to_end(upstream)


def posted(upstream: Upstream) -> list[tuple[str, bytes]]:
    return [(path, body) for method, path, _, body in upstream.seen if method == "POST"]


def test_every_end_code_has_words_in_one_group() -> None:
    assert set(ENDINGS) == {code.value for code in EndCode}
    assert not set(TAKEN_ON) & set(NOT_TAKEN_ON)
    assert ending("46") == "treatment was completed as agreed"
    assert ending("no code of ours") == UNKNOWN
    assert not [said for said in ENDINGS.values() if any(each.isdigit() for each in said)]


def test_what_is_offered_follows_whether_treatment_began() -> None:
    assert groups(None) == (*groups(True), *groups(False))
    assert [choices for _, choices in groups(True)] == [TAKEN_ON]
    assert [choices for _, choices in groups(False)] == [NOT_TAKEN_ON]


def test_no_way_back_is_promised_and_the_page_says_so() -> None:
    assert SAID["case_closed"].startswith("This case is closed.")
    assert "cannot be taken back" in NO_UNDO["case_closed"]


@BOTH
async def test_a_quiet_link_leads_to_the_question(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any], role: str, page: str
) -> None:
    text = (await http.get(page, headers=signed_in(role))).text
    assert f'href="{page}/end">End this case</a>' in text
    asked = await http.get(f"{page}/end", headers=signed_in(role))
    assert asked.status_code == 200
    for said in (
        "Sessions to come are called off",
        "After a death nobody is written to",
        "Flags are cleared</span>, but not those about thoughts of suicide or self-harm",
        "can be answered for 7 days more",
        "cannot be taken back here",
        "1 session booked, to be called off:",
        "1 session of which nobody said what became of it.",
    ):
        assert said in asked.text, said


async def test_the_clinician_sees_what_is_still_open(
    http: httpx.AsyncClient, signed_in: Cookie, case: dict[str, Any]
) -> None:
    text = (await http.get(f"{PAGE}/end", headers=signed_in("clinician"))).text
    still = text.partition('id="h-open"')[2].partition("</section>")[0]
    for said in (
        "1 flag about safety, which stays:",
        "1 flag, to be cleared:",
        "1 goal worked on or on hold:",
        "“run”",
        "1 goal proposed, not agreed:",
        "“travel again”",
        "PHQ-9 and GAD-7 were not answered twice",
    ):
        assert said in still, said
    assert "missed a session" not in still  # cleared already


async def test_the_front_desk_sees_sessions_and_nothing_clinical(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    text = (await http.get(f"{DESK}/end", headers=signed_in("front_desk"))).text
    assert "Ask Mara Ellis before you end this case" in text
    still = text.partition('id="h-open"')[2].partition("</section>")[0]
    assert not [word for word in CLINICAL if word in still]
    assert 'href="/desk?day=' in still  # where the session that nobody recorded is ticked off
    asked = {path.split("/")[1] for _, path, _ in upstream.asked}
    assert asked <= {"clinics", "intake", "scheduling", "notifications"}


@pytest.mark.parametrize(
    ("diary", "began", "not_begun"),
    [
        (listed(session(-7, outcome="attended")), True, False),
        (listed(session(-7, outcome="late_seen")), True, False),
        (listed(session(-7, outcome="did_not_attend")), False, True),
        (listed(session(-7, outcome="attended", kind="assessment")), False, True),
        (listed(), False, True),
        (AWAY, True, True),
    ],
    ids=["attended", "late", "missed", "assessment", "none", "away"],
)
@BOTH
async def test_endings_are_offered_by_whether_treatment_began(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    role: str, page: str, diary: Any, began: bool, not_begun: bool,
) -> None:  # fmt: skip
    upstream.answers[DIARY] = diary
    text = (await http.get(f"{page}/end", headers=signed_in(role))).text
    assert ("Treatment was completed as agreed" in text) == began
    assert ("Suitable, but the client did not want treatment" in text) == not_begun
    assert ("Treatment had begun</legend>" in text) == began
    assert text.count('id="end_code"') == 1


@BOTH
async def test_ending_takes_a_choice_and_a_confirmation(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    role: str, page: str,
) -> None:  # fmt: skip
    headers = signed_in(role) | OURS
    for wrong, field in (
        ({"confirmed": "yes"}, "end_code"),
        ({"end_code": "1", "confirmed": "yes"}, "end_code"),
        ({"end_code": "14"}, "confirmed"),
    ):
        answer = await http.post(f"{page}/end", data=wrong, headers=headers)
        assert answer.status_code == 422
        assert f'<a href="#{field}">' in answer.text
        assert f'id="{field}"' in answer.text
    assert 'value="14" checked' in answer.text
    assert posted(upstream) == []


@BOTH
async def test_ending_is_done_once_and_leads_back(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    role: str, page: str,
) -> None:  # fmt: skip
    upstream.answers[CLOSE] = (200, {"case_id": CASE}, {"Tidemark-Event": "e1"})
    headers = signed_in(role) | OURS
    answer = await http.post(f"{page}/end", data=CHOSEN, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?after=e1")
    assert posted(upstream) == [(CLOSE, b'{"end_code":"14"}')]
    [sent] = [sent for method, _, sent, _ in upstream.seen if method == "POST"]
    assert sent["idempotency-key"] == "k"
    assert "tidemark_undo" not in answer.cookies
    closed(case, upstream)
    said = {"Cookie": f"{headers['Cookie']}; tidemark_said={answer.cookies['tidemark_said']}"}
    banner = (await http.get(page, headers=said)).text
    assert "This case is closed. What was still booked is called off in a moment." in banner
    assert "It cannot be taken back here" in banner


@BOTH
@pytest.mark.parametrize("own", [False, True])
async def test_who_was_slower_is_told_who_closed_it_and_how(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any],
    role: str, page: str, own: bool,
) -> None:  # fmt: skip
    closed(case, upstream)
    tom = {"staff_id": TOM, "name": "Tom Berg", "roles": ["clinician"]}
    upstream.answers["/clinics/v1/staff"] = listed(tom)
    first = {"end_code": "46", "by": STAFF if own else TOM, "at": "2026-10-03T09:04:00Z"}
    refused = {"detail": "This case was closed with another end code.", **first}
    upstream.answers[CLOSE] = (409, refused, {})
    answer = await http.post(f"{page}/end", data=CHOSEN, headers=signed_in(role) | OURS)
    assert answer.status_code == 409
    summary = answer.text.partition('id="error-summary"')[2].partition("</ul>")[0]
    who, heading = ("You", "You did this already") if own else ("Tom Berg", OTHERS)
    assert f">{heading}</h2>" in summary
    assert f"{who} closed this case first (3 Oct 10:04)" in summary
    assert "treatment was completed as agreed. Your choice was not saved" in summary
    assert "“Suitable, but the client did not want treatment”" in summary
    assert 'name="end_code"' not in answer.text


async def test_a_case_that_one_may_not_see_is_not_there(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    upstream.answers["/intake/v1/cases"] = listed()
    headers = signed_in("clinician") | OURS
    assert (await http.get(f"{PAGE}/end", headers=headers)).status_code == 404
    assert (await http.post(f"{PAGE}/end", data=CHOSEN, headers=headers)).status_code == 404
    assert posted(upstream) == []


async def test_another_refusal_stands_on_the_form_with_what_was_chosen(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, case: dict[str, Any]
) -> None:
    error = {"field": "end_code", "message": "is not one of ours"}
    upstream.answers[CLOSE] = (422, {"detail": "x", "errors": [error]}, {})
    answer = await http.post(f"{PAGE}/end", data=CHOSEN, headers=signed_in("clinician") | OURS)
    assert answer.status_code == 422
    assert '<a href="#end_code">How it ended is not one of ours</a>' in answer.text
    assert 'value="14" checked' in answer.text
