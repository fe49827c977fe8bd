"""What the case's page is made of: people, messages, timeline, the sentence; pure functions."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.web.cases import Flag
from services.web.clinician.caseload import caseload_rows, picks, seen
from services.web.clinician.home import summary
from services.web.clinician.letters import letters_of
from services.web.clinician.people import about
from services.web.clinician.summary import case_sentence
from services.web.clinician.timeline import Sources, timeline
from services.web.clinician.views import standstill
from services.web.desk.referrals import clinicians_of
from services.web.desk.today import columns_of
from services.web.diary import Session
from services.web.directory import Clinic
from services.web.flagging.hands import colleagues


NOW = datetime(2026, 11, 25, 10)  # noqa: DTZ001
CLINIC = Clinic("k", "Northgate", "UTC", {"m": "Mara Ellis"})


def session(starts: datetime, outcome: str | None = None) -> Session:
    return Session(
        "a", "c", "Nadia Rahman", "s", "Tom Berg", "Room 3", None, starts,
        starts + timedelta(minutes=50), "treatment", "in_person", "booked", outcome,
    )  # fmt: skip


def test_the_timeline_says_who_called_a_session_off_and_why() -> None:
    was = session(NOW - timedelta(days=1))
    off = replace(was, status="cancelled", called_off_by="client")
    for reason, small in (("is away", "50 min, Room 3. Reason: is away"), ("", "50 min, Room 3")):
        told = replace(off, called_off_why=reason)
        [entry] = timeline(Sources(sessions=[told]), CLINIC, NOW)
        assert (entry.words, entry.small) == ("Session called off by the client", small)


def client(name: str, **kinds: bool) -> dict[str, Any]:
    contacts = [{"kind": kind, "value": "x", "safe": safe} for kind, safe in kinds.items()]
    return {"given_name": name, "date_of_birth": "1991-03-14", "contacts": contacts}


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"email": True, "mobile": True}, "e-mail or text"),
        ({"email": True, "mobile": False}, "e-mail only, not text"),
        ({"phone": False}, "none: speak in the session, not by phone"),
        ({}, "none: speak in the session"),
    ],
)
def test_the_head_says_which_contact_is_safe(kinds: dict[str, bool], said: str) -> None:
    assert about([client("Nadia", **kinds)], NOW.date()) == [
        ("Born", "14 March 1991 (35)"),
        ("Safe contact", said),
    ]


def test_people_of_a_couple_are_named_and_unknown_ones_not_made_up() -> None:
    couple = [client("Gwen", email=True), client("Hari", mobile=True)]
    assert about(couple, date(2026, 11, 25))[1] == ("Safe contact", "Gwen e-mail; Hari text")
    assert {said for _, said in about(None, NOW.date())} == {"cannot be shown just now"}


def message(state: str, n: int, reason: str | None = None, to: str = "client") -> dict[str, Any]:
    at = f"2026-11-{n:02}T10:00:00Z"
    kept = {"state": state, "reason": reason, "created_at": at, "recipient": {"kind": to}}
    return kept | {"purpose": "appointment_booked", "message_id": str(n)}


def test_messages_held_back_stand_together_behind_the_others() -> None:
    old = [message("suppressed", n, "late_cause") for n in (1, 2, 3, 4, 5, 6)]
    told = letters_of([*old, message("sent", 7), message("suppressed", 8, "no_contact")])
    assert [m["message_id"] for m in told.newest] == ["7"]
    assert [held.sentence for held in told.held] == [
        "1 booking confirmation was held back: no safe contact was known",
        "6 booking confirmations were held back: their cause was older than a day",
    ]


def test_messages_to_staff_stand_behind_those_to_clients() -> None:
    told = letters_of([message("sent", n, to="staff") for n in range(3, 20)] + [message("sent", 1)])
    assert [m["message_id"] for m in told.newest] == ["1"]
    assert len(told.staff) == 17


def test_no_message_is_left_out() -> None:
    told = letters_of([message("sent", n) for n in range(1, 12)])
    assert [len(told.newest), len(told.older)] == [8, 3]


def test_the_timeline_has_the_referral_the_goals_and_what_is_booked() -> None:
    goal = {"title": "run", "kind": "resilience", "set_at": "2026-11-04T09:00:00Z"}
    told = Sources(
        goals=[goal],
        sessions=[
            session(NOW + timedelta(days=1)),
            session(NOW + timedelta(days=8)),
            session(NOW - timedelta(days=1), "attended"),
        ],
        referral={"received_at": "2026-11-02T08:30:00Z", "sender": "Riverside"},
    )
    found = timeline(told, CLINIC, NOW)
    assert [(entry.at.day, entry.words, entry.small) for entry in found] == [
        (26, "2 sessions booked", "the next: 50 min, Room 3"),
        (24, "Attended", "50 min, Room 3"),
        (4, "Goal set: “run”", "Resilience"),
        (2, "Referral received", "from Riverside"),
    ]


def test_a_session_whose_outcome_is_told_before_its_start_has_happened() -> None:
    told = Sources(sessions=[session(NOW + timedelta(hours=1), "attended")])
    assert [entry.words for entry in timeline(told, CLINIC, NOW)] == ["Attended"]


def test_the_timeline_tells_scores_in_points_and_which_of_them_do_not_count() -> None:
    at = "2026-11-04T09:00:00Z"
    points = [
        {"at": at, "total": 126, "points": "14"},
        {"at": at, "total": 234, "points": "26", "voided": True},
        {"at": at, "total": 90, "points": "10", "usable": False},
    ]
    measures = [
        {"measure": "core-10", "points": points},
        {"measure": "dialog", "points": [{"at": at, "total": 40, "points": None}]},
    ]
    goal = {"points": [{"at": at, "voided": True}, {"at": at}]}
    found = timeline(Sources(shown={"goals": [goal], "measures": measures}), CLINIC, NOW)
    assert [(entry.words, entry.small) for entry in found] == [
        ("DIALOG answered", ""),
        ("CORE-10 10", "not used: it differs from its items"),
        ("CORE-10 26", "voided"),
        ("CORE-10 14", ""),
        ("1 goal rating taken", ""),
    ]


def test_a_goal_that_the_figures_do_not_know_yet_is_not_denied() -> None:
    assert case_sentence([], 1) == "1 goal agreed, not in the figures yet."
    rated = [{"points": [1], "verdict": "reliably_better"}]
    assert case_sentence(rated, 2) == (
        "One of one goal is reliably better. 2 goals more agreed, not in the figures yet."
    )


def test_what_is_unknown_is_no_number_in_the_days_sentence() -> None:
    assert summary([], []) == "No sessions today."
    assert summary(None, []).endswith("cannot be shown. That does not mean no risk.")
    assert summary([], None) == "Today’s sessions cannot be shown."


def flag(severity: str, state: str) -> dict[str, str]:
    return {"severity": severity, "state": state}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ([], ""),
        ([flag("high", "raised")], ""),
        ([flag("high", "acknowledged")], "acknowledged"),
        ([flag("high", "acknowledged"), flag("high", "raised")], ""),
        ([flag("high", "in_review"), flag("medium", "raised")], "in review, 1 more to acknowledge"),
    ],
)
def test_a_flag_that_somebody_has_is_marked(flags: list[dict[str, str]], said: str) -> None:
    assert seen(flags) == said


def item() -> dict[str, Any]:
    return {"case_id": "c", "case_number": "TM-1", "goals": [], "measures": [], "flags": []}


@pytest.mark.parametrize(
    ("sessions", "said"),
    [
        (None, None),
        ([], ""),
        ([session(NOW - timedelta(minutes=30))], ""),
        ([session(NOW + timedelta(hours=1), "attended")], ""),
        ([session(NOW + timedelta(hours=2))], "Today 12:00"),
    ],
)
def test_next_is_a_session_that_is_still_to_come(
    sessions: list[Session] | None, said: str | None
) -> None:
    assert caseload_rows([item()], {}, sessions, NOW, CLINIC)[0].next == said


def test_without_the_diary_nobody_is_said_to_have_no_next_session() -> None:
    rows = caseload_rows([item()], {}, None, NOW, CLINIC)
    assert [name for name, _, _ in picks(rows, "all")] == ["All 1", "Flagged 0", "Worse 0"]


def flag_saying(sentence: str) -> Flag:
    """A flag of 19 November with this sentence."""
    return Flag(
        flag_id="f",
        case_id="c",
        severity="high",
        rule="SI_ITEM",
        state="raised",
        sentence=sentence,
        raised_at="2026-11-19T09:00:00Z",
        name="x",
        acknowledged=None,
    )


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (None, "More came. Answered 2."),
        ({"by": "m", "at": "2026-11-19T09:30:00Z", "note": None}, "Raised again. Answered 2."),
    ],
)
def test_a_flags_newest_words_stand_where_they_came_and_not_before_who_saw_the_earlier_ones(
    seen: dict[str, Any] | None, said: str
) -> None:
    """Also on the day on which it was raised: nobody saw then what was answered after it."""
    act = {"flag_id": "f", "act": "acknowledged", "by": "m", "note": None, "code": None, "to": None}
    shown = {"goals": [], "measures": [], "flag_acts": [act | {"at": "2026-11-19T09:30:00Z"}]}
    grown = "2026-11-19T09:40:00Z"
    flag = replace(flag_saying("Answered 2."), grown_at=grown, severity="urgent", seen_before=seen)
    found = timeline(Sources(shown=shown, flags=[flag]), CLINIC, NOW)
    assert [(entry.words, entry.flag is not None) for entry in found] == [
        ("thoughts of suicide or self-harm", True),
        ("Flag acknowledged", False),
        ("Flag raised: thoughts of suicide or self-harm", False),
    ]
    assert found[0].small == said
    assert "Answered 2" not in found[2].small


def test_what_follows_from_another_thing_of_the_moment_stands_above_it() -> None:
    point = {"at": "2026-11-19T09:00:00Z", "points": "14"}
    shown = {"goals": [], "measures": [{"measure": "phq-9", "points": [point]}], "flag_acts": []}
    found = timeline(Sources(shown=shown, flags=[flag_saying("Look.")]), CLINIC, NOW)
    assert [entry.words for entry in found] == ["thoughts of suicide or self-harm", "PHQ-9 14"]


def test_the_timeline_keeps_what_people_did_about_a_flag_that_asks_for_a_new_look() -> None:
    seen = {"flag_id": "f", "act": "acknowledged", "by": "m", "note": "rang", "code": None}
    acts = [
        seen | {"at": "2026-11-20T09:00:00Z", "to": None},
        seen | {"at": "2026-11-21T09:00:00Z", "act": "closed", "note": None, "to": None},
        seen | {"at": "2026-11-22T09:00:00Z", "flag_id": "another", "to": None},
    ]
    raised = flag_saying("Look.")
    shown = {"goals": [], "measures": [], "flag_acts": acts}
    found = timeline(Sources(shown=shown, flags=[raised]), CLINIC, NOW)
    assert [entry.words for entry in found] == [
        "Flag closed",
        "Flag acknowledged",
        "thoughts of suicide or self-harm",
    ]
    assert found[1].small == "Thoughts of suicide or self-harm: acknowledged by Mara Ellis. “rang”"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "No higher than on 3 September: it may need to be agreed anew."),
        ({"status": "on_hold"}, "No higher than on 3 September; on hold."),
        (
            {"method": "gas"},
            "Below the agreed level since 3 September, and its review is due.",
        ),
        (
            {"client_id": None, "stalled_clients": ["h"]},
            "Hari: No higher than on 3 September: it may need to be agreed anew.",
        ),
        ({"client_id": None}, "No higher than on 3 September: it may need to be agreed anew."),
        ({"stalled_since": None}, ""),
    ],
)
def test_a_standstill_is_said_of_whom_and_since_when(more: dict[str, Any], said: str) -> None:
    goal = {"client_id": "g", "method": "gbo", "status": "active", "stalled_clients": []}
    goal |= {"stalled_since": "2026-09-03T09:00:00Z"} | more
    assert standstill(goal, "UTC", {"h": "Hari"}.__getitem__) == said


def test_who_has_left_is_named_for_what_they_did_and_offered_no_more() -> None:
    names = {"m": "Mara Ellis", "n": "Ned Left"}
    clinic = Clinic("k", "Northgate", "UTC", names, ("m", "n"), leads=("n",), gone=frozenset("n"))
    assert clinic.who("n") == "Ned Left"
    assert clinicians_of(clinic) == [("m", "Mara Ellis")]
    assert colleagues("m", clinic, None, "n") == [("m", "Me")]
    assert [each.name for each in columns_of([], clinic, NOW)] == ["Mara Ellis"]
