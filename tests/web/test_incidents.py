"""Operations sees what differs in a case side by side, and can repair one that nobody found."""

from typing import Any

import httpx
import pytest

from services.progress.projection.incidents import (
    CLINIC_UNREADABLE,
    LOG_UNREADABLE,
    OURS_UNREADABLE,
)
from services.web.operations.incidents import Difference, by_case, difference
from tests.web.conftest import CLINIC, STAFF, Upstream
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
        (
            LOG_UNREADABLE,
            "Its events",
            "Not compared",
            "One of its events cannot be read",
        ),
        (
            CLINIC_UNREADABLE,
            "Its events",
            "What follows from the clinic’s numbers is not compared",
            "An event of its clinic cannot be read",
        ),
        (
            OURS_UNREADABLE,
            "Its events",
            "What was done about its flags is not compared",
            "An event that progress published cannot be read",
        ),
        (
            "what was done about SI_ITEM: state, assigned_to",
            "What was done about SI_ITEM",
            "Other state, person who has it",
            "As act by act",
        ),
        (
            "what was done about a flag that is gone: only in the list of acts",
            "What was done about a flag that is gone",
            "Missing",
            "As act by act",
        ),
        ("act acknowledged: only in the log", "Act about a flag: acknowledged", "Missing", "There"),
        (
            "act review_started: by, code",
            "Act about a flag: review started",
            "Other person, code",
            "As it was published",
        ),
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
        "case_id": OTHER, "reason": "looked wrong", "by": STAFF, "at": "2026-11-24T09:00:00Z",
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
        "case_id": OTHER, "reason": "looked wrong", "by": STAFF, "at": "2026-11-24T09:00:00Z",
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
        ({"case_id": "K-12", "reason": "x"}, "Type the case’s number, such as TM-1005, or its id"),
        ({"case_id": "TM-99", "reason": "x"}, "Your clinics have no case TM-99"),
        ({"case_id": CASE, "reason": ""}, "Write the reason"),
    ):
        refused = await http.post(path, data=form, headers=headers)
        assert refused.status_code == 422
        assert said in refused.text
        assert f'href="#{"reason-one" if not form["reason"] else "case_id"}"' in refused.text
    asked = await http.post(path, data={"case_id": CASE, "reason": "lost"}, headers=headers)
    assert asked.status_code == 303
    [sent] = [body for method, asked_, _, body in upstream.seen if asked_.endswith("/repair")]
    assert sent == b'{"reason": "lost"}' or sent == b'{"reason":"lost"}'


async def test_a_case_is_repaired_by_its_number_as_at_the_terminal(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    numbered = {"case_id": CASE, "case_number": "TM-1005", "clinic_id": CLINIC}
    upstream.answers |= {
        f"/progress/v1/cases/{CASE}/repair": (202, {"repair_id": CASE}, {}),
        "/intake/v1/referrals/numbers": (200, {"items": [numbered], "next": None}, {}),
    }
    headers, path = signed_in("operations") | OURS, "/operations/repairs"
    form = {"case_id": " tm-1005 ", "reason": "lost"}
    assert (await http.post(path, data=form, headers=headers)).status_code == 303
    [query] = [dict(q) for _, asked, q in upstream.asked if asked.endswith("/numbers")]
    assert query["number"] == "tm-1005"
    upstream.answers["/intake/v1/referrals/numbers"] = (503, {}, {})
    away = await http.post(path, data=form, headers=headers)
    assert away.status_code == 503
    assert "Case numbers cannot be looked up now" in away.text
    assert sum(asked.endswith("/repair") for _, asked, _, _ in upstream.seen) == 1


async def test_who_asked_stands_there_by_name_and_never_as_an_id(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    """A rebuild, its switches, a repair: by a colleague, by oneself, by the release, by nobody."""
    nils, gone = "0f9e4e5c-2f52-4b43-9d59-3f1f4dd1a0aa", "0f9e4e5c-2f52-4b43-9d59-3f1f4dd1a0bb"
    staff = [{"staff_id": nils, "name": "Nils Aaker"}, {"staff_id": STAFF, "name": "Sam Okafor"}]
    at, numbered = "2026-11-24T09:00:00Z", {"case_id": CASE, "case_number": "TM-1005"}
    acts = [
        {"act": "switch", "by": by, "at": at, "done_at": at, "outcome": None, "reason": "checked"}
        for by in (nils, STAFF, gone)
    ]
    repair = {"case_id": CASE, "reason": "odd", "by": nils, "at": at, "done_at": at}
    more = {"acts": acts, "by_reason": [], "differences": []}
    rebuilds = [rebuild(number=2, by=nils), rebuild(number=1, automatic=True, by="system")]
    upstream.answers |= {
        "/clinics/v1/staff/operations": (200, {"items": staff, "next": None}, {}),
        "/clinics/v1/clinics": (200, {"items": [{"clinic_id": CLINIC, "name": "North"}]}, {}),
        "/intake/v1/referrals/numbers": (200, {"items": [numbered | {"clinic_id": CLINIC}]}, {}),
        "/progress/v1/rebuilds": (200, {"items": rebuilds, "next": None}, {}),
        "/progress/v1/rebuilds/2": (200, rebuilds[0] | more, {}),
        "/progress/v1/repairs": (200, {"items": [repair | {"outcome": "done"}], "next": None}, {}),
    }
    page = (await http.get("/operations/rebuilds", headers=signed_in("operations"))).text
    assert "by Nils Aaker: to see" in page
    assert "by the release itself: to see" in page
    assert "by Nils Aaker: odd" in page
    assert "TM-1005, North" in page
    assert "but rebuild 2 waits for somebody’s decision." in page
    assert 'href="/operations/rebuilds/2">Look at rebuild 2 and decide</a>' in page
    one = (await http.get("/operations/rebuilds/2", headers=signed_in("operations"))).text
    for who in ("Nils Aaker", "you", "a colleague of operations"):
        assert f"by {who}<br>" in one
    assert "Reason: checked" in one
    assert not {nils, gone} & {text for text in (nils, gone) if text in page + one}


async def test_after_a_switch_back_the_page_says_which_version_is_live_and_since_when(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    act = {"by": STAFF, "reason": "odd", "outcome": None, "at": "2026-11-24T09:00:00Z"}
    acts = [
        act | {"act": "switch", "done_at": "2026-11-24T09:01:00Z"},
        act | {"act": "switch_back", "done_at": "2026-11-24T10:02:00Z"},
    ]
    told = rebuild(number=2, by=STAFF, state="switched_back", previous=1, live=1, acts=acts)
    path, headers = "/progress/v1/rebuilds/2", signed_in("operations")
    upstream.answers[path] = (200, told | {"by_reason": [], "differences": []}, {})
    page = (await http.get("/operations/rebuilds/2", headers=headers)).text
    assert "<dt>live now</dt><dd>version 1</dd>" in page
    assert "10:02" in page.partition("<dt>switched back</dt>")[2].partition("</dd>")[0]


def rebuild(**said: Any) -> dict[str, Any]:
    """A rebuild that is compared and came to the same."""
    empty = ("began_at", "compared_at", "switched_at", "problem", "previous", "seconds_left")
    none = ("events_done", "events_total", "events_per_second", "different", "only_live")
    told = dict.fromkeys(empty) | dict.fromkeys((*none, "only_rebuilt", "stand_still"), 0)
    told |= {"state": "compared", "automatic": False, "reason": "to see", "equal": 1, "live": 1}
    return told | {"version": 2, "asked_at": "2026-11-24T09:00:00Z"} | said
