"""A goal that goes on standing still, or does so again, is heard of again; the next few are not."""

import pytest

from services.progress.domain.packed import micros
from services.progress.domain.rules import House, reassess
from services.progress.domain.state import Flag
from shared.events.rules import RuleParameter
from shared.events.words import Rule
from tests.progress.desk import Clinic
from tests.progress.histories import START, Story, at, folded
from tests.progress.test_flags import GOAL, did


ON = (Rule.GOAL_STALLED, RuleParameter.ON)


def stuck(values: tuple[int, ...], house: House | None = None) -> tuple[list[Flag], list[bytes]]:
    """The flags of a goal with these ratings, whose target is 8, and the ratings' events."""
    story = Story()
    rated = [story.rated(GOAL, value, 1 + n) for n, value in enumerate(values)]
    case, _ = folded([story.opened(), story.goal(GOAL), *rated], house=house or House())
    flags = [flag for flag in case.flags if flag.rule is Rule.GOAL_STALLED]
    return flags, [event.event_id.bytes for event in rated]


@pytest.mark.parametrize(
    ("values", "rests_on"),
    [
        ((4, 4, 4, 4, 4, 4, 4), (3, 0)),
        ((4, 4, 4, 4, 4, 4, 4, 4), (3, 0, 7, 4)),
        ((4, 4, 4, 4, 6, 6, 6), (3, 0)),
        ((4, 4, 4, 4, 6, 6, 6, 6), (3, 0, 7, 4)),
        ((4, 4, 4, 4, 5, 6, 7, 7, 7, 7), (3, 0, 9, 6)),
        ((4, 4, 4, 4, 5, 6, 7, 8, 8, 8), (3, 0)),
    ],
)
def test_the_next_standstill_is_of_ratings_that_came_after(
    values: tuple[int, ...], rests_on: tuple[int, ...]
) -> None:
    [flag], events = stuck(values)
    assert flag.evidence == [events[n] for n in rests_on]
    assert flag.because.value == values[rests_on[len(rests_on) - 2]], "the newest is told"


def test_one_that_began_before_the_rule_was_on_is_heard_of_while_it_goes_on() -> None:
    since = (micros(START) - 1, micros(at(6.5)))
    house = House("Europe/London", since, ({ON: 0}, {ON: 1}), 1)
    assert stuck((4,) * 7, house)[0] == []
    [flag], events = stuck((4,) * 8, house)
    assert flag.evidence == [events[7], events[4]]


def test_those_in_between_cost_no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def counted(*given: object) -> object:
        nonlocal looks
        looks += 1
        return reassess(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("services.progress.domain.rules.turns.reassess", counted)
    stuck((4,) * 3)
    before, looks = looks, 0
    stuck((4,) * 11)
    assert looks == before + 2


async def test_a_closed_flag_comes_back_once_the_goal_has_stood_still_for_as_long_again(
    clinic: Clinic,
) -> None:
    story, states = clinic.story, []
    await clinic.world.happens(story.goal(GOAL), *(story.rated(GOAL, 4, n) for n in range(4)))
    [flag] = (await clinic.shown())["flags"]
    await did(clinic.clinician, flag["flag_id"], "acknowledge", note="talked about it")
    await did(clinic.clinician, flag["flag_id"], "close", reason="action_taken")
    for n in range(4, 8):
        await clinic.world.happens(story.rated(GOAL, 4, n))
        [flag] = (await clinic.shown())["flags"]
        states.append(flag["state"])
    assert states == ["closed", "closed", "closed", "raised"]
