"""A case that stands still says so before anything else, and where people look first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.web.cases import Case
from services.web.directory import Clinic
from services.web.freshness import freshness
from services.web.still.answered import answered, uncounted
from services.web.still.standing import how_many
from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import AWAY, CASE, PAGE, Cookie, listed, now, one_case


HERE = {"unreadable": 1, "waiting": 14, "topics": ["goals"]}
WORDS = "One event could not be read, and 14 that came after it wait."
TICK = "#tm-current"
LOOKED_AT_FIRST = [
    ("/clinician", "clinician"),
    ("/clinician/flags", "clinician"),
    ("/lead", "clinical_lead"),
    ("/lead/supervision", "clinical_lead"),
]


def stands(upstream: Upstream, seconds: float = 5) -> str:
    """Let the case stand still since so many seconds, while the reader itself is current."""
    one_case(upstream)
    since = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()
    upstream.answers[f"/progress/v1/cases/{CASE}"][1]["still"] = HERE | {"since": since}
    row = HERE | {"since": since, "case_id": CASE, "clinician_id": STAFF}
    upstream.answers["/progress/v1/standing-still"] = listed(row)
    return since


@pytest.mark.parametrize("role", ["clinician", "clinical_lead"])
async def test_the_case_page_says_so_first_and_shows_no_green_tick(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, role: str
) -> None:
    one_case(upstream)
    path = PAGE if role == "clinician" else PAGE.replace("clinician", "lead")
    before = (await http.get(path, headers=signed_in(role))).text
    assert "stood still" not in before
    assert TICK in before.partition('id="freshness"')[2].partition("</section>")[0]
    stands(upstream)
    page = (await http.get(path, headers=signed_in(role))).text
    strip = page.partition('id="freshness"')[2].partition("</section>")[0]
    assert TICK not in strip
    assert 'data-limit="0"' in strip, "the script must not put the tick back"
    assert "This case has stood still since today " in page
    assert WORDS in page
    assert "Goals, scores, flags and safety answers since then are not shown here." in page
    assert page.index("h-still") < page.index("h-words")
    assert "<strong>Up to today " in page[page.index("h-words") :]
    assert "Questionnaires given" in page[page.index("h-still") : page.index("h-words")]


@pytest.mark.parametrize(("path", "role"), LOOKED_AT_FIRST)
async def test_it_stands_where_people_look_first(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    one_case(upstream)
    said = "1 case stands still: a clinician has to look"
    assert said not in (await http.get(path, headers=signed_in(role))).text
    stands(upstream)
    page = (await http.get(path, headers=signed_in(role))).text
    assert said in page
    panel = page.partition('id="stand-still"')[2].partition("</section>")[0]
    home = path.removesuffix("/flags").removesuffix("/supervision")
    assert f'<a href="{home}/cases/{CASE}">Nadia Rahman</a>' in panel
    asked = next(each[2] for each in upstream.asked if each[1].endswith("/standing-still"))
    assert ("clinician_id" if role == "clinician" else "clinic_id") in dict(asked)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        *LOOKED_AT_FIRST,
        ("/lead/outcomes?month=2026-10", "clinical_lead"),
        ("/lead/caseloads", "clinical_lead"),
        (f"/lead/caseloads/{STAFF}", "clinical_lead"),
        ("/lead/waits", "clinical_lead"),
    ],
)
async def test_no_list_or_figure_is_green_while_one_of_its_cases_stands_still(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    one_case(upstream)
    fresh = {"current_to": now(), "lag_seconds": 0}
    none: dict[str, Any] = {"figures": [], "kinds": [], "unreadable": 0, "too_few": []}
    none |= {"month": "2026-10", "suppressed": False, "cases": 0, "kinds_words": ""}
    clinician = {"staff_id": STAFF, "name": "Mara Ellis", "roles": ["clinician"], "last_day": None}
    upstream.answers |= {
        "/progress/v1/figures": (200, none | fresh, {}),
        "/progress/v1/flags": listed(**fresh),
        "/progress/v1/caseload": listed(**fresh),
        "/clinics/v1/staff": listed(clinician),
    }
    for still in (False, True):
        if still:
            stands(upstream)
        page = (await http.get(path, headers=signed_in(role))).text
        strip = page.partition('id="freshness"')[2].partition("</section>")[0]
        assert (TICK in strip) is not still
        assert ("but for 1 case that stands still" in strip) is still
        assert ('data-limit="0"' in strip) is still, "the script must not put the tick back"
        assert ("1 case stands still: " in page) is still
        assert "data-stale>" not in page, "nothing else is late"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("goals.measure_completed", "A questionnaire’s answers, sent 26 Nov"),
        ("goals.goal_resumed", "Something about goals or questionnaires, sent"),
        (None, "Something about goals or questionnaires, sent"),
    ],
)
async def test_what_was_left_out_for_good_is_said_on_the_case(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, kind: str | None, words: str
) -> None:
    one_case(upstream)
    said = "1 event of this case could never be read, and operations left it out for good"
    event = {"topic": "goals", "type": kind, "recorded_at": "2025-11-26T02:20:00Z"}
    for left_out in ([], [event]):
        upstream.answers[f"/progress/v1/cases/{CASE}"][1]["left_out"] = left_out
        page = (await http.get(PAGE, headers=signed_in("clinician"))).text
        assert (said in page, words in page) == (bool(left_out), bool(left_out))


@pytest.mark.parametrize(("path", "role"), [LOOKED_AT_FIRST[0], LOOKED_AT_FIRST[2]])
async def test_cases_of_which_something_was_left_out_stand_where_people_look_first(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    one_case(upstream)
    said = "Something is left out for good: 1 case"
    assert said not in (await http.get(path, headers=signed_in(role))).text
    event = {"topic": "goals", "type": None, "recorded_at": "2025-11-26T02:20:00Z"}
    row = {"case_id": CASE, "clinician_id": STAFF, "left_out": [event]}
    upstream.answers["/progress/v1/left-out"] = listed(row)
    page = (await http.get(path, headers=signed_in(role))).text
    assert said in page
    assert f'href="{path}/cases/{CASE}">Nadia Rahman</a>' in page.partition(said)[2]
    assert "something about goals or questionnaires, sent" in page
    upstream.answers["/progress/v1/left-out"] = AWAY
    page = (await http.get(path, headers=signed_in(role))).text
    assert "Whether something was left out of a case" in page


async def test_what_was_answered_and_is_not_counted_is_named_from_the_record_itself(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    stands(upstream)
    score: dict[str, Any] = {
        "measure": "phq-9",
        "answered_at": "2026-11-26T02:20:00Z",
        "points": "14",
    }
    score |= {"safety": {"9": 3}}
    unheard = score | {"response_id": str(uuid4()), "voided": None}
    voided = score | {"response_id": str(uuid4()), "voided": {"at": now(), "by": STAFF}}
    upstream.answers |= {
        "/goals/v1/measures": listed({"code": "phq-9", "pack": {"on": True}}),
        "/goals/v1/measures/phq-9/responses": listed(unheard, voided),
    }
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    panel = page.partition('id="stands-still"')[2].partition("</section>")[0]
    assert f'href="{PAGE}/answers/{unheard["response_id"]}"' in panel
    assert "item 9 about safety answered 3" in panel
    assert str(voided["response_id"]) not in panel
    upstream.answers["/goals/v1/measures"] = (503, {"title": "Unavailable"}, {})
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    assert "What was answered and is not counted here cannot be shown" in page


def test_of_several_people_it_says_whose_answer_it_is() -> None:
    told: dict[str, Any] = {
        "response_id": "r",
        "measure": "phq-9",
        "answered_at": now(),
        "points": "11",
    }
    told |= {"safety": {"9": 3}, "client_id": "gwen"}
    gwen, hari = ({"client_id": name, "given_name": name} for name in ("gwen", "hari"))
    clinic = Clinic("k", "Northgate", "UTC")
    case = Case("c", "TM-1", "", "k", None, "open", "couple", None)
    for people, said in (((gwen, hari), "PHQ-9, gwen"), ((gwen,), "PHQ-9")):
        [answer] = answered([told], replace(case, clients=people), clinic, datetime.now(UTC))
        assert answer.name == said


async def test_a_case_that_nobody_can_read_names_what_was_answered_since(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """It has no answer of its own: the list of those that stand still has it."""
    stands(upstream)
    upstream.answers[f"/progress/v1/cases/{CASE}"] = (503, {"title": "Unavailable"}, {})
    score: dict[str, Any] = {"measure": "phq-9", "points": "19", "safety": {"9": 3}}
    score |= {"voided": None, "answered_at": datetime.now(UTC).isoformat()}
    old = score | {"response_id": str(uuid4()), "answered_at": "2026-01-05T09:00:00Z"}
    new = score | {"response_id": str(uuid4())}
    upstream.answers |= {
        "/goals/v1/measures": listed({"code": "phq-9", "pack": {"on": True}}),
        "/goals/v1/measures/phq-9/responses": listed(old, new),
    }
    page = (await http.get(PAGE, headers=signed_in("clinician"))).text
    panel = page.partition('id="stands-still"')[2].partition("</section>")[0]
    assert "item 9 about safety answered 3" in panel
    assert f'href="{PAGE}/answers/{new["response_id"]}"' in panel
    assert str(old["response_id"]) not in panel


async def test_when_nobody_knows_whether_one_does_the_page_says_that(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    upstream.answers["/progress/v1/standing-still"] = (503, {"title": "Unavailable"}, {})
    page = (await http.get("/clinician", headers=signed_in("clinician"))).text
    assert "Whether a case stands still cannot be shown" in page


def test_what_stands_still_is_late_however_short_ago_that_was() -> None:
    at = datetime.now(UTC)
    answer: dict[str, Any] = {"current_to": at.isoformat(), "still": None}
    assert not freshness("Scores", answer, at).late
    since = at - timedelta(seconds=1)
    told = freshness("Scores", answer | {"still": {"since": since.isoformat()}}, at)
    assert told.late
    assert told.current_to == since


def test_what_a_figure_has_or_was_voided_is_not_named() -> None:
    old, new, gone = ({"response_id": n, "voided": None} for n in "abc")
    gone["voided"] = "wrong client"
    measures = [{"points": [{"response_id": "a"}]}]
    assert uncounted(measures, [old, new, gone]) == [new]
    assert uncounted([], [old]) == [old]


def test_how_many_is_said_as_it_is() -> None:
    assert how_many(1, 0) == "one event could not be read"
    assert how_many(1, 1) == "one event could not be read, and 1 that came after it waits"
    assert how_many(2, 3) == "two events could not be read, and 3 that came after them wait"
