"""Flags in words: their clocks, their history, what they rest on."""

from datetime import timedelta
from typing import Any

import pytest

from services.web.directory import Clinic
from services.web.flagging.clocks import Clock, clock_of, left, state
from services.web.flagging.evidence import Telling, evidence
from services.web.flagging.history import (
    act_words,
    history,
    measured,
    parameter_words,
    sources_of,
    told_words,
)
from services.web.flagging.page import ACTS, actions_for
from services.web.flagging.words import ACTIONS, CLOSE_REASONS, REOPEN_REASONS, TELLERS
from services.web.shell.fronts import CLINICIAN, LEAD, Front
from services.web.walltime import wall
from services.web.words import FLAG_STATES, RULES
from shared.events.progress import CloseReason, FlagAction, ReopenReason
from shared.events.rules import Teller
from shared.events.words import FlagState, Rule


NOW = wall("2026-11-24T10:42:00Z", "UTC")
HERE = Clinic("c", "Northgate", "UTC", {"m": "Mara Ellis", "r": "Ruth Adeyemi"})


@pytest.mark.parametrize(
    ("due", "said", "shown"),
    [
        (timedelta(minutes=48), "48 min left", "near"),
        (timedelta(minutes=-42), "42 min over", "over"),
        (timedelta(0), "0 s over", "over"),
        (timedelta(seconds=1), "1 s left", "near"),
        (timedelta(hours=4), "4 h left", "near"),
        (timedelta(hours=4, seconds=1), "4 h left", "ok"),
        (timedelta(hours=23, minutes=59), "24 h left", "ok"),
        (timedelta(hours=24), "due tomorrow", "ok"),
        (timedelta(days=6), "6 days left", "ok"),
        (timedelta(days=-85), "85 days over", "over"),
    ],
)
def test_a_clock_says_how_long(due: timedelta, said: str, shown: str) -> None:
    assert (left(NOW + due, NOW), state(NOW + due, NOW)) == (said, shown)


def test_a_clock_in_the_clinics_time() -> None:
    told = {"what": "act", "since": "x", "due_at": "2026-11-24T11:30:00Z", "past": False}
    assert clock_of(told, "UTC", NOW) == Clock("48 min left", "near", "to act")
    assert clock_of(None, "UTC", NOW) == Clock("no clock", "ok")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (ACTIONS, FlagAction),
        (CLOSE_REASONS, CloseReason),
        (REOPEN_REASONS, ReopenReason),
        (TELLERS, Teller),
        (FLAG_STATES, FlagState),
        (ACTS, FlagState),
    ],
)
def test_every_code_has_its_words(words: dict[str, Any], codes: type[FlagState]) -> None:
    assert {*words} == {code.value for code in codes}


def test_every_rule_has_its_words_but_safeguarding_which_no_list_names() -> None:
    assert {*RULES} == {rule.value for rule in Rule} - {"SAFEGUARDING"}


def act(name: str, **more: Any) -> dict[str, Any]:
    return {"act": name, "at": "2026-11-24T09:00:00Z", "by": "m", "code": None, "to": None} | more


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (act("acknowledged"), "Acknowledged by Mara Ellis"),
        (act("assigned", to="m"), "Taken by Mara Ellis"),
        (act("assigned", to="r"), "Handed over to Ruth Adeyemi by Mara Ellis"),
        (
            act("escalated", by=None, code="deputy", to="r"),
            "Went on by its clock to Ruth Adeyemi, the deputy: its time ran out",
        ),
        (
            act("escalated", by=None, code="clinical_lead", step=2),
            "Went on by its clock to the clinical lead: its time ran out a second time",
        ),
        (
            act("actioned", code="client_contacted"),
            "Acted on by Mara Ellis: the client was reached",
        ),
        (
            act("closed", code="assessed_plan_in_place"),
            "Closed by Mara Ellis: assessed in full; a plan is in place",
        ),
        (act("reopened", code="not_resolved"), "Reopened by Mara Ellis: it is not resolved"),
    ],
)
def test_an_act_in_words(given: dict[str, Any], said: str) -> None:
    assert act_words(given, HERE) == said


def test_the_newest_act_comes_first_with_its_note() -> None:
    given = [act("acknowledged", note="called back"), act("review_started")]
    shown = history({"acts": given, "seen_before": None, "clock": None}, HERE, NOW)
    assert [entry.words for entry in shown] == [
        "Review started by Mara Ellis",
        "Acknowledged by Mara Ellis",
    ]
    assert (shown[1].note, shown[1].when) == ("called back", "Today 09:00")


def test_what_came_since_a_look_stands_among_what_was_done() -> None:
    clock = {"since": "2026-11-24T10:20:00Z"}
    told = {"acts": [act("acknowledged")], "seen_before": {"by": "m"}, "clock": clock}
    assert [(entry.words, entry.when) for entry in history(told, HERE, NOW)] == [
        ("More came, which asks for a new look: it was raised again", "Today 10:20"),
        ("Acknowledged by Mara Ellis", "Today 09:00"),
    ]


