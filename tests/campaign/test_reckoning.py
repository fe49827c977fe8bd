"""Control of the campaign's reckoning: every way to show or to tell something wrongly is found."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.events.words import Attendance, EndCode, Role
from tests.campaign.facts import Answered, Disclosed, Earlier, Facts, Met, Opening, Rated
from tests.campaign.ledger import Ledger
from tests.campaign.reading import Said
from tests.campaign.rules import OF_CASE, OF_CLIENT, Flag, flags
from tests.campaign.shown import attendance, goal_line, measure_line, waiting, wrong
from tests.campaign.told import STAFF, Messages
from tests.campaign.told import wrong as told_wrong


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CLIENT, GOAL, MISSED = UUID(int=1), UUID(int=2), Attendance.DID_NOT_ATTEND
IDS = iter(map(UUID, (f"{number:032x}" for number in range(100, 10_000))))


def ago(days: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=days)


def case(**facts: Any) -> Facts:
    """A case with these facts."""
    return Facts(CLIENT, Opening(UUID(int=3), ago(10), ago(10)), **facts)


def met(outcome: Attendance, days: float) -> dict[UUID, Met]:
    """One session."""
    return {next(IDS): Met(next(IDS), outcome, ago(days))}


def score(total: int, days: float, safety: int | None = 0, code: str = "phq-9") -> Answered:
    """One questionnaire."""
    safety = safety if code == "phq-9" else None
    return Answered(next(IDS), next(IDS), code, total, safety, ago(days))


def rated(*values: int) -> dict[UUID, list[Rated]]:
    """One goal and its ratings, a day apart."""
    return {GOAL: [Rated(next(IDS), next(IDS), v, ago(9 - n)) for n, v in enumerate(values)]}


SEEN = Attendance.ATTENDED
SIX = {key: one for day in range(6, 0, -1) for key, one in met(SEEN, day).items()}
# A case with which each rule speaks, and one a hair's breadth away with which it does not.
SPEAKS: dict[str, tuple[Facts, Facts]] = {
    "SI_ITEM": (case(answers=[score(9, 5, safety=1)]), case(answers=[score(9, 5)])),
    "DETERIORATION": (case(goals=rated(8, 5)), case(goals=rated(8, 6))),
    "NOT_ON_TRACK": (
        case(answers=[score(9, 9), score(9, 5)], sessions=SIX),
        case(answers=[score(9, 9), score(8, 5)], sessions=SIX),
    ),
    "GOAL_STALLED": (case(goals=rated(5, 4, 4, 5)), case(goals=rated(5, 4, 4, 6))),
    "RECOVERED_READY": (
        case(answers=[score(15, 9), score(9, 5), score(9, 4)]),
        case(answers=[score(15, 9), score(9, 5), score(10, 4)]),
    ),
    "DNA_1": (case(sessions=met(MISSED, 3)), case(sessions=met(SEEN, 3))),
    "DNA_2": (
        case(sessions=met(MISSED, 3) | met(MISSED, 2)),
        case(sessions=met(MISSED, 3) | met(SEEN, 2.5) | met(MISSED, 2)),
    ),
    "LATE_NOT_SEEN": (
        case(sessions=met(Attendance.LATE_NOT_SEEN, 3)),
        case(sessions=met(Attendance.CANCELLED_BY_CLIENT, 3)),
    ),
    "OUTCOME_MISSING": (case(sessions=met(SEEN, 8)), case(sessions=met(SEEN, 7))),
    "WAIT_BREACH": (
        Facts(CLIENT, Opening(UUID(int=3), ago(43), ago(1))),
        Facts(CLIENT, Opening(UUID(int=3), ago(42), ago(1))),
    ),
    "LONG_GAP": (case(sessions=met(SEEN, 29)), case(sessions=met(SEEN, 28))),
    "DISENGAGED": (case(sessions=met(SEEN, 91)), case(sessions=met(SEEN, 90))),
    "REPEAT_REFERRAL": (
        case(earlier=Earlier(EndCode.COMPLETED_AS_AGREED, ago(375))),
        case(earlier=Earlier(EndCode.COMPLETED_AS_AGREED, ago(376))),
    ),
}


def test_every_rule_is_written_a_second_time() -> None:
    assert SPEAKS.keys() == OF_CLIENT.keys() | OF_CASE.keys()


@pytest.mark.parametrize("rule", SPEAKS)
def test_the_second_writing_speaks_at_the_boundary_and_not_before(rule: str) -> None:
    speaks, silent = (dict(flags(facts, NOW)) for facts in SPEAKS[rule])
    assert (rule in {name for name, _ in speaks}) is True
    assert (rule in {name for name, _ in silent}) is False


def test_a_wait_rests_on_its_beginning_alone() -> None:
    seen = Facts(CLIENT, Opening(UUID(int=3), ago(50), ago(1)), sessions=met(SEEN, 40))
    seen.sessions |= met(SEEN, 2)
    first, _ = seen.sessions.values()
    assert flags(seen, NOW)["LONG_GAP", None].evidence == {first.event_id}
    late = Facts(CLIENT, Opening(UUID(int=3), ago(50), ago(1)), sessions=met(SEEN, 2))
    assert flags(late, NOW)["WAIT_BREACH", None].evidence == {UUID(int=3)}


@pytest.mark.parametrize(("days", "speaks"), [(1.0, False), (0.6, False), (0.4, True)])
def test_a_score_of_the_day_of_session_six_is_known_by_then(days: float, speaks: bool) -> None:
    """It is at noon; twelve hours later the next day begins."""
    answers = [score(9, 9), score(9, 5), score(3, days)]
    found = flags(case(answers=answers, sessions=SIX), NOW)
    assert (("NOT_ON_TRACK", CLIENT) in found) is speaks


@pytest.mark.parametrize(("gad", "speaks"), [((12, 12, 7), False), ((12, 7, 7), True)])
def test_a_recovery_held_where_both_were_below(gad: tuple[int, ...], speaks: bool) -> None:
    answers = [score(total, 9 - n) for n, total in enumerate((15, 9, 9))]
    answers += [score(total, 9 - n, code="gad-7") for n, total in enumerate(gad)]
    assert (("RECOVERED_READY", CLIENT) in flags(case(answers=answers), NOW)) is speaks


def whole() -> Facts:
    """A case with something of everything."""
    facts = case(goals=rated(8, 5, 5, 5, 5), answers=[score(9, 5, safety=1), score(16, 4)])
    facts.sessions = met(MISSED, 3) | met(SEEN, 2)
    facts.disclosures = [Disclosed(next(IDS), plan=True, at=ago(1))]
    return facts


def page(facts: Facts) -> dict[str, Any]:
    """The page of a case as it should be."""
    answers = [
        {"response_id": str(each.response_id), "total": each.total, "voided": each.voided}
        for each in facts.answers
    ]
    ratings = [
        {"rating_id": str(each.rating_id), "value": each.value, "voided": each.voided}
        for each in facts.goals[GOAL]
    ]
    told = [_flag(*about, flag) for about, flag in flags(facts, NOW).items()]
    return {
        "status": "open",
        "goals": [{"goal_id": str(GOAL), "points": ratings} | goal_line(facts.goals[GOAL])],
        "measures": [
            {"measure": "phq-9", "points": answers} | measure_line("phq-9", facts.answers)
        ],
        "attendance": attendance(facts, NOW),
        "waiting": waiting(facts, NOW),
        "flags": [*told, _flag("SAFEGUARDING", None, Flag("urgent", frozenset()))],
    }


def _flag(rule: str, client: UUID | None, flag: Flag) -> dict[str, Any]:
    evidence = [str(each) for each in flag.evidence]
    about = {"rule": rule, "client_id": str(client) if client else None, "state": "raised"}
    return about | {"severity": flag.severity, "evidence": evidence}


def test_a_page_that_shows_the_facts_is_right() -> None:
    facts = whole()
    assert len(flags(facts, NOW)) >= 4
    assert wrong(facts, page(facts), NOW) == []


def test_every_way_to_show_them_wrongly_is_found() -> None:
    facts = whole()
    pages = [deepcopy(page(facts)) for _ in range(12)]
    pages[0]["goals"] = []
    pages[1]["goals"][0]["points"].pop()
    pages[2]["goals"][0]["best"] = 9
    pages[3]["goals"][0]["stalled"] = False
    pages[4]["measures"][0]["points"].reverse()
    pages[5]["measures"][0]["verdict"] = "no_reliable_change"
    pages[6]["attendance"]["attended"] = 2
    pages[7]["waiting"]["days"] = 1
    pages[8]["flags"].pop(0)
    pages[9]["flags"].append(_flag("LONG_GAP", None, Flag("low", frozenset())))
    pages[10]["flags"][0]["evidence"].pop()
    pages[11]["flags"][0]["severity"] = "low"
    assert [len(wrong(facts, each, NOW)) for each in pages] == [1] * 12


BOOKED, RAISED, QUEUED = next(IDS), next(IDS), next(IDS)
CLINICIAN = STAFF[Role.CLINICIAN].staff_id


def books() -> tuple[Ledger, dict[UUID, Said], Messages]:
    """A booking and a flag, and a message of each: one was sent, of the other nobody knows."""
    ledger = Ledger(bookings={BOOKED: CLIENT})
    told = {RAISED: Said(RAISED, "progress.flag_raised", {"tell": ["clinician"]})}
    first, second = next(IDS), next(IDS)
    for message, state in ((first, "sent"), (second, "unknown")):
        for kind in ("queued", state):
            event = next(IDS)
            data: dict[str, object] = {"message_id": str(message)}
            told[event] = Said(event, f"notifications.message_{kind}", data)
    found = Messages({first: "sent", second: "unknown"})
    found.told.update([(BOOKED, CLIENT), (RAISED, CLINICIAN)])
    found.letters.update([first])
    return ledger, told, found


def test_everybody_who_is_told_once_is_right() -> None:
    ledger, kept, messages = books()
    assert told_wrong(ledger, kept, messages, messages) == []


def test_who_is_told_while_the_log_is_read_is_right() -> None:
    """A clock ran out: the log as it was read does not have it yet; control: it would be wrong."""
    ledger, kept, before = books()
    messages = deepcopy(before)
    late = next(IDS)
    messages.states[late], messages.letters[late] = "sent", 1
    messages.told[next(IDS), CLINICIAN] += 1
    assert told_wrong(ledger, kept, before, messages) == []
    assert len(told_wrong(ledger, kept, messages, messages)) == 2


def test_every_way_to_tell_somebody_wrongly_is_found() -> None:
    found = []
    for spoil in (_untold, _twice, _two_letters, _no_letter, _said_twice):
        ledger, kept, messages = books()
        spoil(kept, messages)
        found.append(len(told_wrong(ledger, kept, messages, messages)))
    assert found == [1] * 5


def _untold(_: dict[UUID, Said], messages: Messages) -> None:
    del messages.told[RAISED, CLINICIAN]


def _twice(_: dict[UUID, Said], messages: Messages) -> None:
    messages.told[BOOKED, CLIENT] += 1


def _two_letters(_: dict[UUID, Said], messages: Messages) -> None:
    messages.letters.update(list(messages.letters))


def _no_letter(_: dict[UUID, Said], messages: Messages) -> None:
    messages.letters.clear()


def _said_twice(kept: dict[UUID, Said], messages: Messages) -> None:
    [sent] = messages.letters
    event = next(IDS)
    kept[event] = Said(event, "notifications.message_failed", {"message_id": str(sent)})
