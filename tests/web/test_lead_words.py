"""The lead's and operations' pages in words: months, waits, thresholds, hours, rebuilds."""

import csv
import io
from datetime import date
from typing import Any

import pytest

from deploy.environment import PROJECT
from services.web.cases import Case, Flag
from services.web.directory import Clinic
from services.web.lead.board import GROUPS
from services.web.lead.calendar import calendar_words, filled, holidays_of, hours_of
from services.web.lead.months import (
    WHATS,
    as_csv,
    chosen,
    figure_name,
    finished,
    instead_words,
    months,
    nearby,
    percent,
    published,
)
from services.web.lead.thresholds import changed, entries, field_of, version_words
from services.web.lead.waits import Waiting, bands, gaps, not_accepted
from services.web.lead.waits import summary as waits_summary
from services.web.operations.incidents import Differing
from services.web.operations.rebuilding import bar, before_words, progress_words, result_words
from services.web.operations.rebuilds import summary as rebuilds_summary
from services.web.operations.runbook import RUNBOOK
from services.web.safeguarding.told import concern_of
from services.web.safeguarding.told import summary as concerns_summary
from services.web.visit import Form
from services.web.walltime import wall
from services.web.words import RULES as RULE_NAMES


NOW = wall("2026-11-24T10:42:00Z", "UTC")
HERE = Clinic("c", "Northgate", "UTC", {"m": "Mara Ellis", "r": "Ruth Adeyemi"})


def test_a_year_of_months_and_this_one() -> None:
    known = months(date(2026, 1, 31))
    assert known[0] == ("2026-01", "January 2026")
    assert known[1] == ("2025-12", "December 2025")
    assert known[-1] == ("2025-01", "January 2025")
    assert chosen("2025-03", known)[1] == "March 2025"
    assert chosen("1999-01", known) == chosen(None, known) == known[1]


FIGURES: dict[str, Any] = {
    "month": "2026-10",
    "suppressed": True,
    "figures": [
        {"figure": "recovery", "label": "Recovery", "counted": 5, "of": 10, "percent": 50.0,
         "words": "out of, all"},
        {"figure": "waits_42", "label": "Within 42", "counted": None, "of": None, "percent": None,
         "words": "w"},
    ],
    "kinds": [{"kind": "insight", "goals": 10, "open": None, "reliably_better": None,
               "reached": None, "reliably_worse": None, "stalled": 5}],
    "kinds_words": "agreed goals",
}  # fmt: skip


def test_figures_as_lines_with_their_rule() -> None:
    lines = list(csv.reader(io.StringIO(as_csv(FIGURES))))
    assert lines[1] == ["2026-10", "recovery", "5", "10", "50.0", "yes", "out of, all"]
    assert lines[2] == ["2026-10", "waits_42", "", "", "", "yes", "w"], "too few is not 0"
    assert ["2026-10", "insight.stalled", "5", "10", "", "yes", "agreed goals"] in lines
    assert ["2026-10", "insight.open", "", "10", "", "yes", "agreed goals"] in lines


def test_what_rounding_misstates_is_left_out_of_what_is_shown_outside() -> None:
    figure = {"figure": "recovery", "counted": 5, "of": 5, "percent": 100.0}
    kind = {"kind": "insight", "goals": 5} | dict.fromkeys(WHATS, 5)
    told = {"cases": 5, "figures": [figure], "kinds": [kind]}
    few = ["cases", "recovery", "insight.stalled"]
    shown = published(told | {"too_few": few})
    blank = {"counted": None, "percent": None}
    assert (shown["cases"], shown["figures"]) == (None, [figure | blank])
    assert shown["kinds"] == [kind | {"stalled": None}]
    [figure] = published(told | {"too_few": ["recovery", "recovery of"]})["figures"]
    assert (figure["counted"], figure["of"]) == (None, None)
    assert published(told | {"too_few": []}) == told | {"too_few": []}


def test_a_month_without_an_ended_course_gives_way_and_says_so() -> None:
    known = months(date(2026, 11, 25))
    assert finished(FIGURES)
    assert not finished({"figures": [{"figure": "recovery", "of": 0}, {"figure": "dna", "of": 9}]})
    assert [month for month, _ in nearby(known)] == [
        "2026-11", "2026-09", "2026-08", "2026-07", "2026-06",
    ]  # fmt: skip
    said = instead_words("October 2026", "November 2026", over=False)
    assert said.endswith("so November 2026 stands here, which is not over yet.")
    assert instead_words("a", "b", over=True) == "No course ended in a, so b stands here."


