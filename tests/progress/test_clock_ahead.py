"""A publisher's clock that is ahead of ours takes no moment away from time; nor does a bad fact."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from services.progress.domain.fold import fold
from services.progress.domain.packed import instant, micros
from services.progress.domain.rules import DEFAULTS
from services.progress.domain.state import Case, decode, encode
from services.progress.projection import folding
from services.progress.projection.folding import Batch, Item, fold_all, fold_case, gather
from services.progress.projection.store import Held
from services.progress.projection.sweep import evaluate
from shared import record as wire
from shared.events import Event
from shared.events.words import Attendance, Disclosure, Rule
from tests.progress.histories import START, at
from tests.progress.lives import Life
from tests.progress.reconciled import GOAL


DAY = 24 * 60
SECOND = 1_000_000  # microseconds


def record(event: Event, number: int) -> Any:
    """An event as its publisher's relay would have written it."""
    said = (event.publisher, "1-aa", number, event.event_id, event.type, event.occurred_at)
    headers = wire.headers(*said, key=event.key, clinic_id=event.clinic_id)
    about = {"topic": event.publisher, "partition": 0, "offset": number, "timestamp": number}
    return SimpleNamespace(**about, key=event.key.encode(), value=event.data(), headers=headers)


def read(*events: Event) -> Batch:
    """A batch of these, in this order."""
    batch = Batch()
    gather([record(event, number) for number, event in enumerate(events, 1)], batch)
    return batch


def items(*events: Event) -> list[Item]:
    [found] = read(*events).cases().values()
    return found


@pytest.mark.parametrize("ahead", [-1, 0, 2 * SECOND, 2 * DAY * 60 * SECOND])
def test_what_is_due_between_two_clocks_comes_when_ours_is_there(ahead: int) -> None:
    """A disclosure is recorded after the moment at which the client has been away for too long."""
    life = Life()
    seen = life.attended(uuid4(), Attendance.ATTENDED, DAY)
    begun = items(life.referred(), life.began(), seen)
    case = fold_case(b"", begun, micros(at(DAY))).case
    case_id, house = begun[0].case_id, begun[0].house
    due = away_too_long(decode(encode(case)), case_id)
    evaluate(case, case_id, house, due - 1)  # what came before was seen to
    later = (instant(due + max(ahead, 0) // 2) - START).total_seconds() / 60
    told = items(life.discloses(Disclosure.SELF_HARM, later))
    case = fold_case(encode(case), told, told[0].at - ahead).case
    evaluate(case, case_id, house, due + 400 * DAY * 60 * SECOND)
    assert Rule.DISENGAGED in {flag.rule for flag in case.flags if not flag.cleared}


def away_too_long(case: Case, case_id: bytes) -> int:
    """When time alone raises that the client is away."""
    while case.due_at is not None:
        due = case.due_at
        evaluate(case, case_id, DEFAULTS, due)
        if any(flag.rule is Rule.DISENGAGED for flag in case.flags):
            return due
    raise AssertionError("time never raises it")


def test_a_bad_fact_among_many_costs_each_of_them_one_fold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life, folded = Life(), 0
    good = [life.opened(), life.goal(GOAL), *(life.rated(GOAL, n % 10, n) for n in range(200))]
    bad = life.answered(28, None, 100)
    batch, real = read(*good[:100], bad, *good[100:]), fold

    def counted(*given: object) -> object:
        nonlocal folded
        folded += 1
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(folding, "fold", counted)
    cases = batch.cases()
    found = fold_all(batch, cases, {case_id: Held(0, b"") for case_id in cases}, 1 << 60)
    assert len(batch.failed) == 1
    assert wire.known_id(batch.failed[0].record) == bad.event_id
    assert folded <= 2 * (len(good) + 1)
    # Of its publisher's topic what came behind it waits; of the others nothing does.
    assert len(batch.behind) == len(good) - 100
    [case] = found.cases.values()
    whole = fold_case(b"", items(*good[:100]), 1 << 60).case
    assert encode(case) == encode(whole)
