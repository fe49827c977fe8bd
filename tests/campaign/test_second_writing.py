"""The load's own cases, folded by the service, publishers in any order: as the second writing.

No process dies here: when the two ways to reckon differ at all, it is seen in seconds.
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.progress.domain.packed import micros
from services.progress.domain.rules import DEFAULTS, passed
from services.progress.domain.state import Case
from shared.clock import utcnow
from shared.events import Event
from tests.campaign import said, sessions
from tests.campaign.course import AGES, Course, Happening
from tests.campaign.facts import Facts
from tests.campaign.rules import OF_CASE, OF_CLIENT, Flag, flags
from tests.progress.histories import folded


SEEDS = range(24)


def lived(dice: random.Random) -> tuple[Course, Facts, list[Event]]:
    """A case as the load makes one, what is certain of it, and its events."""
    began = utcnow() - timedelta(days=dice.choice(AGES))
    course = Course(uuid4(), uuid4(), random.Random(dice.random()), began)
    facts, events = course.facts(), list[Event]()

    def happen(*what: Happening) -> None:
        for each in what:
            events.append(each.event)
            each.note(facts)

    happen(*course.opening()[1:], *course.setting())
    for _ in range(dice.randrange(20, 200)):
        make = sessions.of_scheduling if dice.random() < 0.3 else said.of_goals
        happen(make(course, facts))
    if dice.random() < 0.2:
        happen(course.closing())
    return course, facts, events


def interleaved(events: Iterable[Event], dice: random.Random) -> list[Event]:
    """Each publisher's events in their order, and the publishers in any."""
    by_publisher: dict[str, list[Event]] = {}
    for event in events:
        by_publisher.setdefault(event.publisher, []).append(event)
    turns = [name for name, theirs in by_publisher.items() for _ in theirs]
    dice.shuffle(turns)
    coming = {name: iter(theirs) for name, theirs in by_publisher.items()}
    return [next(coming[name]) for name in turns]


def standing(case: Case) -> dict[tuple[str, UUID | None], Flag]:
    """The flags that stand in the service's own state."""
    return {
        (flag.rule.value, UUID(bytes=flag.client) if flag.client else None): Flag(
            flag.severity.value, frozenset(UUID(bytes=event) for event in flag.evidence)
        )
        for flag in case.flags
        if not flag.cleared
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fold_and_the_second_writing_come_to_the_same(seed: int) -> None:
    dice = random.Random(seed)
    course, facts, events = lived(dice)
    case, _ = folded(interleaved(events, dice))
    now = utcnow()
    passed(case, micros(now), course.case_id.bytes, DEFAULTS)
    assert standing(case) == flags(facts, now)


def test_control_every_rule_fires_in_the_loads_own_cases() -> None:
    dice, fired = random.Random(1), set[str]()
    for _ in range(200):
        _, facts, _ = lived(dice)
        fired |= {rule for rule, _ in flags(facts, utcnow())}
    assert fired == OF_CLIENT.keys() | OF_CASE.keys()