def test_every_rule_is_in_one_group_of_the_board() -> None:
    about = {name: group for name, (_, group) in GROUPS.items() if name not in ("all", "mine")}
    for rule in RULE_NAMES:
        flag = Flag("f", "k", "low", rule, "raised", "", "", "", None)
        assert sum(group(flag, "me") for group in about.values()) == 1, rule


def test_a_share_of_nobody_is_not_nought() -> None:
    assert [percent(each) for each in FIGURES["figures"]] == ["50 %", "too few to show"]
    assert percent({"counted": 0, "of": 2, "percent": None}) == "none of 2"
    assert percent({"counted": 0, "of": 0, "percent": None}) == "none to count"
    assert percent({"counted": None, "of": 5, "percent": None}) == "too few to show"
    assert figure_name("recovery", FIGURES["figures"]) == "Recovery"
    assert figure_name("insight.stalled", []) == "Insight: stalled"


def waiting(days: int, still: bool = True, gap: int | None = None) -> Waiting:
    return Waiting("c", "x", "TM-1", "Mara Ellis", days, still, gap)


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, 0), (14, 0), (15, 1), (28, 1), (29, 2), (42, 2), (43, 3), (84, 3), (85, 4), (126, 4),
     (127, 5)],
)  # fmt: skip
def test_a_wait_is_in_its_band_to_the_day(days: int, band: int) -> None:
    found = [len(each.waiting) for each in bands([waiting(days)])]
    assert found == [int(place == band) for place in range(6)]


def test_waits_in_words() -> None:
    assert waits_summary([waiting(3, still=False)]) == (
        "Nobody waits for a first treatment session."
    )
    said = waits_summary([waiting(42), waiting(43)])
    assert said == "2 cases wait, the longest for 43 days; 1 for more than 42."
    names = [each.name for each in bands([])]
    assert (names[0], names[2], names[5]) == (
        "Up to 14 days",
        "29 to 42 days",
        "More than 126 days",
    )
    assert [each.gap for each in gaps([waiting(1, gap=7), waiting(1), waiting(1, gap=30)])] == [
        30,
        7,
    ]


def test_a_referral_waits_before_it_is_accepted() -> None:
    item = {"case_id": "c", "received_at": "2026-11-20T23:30:00Z", "clients": []}
    (one,) = not_accepted([item], HERE, NOW)
    assert (one.days, one.accepted, one.clinician) == (4, False, "not accepted yet")


RULES: list[dict[str, Any]] = [
    {"rule": "SI_ITEM", "safety": True, "on": True, "parameters": [
        {"name": "urgent_from", "value": 2, "default": 2, "lowest": 1, "highest": 2,
         "unit": "answer", "words": "an answer of this or more is urgent"}]},
    {"rule": "NOT_ON_TRACK", "safety": False, "on": True, "parameters": [
        {"name": "sessions", "value": 6, "default": 6, "lowest": 4, "highest": 20,
         "unit": "sessions", "words": "by which treatment session"}]},
]  # fmt: skip


def typed(**more: str) -> Form:
    usual = {"SI_ITEM-urgent_from": "2", "NOT_ON_TRACK-on": "yes", "NOT_ON_TRACK-sessions": "6"}
    return Form(usual | more)


def test_only_what_differs_is_tried() -> None:
    form = typed(**{"NOT_ON_TRACK-sessions": "8"})
    (one,) = changed(entries(form, RULES), RULES)
    assert one.as_json() == {"rule": "NOT_ON_TRACK", "parameter": "sessions", "value": 8}
    assert changed(entries(typed(), RULES), RULES) == []


def test_a_rule_is_switched_off_a_safety_rule_never() -> None:
    form = typed()
    del form["NOT_ON_TRACK-on"]
    found = entries(form, RULES)
    assert [(each.rule, each.parameter, each.value) for each in changed(found, RULES)] == [
        ("NOT_ON_TRACK", "on", 0)
    ]
    assert ("SI_ITEM", "on") not in {(each.rule, each.parameter) for each in found}


