"""Operations sees what differs in a case side by side, and can repair one that nobody found."""

from typing import Any

import httpx
import pytest

from services.web.operations.incidents import Difference, by_case, difference
from tests.web.conftest import Upstream
from tests.web.test_flag_pages import CASE, OURS, Cookie


OTHER = "0f9e4e5c-2f52-4b43-9d59-3f1f4dd1a001"


@pytest.mark.parametrize(
    ("what", "part", "tables", "log"),
    [
        ("case: only in the log", "Case", "Missing", "There"),
        ("goals: only in the read tables", "Goals", "There", "Missing"),
        ("flag DNA_2: only in the log", "Flag DNA_2", "Does not stand", "Stands"),
        ("flag DNA_2: only in the read tables", "Flag DNA_2", "Stands", "Does not stand"),
        (
            "flag DNA_2: severity, evidence",
            "Flag DNA_2",
            "Other severity, evidence",
            "As reckoned from all events",
        ),
        (
            "flag DNA_2: state and row",
            "Flag DNA_2",
            "Its row and its case’s state say different things",
            "–",
        ),
        ("row: due_at", "The case’s row", "Its moment of the next look is not its state’s", "–"),
        ("clinic: zone", "Its clinic", "Other zone", "As the clinic said"),
        ("flag: cannot be read", "Flag", "Cannot be read", "As reckoned from all events"),
        ("case: cannot be read", "Case", "Cannot be read", "As reckoned from all events"),
        ("waiting: days", "Waiting", "Other days", "As reckoned from all events"),
        ("ratings", "Ratings", "Other", "As reckoned from all events"),  # of an earlier release
    ],
)
def test_what_differs_is_said_side_by_side(what: str, part: str, tables: str, log: str) -> None:
    assert difference(what) == Difference(part, tables, log)


def incident(case_id: str, what: str, **said: Any) -> dict[str, Any]:
    at = "2026-11-24T09:00:00Z"
    told = {"case_id": case_id, "what": what, "found_at": at, "seen_at": at, "repaired_at": None}
    return told | said


def test_a_case_stands_once_with_all_that_differs() -> None:
    later = "2026-11-25T09:00:00Z"
    found = by_case(
        [
            incident(CASE, "goals: best", seen_at=later),
            incident(OTHER, "case: only in the log"),
            incident(CASE, "flag DNA_2: only in the log"),
            incident(CASE, "flag DNA_2: state and row"),
            incident(OTHER, "flag DNA_1: state and row"),
        ]
    )
    assert [(each.case_id, len(each.differences)) for each in found] == [(CASE, 2), (OTHER, 2)]
    assert (found[0].found_at, found[0].seen_at) == ("2026-11-24T09:00:00Z", later)


async def test_the_page_shows_both_sides_and_what_came_of_repairs(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    items = [incident(CASE, "flag DNA_2: only in the log"), incident(CASE, "goals: best")]
    upstream.answers["/progress/v1/incidents"] = (200, {"items": items, "next": None}, {})
    done = {
        "case_id": OTHER, "reason": "looked wrong", "at": "2026-11-24T09:00:00Z",
        "done_at": "2026-11-24T09:00:01Z", "outcome": "refused: the log says nothing of this case",
    }  # fmt: skip
    upstream.answers["/progress/v1/repairs"] = (200, {"items": [done], "next": None}, {})
    page = (await http.get("/operations/rebuilds", headers=signed_in("operations"))).text
    assert "1 case differs from the log." in page
    assert page.count(f'id="reason-{CASE}"') == 1
    for said in ("Does not stand", "Flag DNA_2", "Other best", done["outcome"]):
        assert said in page


async def test_a_repair_that_was_refused_is_said_in_the_open(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """Unless a later one of the same case did it."""
    refused = {
        "case_id": OTHER, "reason": "looked wrong", "at": "2026-11-24T09:00:00Z",
        "done_at": "2026-11-24T09:00:01Z", "outcome": "refused: the log says nothing of this case",
    }  # fmt: skip
    later = refused | {"outcome": "10 events folded anew, 0 flags raised or cleared"}
    said = "was not repaired"
    for repairs, plain in (([refused], True), ([later, refused], False), ([], False)):
        answer = {"items": repairs, "next": None}
        upstream.answers["/progress/v1/repairs"] = (200, answer, {})
        page = (await http.get("/operations/rebuilds", headers=signed_in("operations"))).text
        assert (said in page.partition("<details")[0]) is plain
        assert (said in page) is plain


async def test_a_case_is_repaired_by_its_id_before_anybody_found_it_missing(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    upstream.answers[f"/progress/v1/cases/{CASE}/repair"] = (202, {"repair_id": CASE}, {})
    headers, path = signed_in("operations") | OURS, "/operations/repairs"
    for form, said in (
        ({"case_id": "K-12", "reason": "x"}, "Type the id of the case"),
        ({"case_id": CASE, "reason": ""}, "Write the reason"),
    ):
        refused = await http.post(path, data=form, headers=headers)
        assert refused.status_code == 422
        assert said in refused.text
    asked = await http.post(path, data={"case_id": CASE, "reason": "lost"}, headers=headers)
    assert asked.status_code == 303
    [sent] = [body for method, asked_, _, body in upstream.seen if asked_.endswith("/repair")]
    assert sent == b'{"reason": "lost"}' or sent == b'{"reason":"lost"}'
