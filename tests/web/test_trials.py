"""A trial of other numbers or versions on the rules page: in words, with its period, bit by bit."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.web.lead.thresholds import choices, entries, filled, version_words
from services.web.lead.trials import BY_RULE, PERIODS, below, heading, shown, since_of
from tests.web.conftest import CLINIC, Upstream
from tests.web.one_case import OURS, Cookie, listed


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TRIAL = str(UUID(int=5))
PATH = f"/progress/v1/clinics/{CLINIC}/rules/try"
RULE: dict[str, Any] = {
    "rule": "NOT_ON_TRACK",
    "version": 1,
    "versions": [
        {"version": 1, "words": "None by then", "source": "[S57]", "usual": True},
        {"version": 2, "words": "A little is not enough", "source": "[S58]", "usual": False},
    ],
    "words": "None by then",
    "severity": "medium",
    "safety": False,
    "on": True,
    "tell": [],
    "acknowledge_hours": 16,
    "act_hours": 40,
    "close_hours": 80,
    "working_hours_only": True,
    "source": "[S57]",
    "parameters": [],
}
KNOWN = {"clinic_id": str(CLINIC), "version": 0, "in_force": 0, "rules": [RULE], "history": []}


def found(**said: Any) -> dict[str, Any]:
    """What the service says of a trial."""
    return {
        "trial_id": TRIAL,
        "state": "done",
        "clinic_id": str(CLINIC),
        "cases": 120,
        "cases_in_all": 120,
        "since": None,
        "history_since": "2026-03-03T09:00:00Z",
        "until": "2026-11-25T12:00:00Z",
        "more": 14,
        "fewer": 9,
        "rises": 0,
        "falls": 0,
        "sooner": 0,
        "later": 0,
        "severities": [],
        "rules": [],
        "differences": [],
        "comes_at_once": 0,
        "goes_at_once": 0,
        "at_once": [],
        "cut_off": False,
    } | said


def severity(change: str, name: str, flags: int) -> dict[str, Any]:
    return {"change": change, "severity": name, "flags": flags}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "14 more flags, 9 fewer, over 120 cases."),
        ({"more": 1, "fewer": 0, "cases": 1}, "1 more flag, 0 fewer, over 1 case."),
        (
            {"severities": [severity("rises", "urgent", 3)]},
            "14 more flags, 9 fewer, 3 rise to urgent, over 120 cases.",
        ),
        (
            {"severities": [severity("rises", "high", 1), severity("falls", "low", 1)]},
            "14 more flags, 9 fewer, 1 rises to high, 1 falls to low, over 120 cases.",
        ),
        ({"state": "running", "cases": 40}, "14 more flags, 9 fewer, over 40 cases so far."),
    ],
)
def test_what_a_trial_found_in_one_sentence(said: dict[str, Any], words: str) -> None:
    assert heading(found(**said)) == words


def test_the_period_is_said() -> None:
    whole, *_ = below(found(), "UTC", NOW)
    assert "between 3 Mar and today, all of the past" in whole
    since, *_ = below(found(since="2026-08-26T12:00:00Z"), "UTC", NOW)
    assert "between 26 Aug and today, as if today’s numbers, and these" in since
    assert "up to today" in below(found(history_since=None), "UTC", NOW)[0]


def test_flags_that_would_come_at_another_time_are_said_apart() -> None:
    said = below(found(sooner=5, later=1, state="cancelled"), "UTC", NOW)
    assert said[1] == "Of the flags that there would be either way, 5 sooner and 1 later."
    assert said[2].startswith("You stopped it here")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "no flag would come or go at once."),
        ({"goes_at_once": 5}, "0 flags would come at once and 5 go."),
        ({"comes_at_once": 1, "goes_at_once": 0}, "1 flag would come at once and 0 go."),
    ],
)
def test_what_the_switch_itself_changes_is_said(said: dict[str, Any], words: str) -> None:
    assert below(found(**said), "UTC", NOW)[1] == f"Switched on now, {words}"
    running = below(found(**said, state="running"), "UTC", NOW)
    assert not any("Switched on" in each for each in running), "not all cases were looked at yet"


def differs(change: str, client: str | None, sentence: str) -> dict[str, Any]:
    severities = {"severity_before": "high", "severity_after": "high"}
    about = {"change": change, "rule": "NOT_ON_TRACK", "case_id": "k", "case_number": "TM-1"}
    return about | severities | {"client_id": client, "sentence": sentence}


async def test_two_clients_of_one_case_are_told_apart_and_later_flags_can_be_opened(
    http: httpx.AsyncClient, clinic_rules: Upstream, signed_in: Cookie
) -> None:
    people = [
        {"client_id": given, "given_name": given, "family_name": "Pryce"}
        for given in ("Hannah", "Joe")
    ]
    couple: dict[str, Any] = {"case_id": "k", "case_number": "TM-1", "clinic_id": CLINIC}
    couple |= {"status": "open", "modality": "couple", "clients": people}
    clinic_rules.answers["/intake/v1/cases"] = listed(couple)
    moved = [differs("later", given, f"Of {given}.") for given in ("Hannah", "Joe")]
    told = found(later=2, differences=[*moved, differs("sooner", None, "Of both.")])
    clinic_rules.answers[PATH] = (200, told, {})
    headers = signed_in("clinical_lead") | OURS
    page = (await http.post("/lead/rules", data=sent(act="try"), headers=headers)).text
    assert "Later: 2 flags" in page
    assert "Sooner: 1 flag" in page
    for who, said in (
        ("Hannah (Hannah and Joe Pryce)", "later"),
        ("Joe (Hannah and Joe Pryce)", "later"),
        ("Hannah and Joe Pryce", "sooner"),
    ):
        assert f">{who}</a>: not on track, high, it would come {said}<br>" in page


@pytest.mark.parametrize(
    ("change", "before", "after", "said"),
    [
        ("sooner", "11-05T12", "11-02T12", "3 days sooner: 2 Nov, not 5 Nov"),
        ("later", "11-23T12", "11-24T00", "1 day later: yesterday, not 23 Nov"),
        ("later", "11-23T09", "11-23T12", "later, on the same day"),
        ("later", None, None, "later"),
    ],
)
def test_a_flag_that_only_moves_says_by_how_much(
    change: str, before: str | None, after: str | None, said: str
) -> None:
    times = {"raised_before": before, "raised_after": after}
    moved = differs(change, None, "So.") | {
        name: at and f"2026-{at}:00:00Z" for name, at in times.items()
    }
    groups = dict(shown(found(differences=[moved]), {}, "UTC", NOW).groups)
    [(_, _, _, how)] = groups[change.capitalize()]
    assert how == f"high, it would come {said}"


def test_a_flag_that_is_no_news_says_why() -> None:
    """What comes at once stands in both lists; what is open was raised by older numbers."""
    more = differs("more", None, "So.") | {"severity_before": None}
    both, older, new = (more | {"case_id": name} for name in "abc")
    older |= {"open_now": True}
    trial = found(differences=[both, older, new], at_once=[both | {"at_once": True}])
    groups = dict(shown(trial, {}, "UTC", NOW).groups)
    assert [how for *_, how in groups["Would come at once"]] == ["high"]
    told = [how for *_, how in groups["More"]]
    assert told == ["high, at once", "high, one is open already", "high"]


def test_of_several_rules_each_has_its_own_figures() -> None:
    one = {"rule": "NOT_ON_TRACK", "before": 3, "after": 16, "more": 14, "fewer": 1}
    one |= {"rises": 0, "falls": 0, "sooner": 2, "later": 0}
    other = one | {"rule": "DNA_1", "more": 0, "fewer": 8}
    assert shown(found(rules=[one]), {}, "UTC", NOW).by_rule == [], "the heading says it already"
    rows = shown(found(rules=[one, other]), {}, "UTC", NOW).by_rule
    assert len(rows[0]) == len(BY_RULE)
    assert [(row[0], *row[3:5]) for row in rows] == [
        ("not on track", "14", "1"), ("missed a session", "0", "8")
    ]  # fmt: skip


def test_cases_that_could_not_be_read_are_said_and_not_counted() -> None:
    assert not any("read" in said for said in below(found(unreadable=0), "UTC", NOW)), "control"
    said = found(unreadable=2)
    assert heading(said).endswith("over 118 cases.")
    assert below(said, "UTC", NOW)[2] == (
        "2 cases could not be read and are in none of these numbers until operations repairs them."
    )


def test_periods_go_back_by_days() -> None:
    assert [since_of(code, NOW) for code, _ in PERIODS] == [
        None,
        "2025-11-25T12:00:00+00:00",
        "2026-08-26T12:00:00+00:00",
    ]
    assert since_of("7000", NOW) is None


def test_a_version_is_chosen_and_said() -> None:
    form = filled(KNOWN)
    assert form["NOT_ON_TRACK-version"] == "1"
    form["NOT_ON_TRACK-version"] = "2"
    [_, change] = entries(form, [RULE])
    assert change.as_json() == {"rule": "NOT_ON_TRACK", "parameter": "version", "value": 2}
    assert version_words([change.as_json()], [RULE]) == "not on track: version 2 of the rule"
    form["NOT_ON_TRACK-version"] = "3"
    entries(form, [RULE])
    assert form.errors == [("NOT_ON_TRACK-version", "Not on track: choose a version")]


def test_a_rule_with_one_version_offers_none() -> None:
    assert choices(RULE | {"versions": RULE["versions"][:1]}) == []


@pytest.fixture
def clinic_rules(upstream: Upstream) -> Upstream:
    """A clinic whose lead looks at its rules."""
    upstream.answers[f"/clinics/v1/clinics/{CLINIC}/rules"] = (200, KNOWN, {})
    upstream.answers["/intake/v1/cases"] = listed()
    return upstream


def sent(**more: str) -> dict[str, str]:
    return {"version": "0", "NOT_ON_TRACK-on": "yes", "NOT_ON_TRACK-version": "2", **more}


async def test_a_trial_that_takes_long_shows_how_far_it_is_and_can_be_gone_on_with_or_stopped(
    http: httpx.AsyncClient,
    clinic_rules: Upstream,
    signed_in: Cookie,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.web.lead.rules.PATIENCE", 0.0)
    running = found(state="running", cases=40)
    clinic_rules.answers[PATH] = (200, running, {})
    clinic_rules.answers[f"{PATH}/{TRIAL}"] = (200, found(), {})
    clinic_rules.answers[f"{PATH}/{TRIAL}/cancel"] = (200, running | {"state": "cancelled"}, {})
    headers = signed_in("clinical_lead") | OURS
    first = await http.post("/lead/rules", data=sent(act="try"), headers=headers)
    assert "40 of 120 cases looked at" in first.text
    assert f'name="trial" value="{TRIAL}"' in first.text
    assert "Switch these numbers on" not in first.text
    more = await http.post("/lead/rules", data=sent(act="go_on", trial=TRIAL), headers=headers)
    assert "over 120 cases." in more.text
    assert "Switch these numbers on" in more.text
    ended = await http.post("/lead/rules", data=sent(act="stop", trial=TRIAL), headers=headers)
    assert "You stopped it here" in ended.text


async def test_only_what_was_tried_is_switched_on(
    http: httpx.AsyncClient, clinic_rules: Upstream, signed_in: Cookie
) -> None:
    clinic_rules.answers[PATH] = (200, found(), {})
    headers = signed_in("clinical_lead") | OURS
    page = (await http.post("/lead/rules", data=sent(act="try"), headers=headers)).text
    assert "Tried: not on track: version 2 of the rule." in page
    tried = "NOT_ON_TRACK.version=2"
    assert f'name="tried" value="{tried}"' in page
    others = sent(act="switch", tried=tried) | {"NOT_ON_TRACK-version": "1", "NOT_ON_TRACK-on": ""}
    clinic_rules.seen.clear()
    answer = await http.post("/lead/rules", data=others, headers=headers)
    assert answer.status_code == 422
    assert "Numbers were changed after the trial" in answer.text
    assert not [how for how, *_ in clinic_rules.seen if how == "PUT"]
    switched = sent(act="switch", tried=tried)
    assert (await http.post("/lead/rules", data=switched, headers=headers)).status_code == 303


async def test_a_trial_that_is_done_soon_is_shown_at_once(
    http: httpx.AsyncClient, clinic_rules: Upstream, signed_in: Cookie
) -> None:
    clinic_rules.answers[PATH] = (200, found(state="running", cases=40), {})
    clinic_rules.answers[f"{PATH}/{TRIAL}"] = (200, found(), {})
    headers = signed_in("clinical_lead") | OURS
    done = await http.post("/lead/rules", data=sent(act="try", period="91"), headers=headers)
    assert "over 120 cases." in done.text
    assert '<option value="91" selected>' in done.text
