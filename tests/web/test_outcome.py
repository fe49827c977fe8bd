"""What a case comes to, in words; measures whose items stand for themselves; the caseload."""

from datetime import date
from typing import Any

import pytest

from services.web.charts.words import minus, verdict
from services.web.clinician.caseload import reviews, standing_flags
from services.web.clinician.measured import item_sentence, meanings, without
from services.web.clinician.outcome import (
    attainment_words,
    class_words,
    outcomes,
    trend_words,
    waiting_words,
)
from services.web.clinician.skimmed import main_goal, main_measure
from services.web.clinician.summary import case_sentence


def waits(days: int | None, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"days": days, "still_waiting": False, "first_treatment_at": "x"}
    told |= {"within_42": True, "within_126": True, "second_gap_days": None}
    return told | more


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (None, ""),
        (waits(None), ""),
        (waits(21), "First treatment session 21 days after the referral, within six weeks."),
        (
            waits(60, within_42=False, second_gap_days=7),
            "First treatment session 60 days after the referral, within eighteen weeks. "
            "The second came 7 days later.",
        ),
        (
            waits(130, within_42=False, within_126=False),
            "First treatment session 130 days after the referral, after more than eighteen weeks.",
        ),
        (
            waits(1, still_waiting=True, first_treatment_at=None),
            "Waiting for the first treatment session for 1 day.",
        ),
        (waits(9, first_treatment_at=None), "No treatment session in 9 days from the referral."),
    ],
)
def test_waiting_is_told_against_both_limits(waiting: dict[str, Any] | None, said: str) -> None:
    assert waiting_words(waiting) == said


def test_an_outcome_stands_with_the_scores_that_it_rests_on() -> None:
    pairs = [{"measure": "phq-9", "first": 18, "last": 6}]
    shown = {"outcome": [{"client_id": "a", "words": "Recovered.", "pairs": pairs}]}
    (found,) = outcomes(shown, lambda client: f"client {client}")
    assert (found.who, found.words, found.pairs) == ("client a", "Recovered.", "PHQ-9 18 → 6")


def scored(client: str | None, goals: int) -> dict[str, Any]:
    return {"client_id": client, "t_score": 56.2, "at_start": 43.8, "goals": goals}


def test_the_t_score_is_one_sentence_and_one_for_each_where_there_are_several() -> None:
    alone = {"attainment": [scored(None, 2), scored("a", 2)]}
    (said,) = attainment_words(alone, lambda client: f"client {client}")
    assert said.startswith("Goal attainment of 2 goals by levels: T 56.2, from 43.8 at the start.")
    couple = {"attainment": [scored(None, 2), scored("a", 1), scored("b", 1)]}
    told = attainment_words(couple, lambda client: f"client {client}")
    assert [each.partition(":")[0] for each in told] == [
        "Goal attainment of 2 goals by levels",
        "Goal attainment of client a, 1 line",
        "Goal attainment of client b, 1 line",
    ]


def trend(**told: Any) -> dict[str, Any]:
    return {"per_week": -0.8, "index": None, "reliable": None, "why": "none"} | told


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (None, ""),
        (trend(per_week=None), ""),
        (
            trend(),
            "Trend over 5 scores: −0.8 points a week; no error of measurement is published, "
            "so it is not judged.",
        ),
        (
            trend(index=-2.3, reliable=True),
            "Trend over 5 scores: −0.8 points a week, more than chance (reliable trend index "
            "−2.3, beyond ±1.96 at 95 % confidence).",
        ),
    ],
)
def test_a_trend_is_judged_only_where_an_error_is_published(
    told: dict[str, Any] | None, said: str
) -> None:
    assert trend_words(told, 5) == said


@pytest.mark.parametrize("code", ["recovered", "improved", "unchanged", "deteriorated", "harmed"])
def test_each_class_of_change_is_said_in_words(code: str) -> None:
    assert class_words(code).startswith("Clinically significant change (Jacobson and Truax): ")
    assert class_words(None) == ""


def test_what_is_not_published_is_never_made_up() -> None:
    assert meanings({"cut_off": None, "reliable_change": None}) == [
        "No cut-off is published.",
        "No reliable change is published: a difference is told, not judged.",
    ]
    change = {"words": "6 points or more: the source states no confidence level.", "source": "S20."}
    assert meanings({"cut_off": None, "reliable_change": change})[1] == (
        "6 points or more: the source states no confidence level. Source: S20."
    )


def test_answers_that_do_not_count_are_explained() -> None:
    points = [{"voided": True, "usable": True}, {"voided": False, "usable": False}]
    assert without({"points": points}) == (
        "1 answer voided: crossed out, counted nowhere. "
        "1 answer not used: the total on the form differs from its items."
    )
    assert without({"points": [{"voided": False, "usable": True}]}) == ""


def test_items_that_stand_for_themselves_have_a_sentence_of_their_own() -> None:
    items = [
        {"verdict": "reliably_better", "at_caseness": False},
        {"verdict": "no_reliable_change", "at_caseness": True},
    ]
    assert item_sentence({"items": items}) == (
        "Each item stands for itself; there is no total. 1 of 2 items at caseness now. "
        "1 reliably better, 0 reliably worse."
    )
    assert item_sentence({"items": []}) == "Not answered yet."


def line(client: str, verdict_: str, change: int) -> dict[str, Any]:
    told = {"client_id": client, "by": "client", "verdict": verdict_, "change": change}
    return told | {"first": 5, "latest": 5 + change}