@pytest.mark.parametrize("text", ["3", "21", "", "six", "-4", "4.5"])
def test_a_number_out_of_its_range_is_told(text: str) -> None:
    form = typed(**{"NOT_ON_TRACK-sessions": text})
    entries(form, RULES)
    field = field_of("NOT_ON_TRACK", "sessions")
    said = "Not on track, by which treatment session: a whole number from 4 to 20 sessions"
    assert form.errors == [(field, said)]


def test_an_answer_that_is_no_number_has_no_unit() -> None:
    form = typed(**{"SI_ITEM-urgent_from": "abc"})
    entries(form, RULES)
    said = "an answer of this or more is urgent: a whole number from 1 to 2"
    assert [message for _, message in form.errors] == [f"Thoughts of self-harm, {said}"]


def test_a_version_in_words() -> None:
    set_here = [
        {"rule": "NOT_ON_TRACK", "parameter": "sessions", "value": 8},
        {"rule": "NOT_ON_TRACK", "parameter": "on", "value": 0},
    ]
    assert version_words(set_here, RULES) == "not on track: 8 sessions; not on track: off"
    assert version_words([], RULES) == "the usual numbers"


def test_hours_as_they_are_typed() -> None:
    form = Form({"hours-1": "09:00-12:30, 13:00–17:00", "hours-7": "", "holidays": "2026-12-25"})
    assert hours_of(form) == [
        {"weekday": 1, "begins": 540, "ends": 750},
        {"weekday": 1, "begins": 780, "ends": 1020},
    ]
    assert holidays_of(form) == ["2026-12-25"]
    assert form.errors == []


@pytest.mark.parametrize("text", ["9-17", "17:00-09:00", "09:00", "09:60-10:00", "24:01-24:02"])
def test_what_are_no_hours_is_told(text: str) -> None:
    form = Form({"hours-2": text})
    hours_of(form)
    assert form.errors == [("hours-2", "Tuesday must be hours such as 09:00-17:00, or empty")]


def test_what_is_no_day_is_told() -> None:
    form = Form({"holidays": "2026-11-31"})
    holidays_of(form)
    assert form.errors[0][0] == "holidays"


def test_a_calendar_in_words_and_in_the_form() -> None:
    form = filled({"version": 0, "in_force": None})
    assert (form["hours-1"], form["hours-6"]) == ("09:00-17:00", "")
    held = {"hours": [{"weekday": 1, "begins": 540, "ends": 750}], "holidays": ["2026-12-25"]}
    assert calendar_words(held | {"deputy_id": "r"}, HERE) == (
        "Mon 09:00-12:30; 1 holiday; Ruth Adeyemi stands in"
    )


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
    assert before_words(built) == "1, live now"
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


def test_a_concerns_clock_ends_with_the_referral() -> None:
    act = {"act": "actioned", "at": "2026-11-24T09:00:00Z", "by": "m", "code": None, "to": None}
    item: dict[str, Any] = {
        "concern_id": "k", "case_id": "c", "client_id": None, "urgent": False, "note": "n",
        "state": "raised", "raised_at": "2026-11-23T10:42:00Z", "raised_by": "m", "clock": None,
        "named": ["r"], "acts": [],
    }  # fmt: skip
    case = Case("c", "TM-1", "Nadia Rahman", "x", "m", "open", "individual", None)
    one = concern_of(item, {"c": case}, HERE, NOW)
    assert one.authority is not None
    assert (one.authority.words, one.authority.state) == ("0 s over", "over")
    assert (one.name, one.named) == ("Nadia Rahman", ["Ruth Adeyemi"])
    assert concerns_summary([one]) == "1 open concern, 1 past the 24 hours for a referral."
    referred = item | {"acts": [act | {"code": "referred_to_authority"}], "state": "actioned"}
    assert concern_of(referred, {}, HERE, NOW).authority is None


def test_every_command_of_the_runbook_can_be_made() -> None:
    made = (PROJECT / "Makefile").read_text()
    commands = {each.command.split()[1] for each in RUNBOOK if each.command}
    assert "new-incarnation" in commands
    assert [name for name in commands if f"\n{name}:" not in made] == []
