"""What changed since the last session: pure, from points after the end of the last one attended."""

from typing import Any

import pytest

from services.web.clinician.since import Change, Names, changes, last_session


SESSION = "2026-11-17T10:00:00Z"
BEFORE, AFTER = "2026-11-17T09:30:00Z", "2026-11-20T09:30:00Z"
NOBODY = Names({"g": "run"}, lambda _: "")
COUPLE = Names({"g": "talk"}, lambda client: {"a": "Gwen", "b": "Hari"}.get(client or "", ""))


def rating(
    value: int, at: str, client: str | None = None, by: str = "client", **more: Any
) -> dict[str, Any]:
    return {"value": value, "at": at, "client_id": client, "by": by, "voided": False} | more


def goal(*points: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"goal_id": "g", "kind": "resilience", "method": "gbo", "status": "active"}
    return told | {"status_since": BEFORE, "points": list(points)} | more


def answer(
    total: int, at: str, safety: int | None = None, code: str = "phq-9", **more: Any
) -> dict[str, Any]:
    told = {"total": total, "points": str(total), "at": at, "usable": True, "voided": False}
    item = "6" if code == "core-10" else "9"
    return told | {"safety": None if safety is None else {item: safety}, "items": None} | more


def measure(*points: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"measure": "phq-9", "name": "PHQ-9", "client_id": "a", "has_total": True}
    return told | {"points": list(points)} | more


def told(
    *goals: dict[str, Any], measures: Any = (), flags: Any = (), names: Names = NOBODY
) -> list[Change]:
    shown = {"goals": list(goals), "measures": list(measures), "flags": list(flags)}
    return changes(shown, SESSION, names)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([rating(4, BEFORE), rating(6, AFTER)], "4 → 6, +2"),
        ([rating(6, BEFORE), rating(3, AFTER)], "6 → 3, −3"),
        ([rating(4, BEFORE), rating(4, AFTER)], "still 4"),
        ([rating(5, AFTER)], "rated for the first time, 5"),
        ([rating(6, AFTER), rating(4, BEFORE)], "4 → 6, +2"),
        ([rating(4, BEFORE), rating(6, AFTER, voided=True)], None),
        ([rating(4, BEFORE)], None),
        ([rating(4, SESSION)], None),
    ],
)
def test_a_goal_is_compared_with_where_it_stood_at_the_session(
    points: list[dict[str, Any]], said: str | None
) -> None:
    assert told(goal(*points)) == ([Change("“run”", said)] if said else [])


def test_levels_are_said_as_levels() -> None:
    levels = goal(rating(-1, BEFORE), rating(1, AFTER), method="gas")
    assert told(levels) == [Change("“run”", "−1 → +1, +2")]


def test_each_member_of_a_shared_goal_has_a_line_of_their_own() -> None:
    shared = goal(rating(2, BEFORE, "a"), rating(5, AFTER, "a"), rating(3, AFTER, "b"))
    assert told(shared, names=COUPLE) == [
        Change("“talk”, Gwen", "2 → 5, +3"),
        Change("“talk”, Hari", "rated for the first time, 3"),
    ]


def test_two_raters_are_never_compared_with_each_other() -> None:
    both = goal(rating(2, BEFORE), rating(7, AFTER, by="clinician"))
    assert told(both) == [Change("“run”, the clinician", "rated for the first time, 7")]


def test_a_goal_that_came_to_an_end_says_so_even_without_words() -> None:
    ended = goal(goal_id="x", status="achieved", status_since=AFTER)
    assert told(ended) == [Change("A goal: resilience", "achieved")]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([answer(14, BEFORE), answer(9, AFTER)], "14 → 9, −5; no longer at caseness"),
        ([answer(9, BEFORE), answer(10, AFTER)], "9 → 10, +1; at caseness now"),
        ([answer(14, BEFORE), answer(12, AFTER)], "14 → 12, −2"),
        ([answer(14, BEFORE), answer(14, AFTER)], "still 14"),
        ([answer(14, AFTER)], "answered for the first time, 14; at caseness"),
        ([answer(14, BEFORE), answer(9, AFTER, usable=False)], None),
        ([answer(14, BEFORE), answer(9, AFTER, voided=True)], None),
    ],
)
def test_a_score_is_compared_in_points_and_with_the_cut_off(
    points: list[dict[str, Any]], said: str | None
) -> None:
    assert told(measures=[measure(*points)]) == ([Change("PHQ-9", said)] if said else [])


def test_points_are_points_where_a_total_counts_something_finer() -> None:
    points = answer(234, BEFORE, points="26"), answer(126, AFTER, points="14.5")
    core = measure(*points, measure="core-10", name="CORE-10")
    assert told(measures=[core]) == [Change("CORE-10", "26 → 14.5, −11.5")]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(1, 0, "1 → 0"), (0, 2, "0 → 2"), (0, 0, None), (None, 1, "1"), (1, None, None)],
)
def test_the_safety_item_is_told_whenever_it_is_or_was_above_nought(
    before: int | None, after: int | None, said: str | None
) -> None:
    answered = measure(answer(8, BEFORE, before), answer(8, AFTER, after))
    safety = [each for each in told(measures=[answered]) if "item" in each.what]
    assert safety == ([Change("PHQ-9, item 9", said)] if said else [])


def test_a_score_that_is_not_used_still_tells_its_safety_item() -> None:
    answered = measure(answer(8, AFTER, 2, usable=False))
    assert told(measures=[answered]) == [Change("PHQ-9, item 9", "2")]


def test_items_that_stand_for_themselves_are_counted() -> None:
    points = answer(3, BEFORE, items={"1": 1, "2": 2}), answer(5, AFTER, items={"1": 1, "2": 4})
    dialog = measure(*points, measure="dialog", name="DIALOG", has_total=False)
    assert told(measures=[dialog]) == [Change("DIALOG", "answered again, 1 item otherwise")]


def test_new_flags_are_named_once() -> None:
    """What was raised since and does not stand any more is no news."""
    came = [(BEFORE, "raised"), (AFTER, "raised"), (AFTER, "closed"), (AFTER, "cleared")]
    flags = [{"rule": "DETERIORATION", "raised_at": at, "state": state} for at, state in came]
    assert told(flags=flags) == [Change("Two flags raised", "reliably worse")]
    assert told(flags=flags[-1:]) == []


def test_the_last_session_is_the_latest_that_was_attended() -> None:
    diary: list[dict[str, Any]] = [
        {"ends_at": "2026-11-10T10:00:00Z", "outcome": "attended"},
        {"ends_at": SESSION, "outcome": "late_seen"},
        {"ends_at": "2026-11-19T10:00:00Z", "outcome": "did_not_attend"},
        {"ends_at": "2026-11-24T10:00:00Z", "outcome": None},
    ]
    shown = {"attendance": {"last_contact": BEFORE}}
    assert last_session(diary, shown) == SESSION
    assert last_session([], shown) == BEFORE
    assert last_session([], None) is None
