"""The words and figures of the flag board."""

from typing import Any

from services.web.cases import Flag
from services.web.directory import Clinic
from services.web.flagging.clocks import Clock, clock_of
from services.web.lead.board import GROUPS, taken_words
from services.web.lead.tiles import in_time, summary, tiles
from services.web.walltime import wall
from services.web.words import RULES as RULE_NAMES


NOW = wall("2026-11-24T10:42:00Z", "UTC")
HERE = Clinic("c", "Northgate", "UTC", {"m": "Mara Ellis", "r": "Ruth Adeyemi"})


def test_every_rule_is_in_one_group_of_the_board() -> None:
    about = {name: group for name, (_, group) in GROUPS.items() if name not in ("all", "mine")}
    for rule in RULE_NAMES:
        flag = Flag("f", "k", "low", rule, "raised", "", "", "", None)
        assert sum(group(flag, "me") for group in about.values()) == 1, rule


def flag(rule: str = "DETERIORATION", state: str = "raised", **more: Any) -> Flag:
    given = {"flag_id": "f", "case_id": "c", "severity": "medium", "sentence": "", "name": "x"}
    given |= {"rule": rule, "state": state, "raised_at": "2026-11-24T09:00:00Z"}
    return Flag(**(given | {"acknowledged": None} | more))


def clock(flag: Flag) -> Clock:
    return clock_of(flag.clock, "UTC", NOW)


def due(what: str, at: str, past: bool) -> dict[str, Any]:
    return {"what": what, "since": at, "due_at": at, "past": past}


def test_the_boards_figures() -> None:
    over = flag("SI_ITEM", safety=True, clock=due("acknowledge", "2026-11-24T10:00:00Z", True))
    near = flag(clock=due("acknowledge", "2026-11-24T12:00:00Z", False))
    seen = {"by": "m", "at": "2026-11-24T09:26:00Z", "note": ""}
    held = flag(
        state="in_review", acknowledged=seen, clock=due("act", "2026-11-30T09:00:00Z", False)
    )
    figures = tiles([over, near, held, flag()], clock)
    assert [(number, unit) for number, unit, _, _ in figures] == [
        ("1", "past"),
        ("1", "near"),
        ("26 min", "median"),
        ("1 of 1", "in time to act"),
    ]
    assert figures[-1][2] == (
        "acknowledged flags that are acted on, or within their time to act;"
        " 1 flag is past its time to be acknowledged"
    )
    assert [tone for *_, tone in figures] == ["over", "near", "", ""]
    assert summary([over, near], clock) == "2 open flags, 1 about safety; 1 is past its clock."


def test_a_flag_that_was_acted_on_says_when_and_by_what() -> None:
    seen = {"by": "m", "at": "2026-11-24T09:26:00Z", "note": ""}
    runs = due("close", "2026-11-24T10:00:00Z", False)
    done = {"what": "safety_plan_made", "by": "m", "at": "2026-11-24T10:00:00Z"}
    acted = flag(state="actioned", acknowledged=seen, clock=runs, actioned=done)
    said = "Acknowledged by Mara Ellis, today 09:26"
    what = "acted on today 10:00 by Mara Ellis: a safety plan was made"
    assert taken_words(acted, HERE, NOW) == f"{said}; {what}"
    assert taken_words(flag(state="in_review", acknowledged=seen, clock=runs), HERE, NOW) == said


def test_a_note_stands_with_whoever_wrote_it_not_with_whoever_looks_into_the_flag() -> None:
    seen = {"by": "m", "at": "2026-11-24T09:26:00Z", "note": "rang back"}
    taken = flag(state="in_review", acknowledged=seen, assigned_to="r")
    assert taken_words(taken, HERE, NOW) == (
        "Acknowledged by Mara Ellis, today 09:26: “rang back”; Ruth Adeyemi looks into it"
    )


def test_an_empty_board_does_not_say_safe() -> None:
    assert summary([], clock) == "No open flags. This does not mean no risk."
    assert in_time([])[0] == "none"


def test_what_is_in_time_does_not_hide_what_nobody_has() -> None:
    late = flag(clock=due("acknowledge", "2026-11-24T10:00:00Z", True))
    early = flag(clock=due("acknowledge", "2026-11-24T12:00:00Z", False))
    assert in_time([late, late, early])[:3] == (
        "none",
        "to act on",
        "no acknowledged flag has a time to act; 2 flags are past their time to be acknowledged",
    )
    done = flag(state="actioned")
    assert in_time([done, early])[2].endswith("; none is past its time to be acknowledged")
