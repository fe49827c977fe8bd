"""Where some of a clinic's cases cannot be read, the pages of its figures say how many."""

import csv
import io
import re
from typing import Any

import httpx
import pytest

from services.web.lead.months import as_csv
from tests.web.conftest import CLINIC, Upstream
from tests.web.one_case import CASE, one_case
from tests.web.test_flag_pages import Cookie
from tests.web.test_months import FIGURES


SAID = "could not be read and are in none of these numbers"


def figures(unreadable: int) -> tuple[int, Any, dict[str, str]]:
    """A month in which somebody's course ended, as progress tells it."""
    told = {
        "clinic_id": CLINIC,
        "month": "2026-11",
        "suppressed": False,
        "cases": 3,
        "unreadable": unreadable,
        "figures": [
            {"figure": "recovery", "label": "Recovery", "counted": 1, "of": 2, "percent": 50.0,
             "words": "out of, all"},
        ],
        "kinds": [],
        "kinds_words": "agreed goals",
        "current_to": "2026-11-25T12:00:00Z",
        "lag_seconds": 0.0,
    }  # fmt: skip
    return 200, told, {}


@pytest.mark.parametrize("path", ["/lead/outcomes", "/lead/outcomes/cases?figure=recovery"])
async def test_a_figure_says_how_many_cases_are_not_in_it(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    for unreadable, said in ((2, True), (0, False)):
        upstream.answers["/progress/v1/figures"] = figures(unreadable)
        page = await http.get(path, headers=signed_in("clinical_lead"))
        assert page.status_code == 200
        assert (SAID in page.text) is said
        assert "out of, all" in page.text


@pytest.mark.parametrize(
    ("path", "role"), [("/lead/waits", "clinical_lead"), ("/clinician", "clinician")]
)
async def test_a_list_of_cases_says_how_many_stand_empty(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    waits = {"days": None, "still_waiting": False, "second_gap_days": None}
    item: dict[str, Any] = {
        "case_id": CASE, "clinic_id": CLINIC, "case_number": None, "goals": [], "measures": [],
        "flags": [], "waiting": waits,
    }  # fmt: skip
    for unreadable, said in ((2, True), (0, False)):
        answer = {"items": [item], "next": None, "unreadable": unreadable}
        upstream.answers["/progress/v1/caseload"] = (200, answer, {})
        page = await http.get(path, headers=signed_in(role))
        assert page.status_code == 200
        assert (SAID in page.text) is said


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/lead", "clinical_lead"),
        ("/lead/supervision", "clinical_lead"),
        ("/clinician/flags", "clinician"),
    ],
)
async def test_a_list_of_flags_says_how_many_are_not_in_it(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    for unreadable, said in ((1, True), (0, False)):
        empty: dict[str, Any] = {"items": [], "next": None, "unreadable": unreadable}
        fresh = {"current_to": "2026-11-25T12:00:00Z", "lag_seconds": 0.0}
        upstream.answers["/progress/v1/flags"] = (200, empty | fresh, {})
        page = await http.get(path, headers=signed_in(role))
        assert page.status_code == 200
        assert ("1 flag cannot be read, and is not shown" in page.text) is said


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/lead", "clinical_lead"),
        ("/lead/supervision", "clinical_lead"),
        ("/clinician/flags", "clinician"),
    ],
)
async def test_a_list_of_flags_says_how_many_cases_nobody_can_read(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    said = {1: "1 case cannot be read. What came in for it", 2: "2 cases cannot be read.", 0: ""}
    for unread, words in said.items():
        told: dict[str, Any] = {"items": [], "next": None, "unreadable": 0}
        told |= {"unreadable_cases": unread, "current_to": "2026-11-25T12:00:00Z"}
        upstream.answers["/progress/v1/flags"] = (200, told | {"lag_seconds": 0.0}, {})
        page = await http.get(path, headers=signed_in(role))
        assert page.status_code == 200
        assert words in page.text
        assert ("cannot be read" in page.text) is bool(unread)


async def test_a_case_and_a_caseload_say_how_many_flags_are_not_in_them(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    shown = upstream.answers[f"/progress/v1/cases/{CASE}"][1]
    item = {"case_id": CASE, "case_number": "TM-1", "goals": [], "measures": [], "flags": []}
    for unreadable, said in ((2, True), (0, False)):
        shown["unreadable_flags"] = unreadable
        listed = {"items": [item | {"unreadable_flags": unreadable}], "next": None}
        upstream.answers["/progress/v1/caseload"] = (200, listed, {})
        none = listed | {"items": [], "unreadable": unreadable}
        upstream.answers["/progress/v1/flags"] = (200, none, {})
        for path in (f"/clinician/cases/{CASE}", "/clinician"):
            page = await http.get(path, headers=signed_in("clinician"))
            assert page.status_code == 200
            assert ("2 flags cannot be read, and are not shown" in page.text) is said


def test_cases_that_could_not_be_read_are_said_also_in_a_csv() -> None:
    control = list(csv.reader(io.StringIO(as_csv(FIGURES | {"unreadable": 0}))))
    lines = list(csv.reader(io.StringIO(as_csv(FIGURES | {"unreadable": 1}))))
    said = "1 case could not be read and is in none of these numbers until operations repairs it."
    assert lines == [*control, ["2026-10", "cases_not_read", "1", "", "", "no", said]]


@pytest.mark.parametrize(("of", "said"), [((1, 1), ["yes", "no"]), ((1, 3), ["1 of 1", "0 of 3"])])
async def test_the_rows_behind_a_figure_are_all_said_in_the_same_way(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    of: tuple[int, int],
    said: list[str],
) -> None:
    rows = [
        {
            "case_id": CASE,
            "case_number": "TM-1",
            "clinician_id": None,
            "counted": 1 - n,
            "of": whole,
        }
        for n, whole in enumerate(of)
    ]
    upstream.answers["/progress/v1/figures"] = figures(0)
    upstream.answers["/progress/v1/figures/cases"] = (200, {"items": rows, "next": None}, {})
    path = "/lead/outcomes/cases?figure=did_not_attend"
    page = (await http.get(path, headers=signed_in("clinical_lead"))).text
    assert re.findall(r"Counted </span><span class=\"tm-cell\">([^<]*)<", page) == said
