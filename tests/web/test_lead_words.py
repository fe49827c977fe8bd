"""The lead's pages in words: waits, thresholds, hours, concerns."""

from typing import Any

import pytest

from services.web.cases import Case
from services.web.directory import Clinic
from services.web.lead.calendar import calendar_words, filled, holidays_of, hours_of
from services.web.lead.thresholds import changed, entries, field_of, version_words
from services.web.lead.waits import Waiting, bands, gaps, not_accepted
from services.web.lead.waits import summary as waits_summary
from services.web.safeguarding.told import concern_of
from services.web.safeguarding.told import summary as concerns_summary
from services.web.visit import Form
from services.web.walltime import wall


NOW = wall("2026-11-24T10:42:00Z", "UTC")
HERE = Clinic("c", "Northgate", "UTC", {"m": "Mara Ellis", "r": "Ruth Adeyemi"})


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
    assert [message for _, message in form.errors] == [f"Thoughts of suicide or self-harm, {said}"]


def test_a_version_in_words() -> None:
    set_here = [
        {"rule": "NOT_ON_TRACK", "parameter": "sessions", "value": 8},
        {"rule": "NOT_ON_TRACK", "parameter": "on", "value": 0},
    ]
    assert version_words(set_here, RULES) == "not on track: 8 sessions; not on track: off"
    assert version_words([], RULES) == "the usual numbers"
    names = ("from_days", "days")
    numbers = [{"name": name, "words": f"the {name}", "unit": "days"} for name in names]
    long = [{"rule": "WAIT_BREACH", "parameters": numbers}]
    both = [{"rule": "WAIT_BREACH", "parameter": name, "value": 14} for name in names]
    assert (
        version_words(both, long)
        == "long wait, the from_days: 14 days; long wait, the days: 14 days"
    )


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
