"""Rating a goal 0–10 and goal attainment scaling, as data."""

from services.progress.domain.outcomes import attainment
from shared.events.goals import GOAL_CHANGE
from shared.events.measures import Direction, definitions, methods


def test_a_rating_of_0_to_10_moves_reliably_by_three() -> None:
    gbo = methods()["gbo"]
    assert (gbo.lowest, gbo.highest, gbo.direction) == (0, 10, Direction.HIGHER_IS_BETTER)
    assert gbo.reliable_change
    assert gbo.reliable_change.points == GOAL_CHANGE


def test_goal_attainment_has_five_levels() -> None:
    gas = methods()["gas"]
    assert [level.value for level in gas.levels] == list(attainment.LEVELS)
    assert gas.baseline == -1
    assert [attainment.achieved(level) for level in (-1, 0)] == [False, True]
    assert gas.achieved_from == 0
    assert {target.rated_by: target.loinc for target in gas.targets} == {
        "clinician": "107333-7",
        "client": "107334-5",
        "carer": "107331-1",
    }


def test_they_are_bound_by_checksums_too() -> None:
    assert {"methods/gas.1.json", "methods/gbo.1.json"} <= set(definitions())