def shared(*lines: dict[str, Any]) -> dict[str, Any]:
    at = "2026-11-17T10:00:00Z"
    points = [
        {"at": at, "value": each["latest"], "client_id": each["client_id"], "by": "client"}
        for each in lines
    ]
    told: dict[str, Any] = {"kind": "relationships", "method": "gbo", "target": 8, "verdict": None}
    return told | {"first": None, "latest": None, "lines": list(lines), "points": points}


def test_a_shared_goal_is_better_only_when_it_is_for_everybody() -> None:
    better, same = line("a", "reliably_better", 4), line("b", "no_reliable_change", 1)
    worse = line("b", "reliably_worse", -3)
    assert "One of one goal is reliably better" in case_sentence([shared(better)])
    assert case_sentence([shared(better, same)]).startswith("None of one goal has changed")
    assert "One of one goal is reliably worse" in case_sentence([shared(better, worse)])


def test_the_caseload_shows_the_line_of_a_shared_goal_that_looks_worst() -> None:
    cell = main_goal([shared(line("a", "reliably_better", 4), line("b", "reliably_worse", -3))])
    assert cell is not None
    assert (cell.first, cell.latest, cell.verdict.words) == ("5", "2", "Reliably worse, −3")


def test_a_fall_is_not_hidden_by_a_goal_that_was_rated_after_it() -> None:
    def goal(at: str, latest: int, verdict: str) -> dict[str, Any]:
        point = {"at": at, "value": latest, "client_id": "a", "by": "client"}
        told = {"kind": "insight", "method": "gbo", "target": 8, "first": 5, "latest": latest}
        return told | {"verdict": verdict, "change": latest - 5, "points": [point]}

    fallen = goal("2026-11-01T10:00:00Z", 2, "reliably_worse")
    newer = goal("2026-11-20T10:00:00Z", 6, "no_reliable_change")
    cell = main_goal([fallen, newer])
    assert cell is not None
    assert cell.verdict.words == "Reliably worse, −3"


def test_the_caseload_shows_levels_as_levels() -> None:
    point = {"at": "2026-11-17T10:00:00Z", "value": 1, "client_id": "a", "by": "client"}
    goal = {"kind": "insight", "method": "gas", "target": 0, "first": -1, "latest": 1}
    goal |= {"verdict": "no_published_threshold", "change": 2, "points": [point]}
    cell = main_goal([goal])
    assert cell is not None
    assert (cell.first, cell.latest, cell.target) == ("−1", "+1", "0")
    assert cell.spark.count("c-dot") == 1


def test_the_caseload_shows_a_measure_in_points() -> None:
    at = "2026-11-17T10:00:00Z"
    core = {"measure": "core-10", "latest": 126, "latest_points": "14", "first_points": "26"}
    core |= {"verdict": "reliably_better", "change": -108, "change_points": "-12"}
    cell = main_measure([core | {"points": [{"at": at}]}])
    assert cell is not None
    assert (cell.name, cell.latest, cell.first) == ("CORE-10", "14", "26")
    assert cell.verdict.words == "Reliably better, −12"
    assert main_measure([{"latest": None, "points": [{"at": at}]}]) is None


def test_the_caseload_shows_what_got_worse_before_what_cannot_be_judged() -> None:
    """A later answer to a questionnaire without a threshold must not hide the bad news."""

    def told(measure: str, verdict: str, day: int) -> dict[str, Any]:
        points = {"latest_points": "2", "first_points": "1", "change_points": "1", "change": 1}
        at = f"2026-11-{day}T10:00:00Z"
        return points | {
            "measure": measure,
            "latest": 2,
            "verdict": verdict,
            "points": [{"at": at}],
        }

    judged = told("gad-7", "no_reliable_change", 11)
    worse = told("phq-9", "reliably_worse", 10)
    unjudged = told("wsas", "no_published_threshold", 12)
    for measures, name in (
        ([worse, judged, unjudged], "PHQ-9"),
        ([judged, unjudged], "GAD-7"),
        ([unjudged], "WSAS"),
    ):
        cell = main_measure(measures)
        assert cell is not None
        assert cell.name == name


@pytest.mark.parametrize(
    ("said", "shown"), [("-3", "−3"), ("3", "+3"), ("0", "0"), ("-2.5", "−2.5")]
)
def test_changes_have_signs(said: str, shown: str) -> None:
    assert minus(said) == shown


def test_scores_that_do_not_compare_are_not_judged() -> None:
    assert verdict("not_comparable", None).words == "Not comparable with the first"


def due(review: str | None, status: str = "active") -> dict[str, Any]:
    return {"kind": "insight", "review_on": review, "status": status}


def test_reviews_that_are_due_are_named_the_longest_overdue_first() -> None:
    items = [
        {"case_id": "a", "goals": [due("2026-11-24"), due("2026-11-25"), due(None)]},
        {"case_id": "b", "goals": [due("2026-11-01"), due("2026-10-01", "achieved")]},
        {"case_id": "c", "goals": [due("2026-12-01")]},
    ]
    found = reviews(items, {}, date(2026, 11, 25))
    assert [(each.case_id, each.words) for each in found] == [
        ("b", "1 goal (insight), due since 1 Nov"),
        ("a", "1 goal (insight), due since yesterday"),
    ]


def test_a_flag_that_is_done_with_marks_no_case() -> None:
    flags = [{"state": state} for state in ("raised", "in_review", "closed", "cleared")]
    assert [flag["state"] for flag in standing_flags(flags)] == ["raised", "in_review"]