def test_who_was_told_by_name_where_it_is_one_person() -> None:
    told: list[dict[str, Any]] = [
        {"role": "clinician", "person_id": "m", "at": "2026-11-24T09:00:00Z"},
        {"role": "clinical_lead", "person_id": None, "at": "2026-11-23T09:00:00Z"},
    ]
    shown = [(entry.words, entry.when) for entry in told_words(told, HERE, NOW)]
    assert shown == [
        ("Mara Ellis, the clinician", "Today 09:00"),
        ("The clinical lead", "Yesterday 09:00"),
    ]


def test_whoever_is_told_twice_is_told_again() -> None:
    lead = {"role": "clinical_lead", "person_id": None, "at": "2026-11-24T09:00:00Z"}
    shown = [entry.words for entry in told_words([lead, lead], HERE, NOW)]
    assert shown == ["The clinical lead", "The clinical lead, again"]


def rests_on(kind: str | None, said: str | None, **more: Any) -> dict[str, Any]:
    at = "2026-11-24T09:00:00Z" if kind else None
    told = {
        "event_id": "e",
        "type": kind,
        "words": said,
        "at": at,
        "subject_id": None,
        "goal_id": None,
    }
    return told | more


GONE = rests_on(None, None)
RATED = rests_on("goals.goal_rated", "At 2", subject_id="r", goal_id="g")
SCORED = rests_on("goals.measure_completed", "PHQ-9 at 20", subject_id="a")
ATTAINED = rests_on("goals.attainment_rated", "At −1", subject_id="t", goal_id="g")
OF_NONE = rests_on("goals.attainment_rated", "At −1", subject_id="t")
MISSED = rests_on("scheduling.attendance_recorded", "Session: missed", subject_id="s")
REFERRED = rests_on("intake.referral_received", "Received")


@pytest.mark.parametrize(
    ("front", "hrefs"),
    [
        (CLINICIAN, ["ratings/r", "answers/a", "?events=all#h-tl"]),
        (LEAD, ["#goal-g", "#h-measures", "?events=all#h-tl"]),
    ],
)
def test_each_fact_leads_to_where_it_stands_in_this_front_end(
    front: Front, hrefs: list[str]
) -> None:
    telling = Telling(HERE, NOW, front, "k", {"g": "Sleep"})
    told: dict[str, Any] = {
        "rests_on": [REFERRED, MISSED, SCORED, RATED],
        "compared_with": [],
        "since": [],
    }
    told |= {"ended": []}
    facts = evidence(told, telling)["evidence"]
    case = f"{front.home}/cases/k"
    assert [each.href for each in facts] == [
        *(f"{case}{'' if href[0] in '#?' else '/'}{href}" for href in hrefs),
        "",
    ]
    assert [(each.own, each.words, each.when) for each in facts[:2]] == [
        ("Sleep", "At 2", "Today 09:00"),
        ("", "PHQ-9 at 20", "Today 09:00"),
    ]


@pytest.mark.parametrize(("front", "place"), [(CLINICIAN, "/goals/g"), (LEAD, "#goal-g")])
def test_a_rating_by_levels_leads_to_its_goal(front: Front, place: str) -> None:
    """The case page has many goals; where nobody says which it was, all of them."""
    told: dict[str, Any] = {"rests_on": [OF_NONE, ATTAINED], "compared_with": [], "since": []}
    told |= {"ended": []}
    facts = evidence(told, Telling(HERE, NOW, front, "k", {}))["evidence"]
    case = f"{front.home}/cases/k"
    assert [each.href for each in facts] == [f"{case}{place}", f"{case}#h-goals"]


def test_evidence_that_is_gone_is_told_as_gone() -> None:
    told: dict[str, Any] = {"rests_on": [GONE], "compared_with": [], "since": []}
    told |= {"ended": []}
    [gone] = evidence(told, Telling(HERE, NOW, LEAD, "k", {}))["evidence"]
    assert "voided" in gone.words
    assert (gone.when, gone.href) == ("", "")


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(8, "sessions", "8 sessions"), (1, "days", "1 day"), (2, "answer", "answer 2")],
)
def test_a_number_with_its_unit(value: int, unit: str, said: str) -> None:
    assert measured(value, unit) == said


def test_a_clinics_own_number_names_the_usual_one() -> None:
    parameter = {"value": 8, "default": 6, "unit": "sessions", "words": "by which session"}
    assert parameter_words(parameter) == "By which session: 8 sessions (usually 6)"
    assert parameter_words(parameter | {"value": 6}) == "By which session: 6 sessions"


def test_each_source_of_a_flags_numbers_is_told_once_by_name() -> None:
    held = [{"source": "suggestion"}, {"source": "[S4][S43]"}, {"source": "suggestion"}]
    assert sources_of(held) == [
        "A suggestion; no source gives a number",
        "Clinical-toolkit, protocol for item 9 of the PHQ-9; Valant, guide to CORE-10",
    ]


def test_all_actions_are_offered_the_usual_ones_first() -> None:
    offered = [code for code, _ in actions_for("DNA_2")]
    assert offered[:2] == ["contact_attempted", "client_contacted"]
    assert sorted(offered) == sorted(ACTIONS)
