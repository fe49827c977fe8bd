"""The page of a month's figures: what is too small to be shown, and which month stands there."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from services.web.lead.months import kinds_note, months, not_shown_words
from tests.web.conftest import Upstream
from tests.web.one_case import Cookie


SHOWN = {"figure": "waits_42", "label": "Within 42", "words": "w", "percent": None}
KIND = {"kind": "insight", "open": 5, "reliably_better": 0, "reached": 0, "reliably_worse": None}
ROUNDED = {"month": "2026-10", "suppressed": True, "cases": None}
EXACT = {"month": "2026-10", "suppressed": False, "cases": 5}


@pytest.fixture
def told(upstream: Upstream) -> dict[str, Any]:
    """What progress tells of a month, to be changed."""
    answer: dict[str, Any] = {
        "figures": [], "kinds": [], "kinds_words": "agreed goals", "unreadable": 0, "too_few": [],
        "current_to": None, "lag_seconds": None,
    }  # fmt: skip
    upstream.answers["/progress/v1/figures"] = (200, answer, {})
    return answer


def row_of(page: str, name: str) -> str:
    return page.partition(f"{name}</th>")[2].partition("</tr>")[0]


@pytest.mark.parametrize(("rounded", "said"), [(True, "too few to show"), (False, "none to count")])
async def test_what_is_too_few_to_show_is_said_once(
    http: httpx.AsyncClient, told: dict[str, Any], signed_in: Cookie, rounded: bool, said: str
) -> None:
    """Beside it no number: 0 of 0 would say that there is nobody."""
    number = None if rounded else 0
    told |= ROUNDED if rounded else EXACT
    told["figures"] = [SHOWN | {"counted": number, "of": number}]
    path = f"/lead/outcomes?month=2026-10{'&rounded=yes' if rounded else ''}"
    page = (await http.get(path, headers=signed_in("clinical_lead"))).text
    row = row_of(page, "Within 42")
    assert said in row
    assert (row.count('tm-cell">0<'), row.count('tm-cell">–<')) == ((0, 2) if rounded else (2, 0))
    assert ("Too few cases to show" in page) is rounded


async def test_goals_of_a_kind_are_suppressed_like_every_figure(
    http: httpx.AsyncClient, told: dict[str, Any], signed_in: Cookie
) -> None:
    told |= ROUNDED
    few = dict.fromkeys(("open", "reliably_better", "reached", "reliably_worse", "stalled"))
    told["kinds"] = [
        KIND | {"goals": 10, "reliably_better": None, "reached": None, "stalled": None},
        few | {"kind": "resilience", "goals": None},
    ]
    path = "/lead/outcomes?month=2026-10&rounded=yes"
    page = (await http.get(path, headers=signed_in("clinical_lead"))).text
    some, none = row_of(page, "Insight"), row_of(page, "Resilience")
    assert (some.count("too few to show"), some.count('tm-cell">5<')) == (4, 1)
    assert (none.count("too few to show"), none.count('tm-cell">–<')) == (1, 5)


async def test_goals_are_labelled_as_of_today_under_a_month_that_is_over(
    http: httpx.AsyncClient, told: dict[str, Any], signed_in: Cookie
) -> None:
    told |= EXACT
    month = months(datetime.now(UTC).date())[2]
    headers = signed_in("clinical_lead")
    page = (await http.get(f"/lead/outcomes?month={month[0]}", headers=headers)).text
    assert "By kind of goal, as of today" in page
    assert f"These goals of {month[1]} are counted as they stand today" in page


@pytest.mark.parametrize(
    "path", ["/lead/outcomes?", "/lead/outcomes.csv?", "/lead/outcomes/cases?figure=recovery&"]
)
async def test_a_month_that_is_none_is_said_to_be_none(
    http: httpx.AsyncClient, told: dict[str, Any], signed_in: Cookie, path: str
) -> None:
    told |= EXACT
    headers = signed_in("clinical_lead")
    for asked, said in (
        ("xx", "The address names no month"),
        ("2999-05", "May 2999 has not begun"),
    ):
        shown = await http.get(f"{path}month={asked}", headers=headers)
        if shown.status_code == 303:  # there is no such file
            shown = await http.get(shown.headers["location"], headers=headers)
        page = shown.text
        assert f"{said}, so " in page
        assert "stands here, the last whole month." in page


@pytest.mark.parametrize(("more", "end"), [("", ""), ("&rounded=yes", "-rounded")])
async def test_a_rounded_file_says_so_in_its_name(
    http: httpx.AsyncClient, told: dict[str, Any], signed_in: Cookie, more: str, end: str
) -> None:
    told |= ROUNDED if more else EXACT
    month, _ = months(datetime.now(UTC).date())[1]
    path = f"/lead/outcomes.csv?month={month}{more}"
    answer = await http.get(path, headers=signed_in("clinical_lead"))
    assert f'filename="outcomes-{month}{end}.csv"' in answer.headers["content-disposition"]


async def test_a_rounded_page_does_not_say_that_no_course_ended(
    http: httpx.AsyncClient, told: dict[str, Any], signed_in: Cookie
) -> None:
    """Too few to show is not none: which months have courses is told by exact numbers only."""
    told |= ROUNDED
    told["figures"] = [SHOWN | {"figure": "recovery", "counted": None, "of": None}]
    page = (await http.get("/lead/outcomes?rounded=yes", headers=signed_in("clinical_lead"))).text
    assert "too few to show" in page
    assert "No course ended" not in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (None, ""),
        ("2025-03", ""),
        ("2026-05", "May 2026 has not begun, so December 2025 stands here, the last whole month."),
        ("1999-01", "January 1999 is too long ago to be shown, so December 2025 stands here, the"
         " last whole month."),
        ("xx", "The address names no month, so December 2025 stands here, the last whole month."),
        ("2026-13", "The address names no month, so December 2025 stands here, the last whole"
         " month."),
    ],
)  # fmt: skip
def test_a_month_that_cannot_be_shown_gives_way_and_says_so(asked: str | None, said: str) -> None:
    assert not_shown_words(asked, months(date(2026, 1, 31))) == said


def test_goals_of_a_month_that_is_over_are_said_to_be_todays() -> None:
    known = months(date(2026, 11, 25))
    said = "These goals of October 2026 are counted as they stand today, not as they stood then."
    assert kinds_note(known[1], known) == said
    assert kinds_note(known[0], known) == ""
