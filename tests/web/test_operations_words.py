"""What operations are told of rebuilds, differences and the runbook."""

from typing import Any

from deploy.environment import PROJECT
from services.web.operations.incidents import Differing
from services.web.operations.rebuilding import (
    back_at,
    bar,
    before_words,
    live_words,
    progress_words,
    result_words,
    state_words,
)
from services.web.operations.rebuilds import summary as rebuilds_summary
from services.web.operations.runbook import RUNBOOK


def rebuild(**more: Any) -> dict[str, Any]:
    usual = {"number": 3, "state": "building", "events_done": 41, "events_total": 50}
    usual |= {"automatic": False}
    usual |= {"events_per_second": 2000.0, "seconds_left": 50.0, "equal": None}
    return usual | {"different": 0, "only_live": 0, "only_rebuilt": 0} | more


def test_how_far_a_rebuild_is() -> None:
    assert progress_words(rebuild()) == "82 %, 41 of 50 events, 2,000 a second, about 50 s left"
    assert "within a second" in progress_words(rebuild(state="asked"))
    assert bar(rebuild(events_total=0)) == 0
    assert [bar(rebuild(state=state)) for state in ("building", "switched", "switched_back")] == [
        82,
        100,
        100,
    ]


def test_what_is_not_compared_is_not_told_as_equal() -> None:
    assert result_words(rebuild()) == "not compared yet"
    assert result_words(rebuild(equal=20)) == "all 20 cases equal in what stands now"
    assert result_words(rebuild(equal=18, different=2)) == (
        "18 equal, 2 different, 0 only in the live version, 0 only in the rebuilt one"
    )
    assert result_words(rebuild(equal=20, stand_still=2)).endswith(
        "; 2 cases of the rebuilt one stand still: an event cannot be read"
    )


def test_before_the_switch_the_version_before_is_the_live_one() -> None:
    built = rebuild(version=2, previous=None, live=1)
    assert before_words(built) == "1"
    assert live_words(built) == "version 1"
    assert before_words(built | {"previous": 1, "live": 2}) == "1"
    assert before_words(built | {"version": None, "live": None}) == "none"


def test_operations_see_at_once_what_differs() -> None:
    differing = Differing("c", "2026-11-25", "2026-11-25", None, [])
    assert rebuilds_summary([rebuild()], [differing]) == (
        "Rebuild 3 is under way. 1 case differs from the log."
    )
    assert rebuilds_summary([], []).startswith("No rebuild is under way. No case")
    by_itself = rebuild(state="compared", automatic=True)  # it switches in a moment
    assert rebuilds_summary([by_itself], []).startswith("No rebuild is under way. No case")
    compared = rebuild(state="compared")
    assert rebuilds_summary([compared, rebuild(state="given_up", number=2)], []) == (
        "No rebuild is under way, but rebuild 3 waits for somebody’s decision."
        " No case differs from the log."
    )


def test_a_switch_that_is_asked_for_is_no_decision_that_is_waited_for() -> None:
    on_its_way = rebuild(state="compared", turning="switch")
    assert state_words(on_its_way) == "Switching to it"
    assert state_words(rebuild(state="switched", turning="switch_back")) == "Switching back"
    assert state_words(rebuild(state="compared", turning=None)) == "Compared, ready to switch"
    switched = rebuild(state="switched", version=2, live=2)
    assert state_words(switched) == "Switched: everybody reads it"
    assert state_words(switched | {"live": 3}) == "Switched, and replaced by a later one since"
    assert rebuilds_summary([on_its_way], []).startswith("The switch of rebuild 3 is under way.")
    back = rebuild(state="switched", turning="switch_back")
    assert rebuilds_summary([back], []).startswith("The switch back of rebuild 3 is under way.")


def test_when_all_went_back_is_told_and_a_refusal_went_nowhere() -> None:
    switched = {"act": "switch", "done_at": "2026-11-24T09:00:00Z", "outcome": "switched"}
    back = {"act": "switch_back", "done_at": "2026-11-24T10:00:00Z", "outcome": "switched back"}
    refused = back | {"done_at": "2026-11-24T11:00:00Z", "outcome": "refused: there is none"}
    assert back_at(rebuild(state="switched_back", acts=[switched, back, refused])) == (
        "2026-11-24T10:00:00Z"
    )
    assert back_at(rebuild(state="switched", acts=[switched, refused])) is None


def test_every_command_of_the_runbook_can_be_made() -> None:
    made = (PROJECT / "Makefile").read_text()
    commands = {each.command.split()[1] for each in RUNBOOK if each.command}
    assert "new-incarnation" in commands
    assert [name for name in commands if f"\n{name}:" not in made] == []
