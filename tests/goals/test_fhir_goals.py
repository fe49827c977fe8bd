"""Goals and their ratings as FHIR: HL7's states, the levels of goal attainment scaling, focus."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.goals.domain.fhir import goals, observations
from services.goals.domain.fhir.codes import GAS_LEVEL, LOINC
from services.goals.domain.fhir.records import GoalRecord, RatingRecord
from services.goals.domain.goals import achievement_status, lifecycle_status
from shared.events.measures import Change
from shared.events.words import GoalMethod, GoalStatus, RatedBy
from tests.goals.second_opinion import ACHIEVEMENT, agrees


GOAL, CASE, CLIENT, STAFF = (UUID(int=number) for number in range(1, 5))
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def goal(**given: Any) -> dict[str, Any]:
    """A goal as FHIR."""
    said: dict[str, Any] = {
        "goal_id": GOAL,
        "case_id": CASE,
        "client_id": CLIENT,
        "lifecycle": "active",
        "achievement": "in-progress",
        "kind": "resilience",
        "title": "Get up before nine",
        "description": None,
        "method": GoalMethod.GBO,
        "levels": (),
        "target": 8,
        "starts_on": date(2026, 6, 1),
        "status_on": date(2026, 6, 2),
    }
    return goals.goal(GoalRecord(**(said | given)))


def rating(**given: Any) -> dict[str, Any]:
    """A rating as FHIR."""
    said: dict[str, Any] = {
        "rating_id": UUID(int=9),
        "goal_id": GOAL,
        "case_id": CASE,
        "client_id": CLIENT,
        "goal_for": CLIENT,
        "method": GoalMethod.GBO,
        "value": 4,
        "rated_by": RatedBy.CLIENT,
        "rated_at": AT,
        "entered_at": AT,
        "entered_by": STAFF,
        "amended": False,
        "voided": False,
    }
    return observations.rating(RatingRecord(**(said | given)))


# Domain sheet D.3, row by row.
@pytest.mark.parametrize(
    ("status", "lifecycle", "achievement"),
    [
        (GoalStatus.PROPOSED, "proposed", None),
        (GoalStatus.ACTIVE, "active", "in-progress"),
        (GoalStatus.ON_HOLD, "on-hold", "in-progress"),
        (GoalStatus.ACHIEVED, "completed", "achieved"),
        (GoalStatus.NOT_ACHIEVED, "completed", "not-achieved"),
        (GoalStatus.WITHDRAWN, "cancelled", None),
        (GoalStatus.DECLINED, "rejected", None),
    ],
)
def test_the_table_of_states(status: GoalStatus, lifecycle: str, achievement: str | None) -> None:
    found = lifecycle_status(status), achievement_status(status)
    assert found == (lifecycle, achievement)
    made = goal(lifecycle=lifecycle, achievement=achievement)
    agrees(made)
    assert made["lifecycleStatus"] == lifecycle
    assert ("achievementStatus" in made) is (achievement is not None)


@pytest.mark.parametrize("movement", [None, *Change])
@pytest.mark.parametrize("status", GoalStatus)
def test_every_achievement_is_one_of_hl7s(status: GoalStatus, movement: Change | None) -> None:
    found = achievement_status(status, movement)
    assert found is None or found in ACHIEVEMENT


def test_a_goal_rated_0_to_10_has_its_target_as_a_number() -> None:
    made = goal(description="Said in the second session")
    agrees(made)
    assert made["description"] == {"text": "Get up before nine"}
    assert made["note"] == [{"text": "Said in the second session"}]
    assert made["target"][0]["detailInteger"] == 8
    assert (made["startDate"], made["statusDate"]) == ("2026-06-01", "2026-06-02")
    assert made["subject"]["reference"] == f"Patient/{CLIENT}"


def test_goal_attainment_scaling_has_five_levels_and_loincs_measure() -> None:
    words = ("worse", "as now", "as hoped", "better", "much better")
    made = goal(method=GoalMethod.GAS, levels=words, target=0)
    agrees(made)
    assert made["target"][0]["measure"]["coding"] == [{"system": LOINC, "code": "107332-9"}]
    assert {level["url"] for level in made["extension"]} == {GAS_LEVEL}
    parts = [{part["url"]: part for part in level["extension"]} for level in made["extension"]]
    assert [part["text"]["valueString"] for part in parts] == list(words)
    assert [part["level"]["valueCoding"]["code"] for part in parts] == [
        *("LA34484-8", "LA34483-0", "LA34481-4", "LA34480-6", "LA34479-8")
    ]


def test_a_goal_of_all_clients_has_the_case_as_its_group() -> None:
    made = goal(client_id=None)
    agrees(made)
    assert made["subject"] == {"reference": f"Group/{CASE}", "type": "Group"}


@pytest.mark.parametrize(
    ("level", "code"),
    [(2, "LA34479-8"), (1, "LA34480-6"), (0, "LA34481-4"), (-1, "LA34483-0"), (-2, "LA34484-8")],
)
def test_a_level_has_loincs_answer_code(level: int, code: str) -> None:
    made = rating(method=GoalMethod.GAS, value=level)
    agrees(made)
    assert made["valueCodeableConcept"]["coding"][0]["code"] == code


@pytest.mark.parametrize(
    ("by", "code", "performer"),
    [
        (RatedBy.CLIENT, "107334-5", f"Patient/{CLIENT}"),
        (RatedBy.CLINICIAN, "107333-7", f"Practitioner/{STAFF}"),
    ],
)
def test_who_rated_is_in_the_code_and_the_performer(by: RatedBy, code: str, performer: str) -> None:
    made = rating(method=GoalMethod.GAS, value=1, rated_by=by)
    assert made["code"]["coding"][0] == {"system": LOINC, "code": code}
    assert [who["reference"] for who in made["performer"]] == [performer]


@pytest.mark.parametrize("value", [0, 10])
def test_a_rating_is_a_survey_with_focus_on_its_goal(value: int) -> None:
    made = rating(value=value)
    agrees(made)
    assert made["valueInteger"] == value
    assert made["focus"] == [{"reference": f"Goal/{GOAL}"}]
    assert made["category"][0]["coding"][0]["code"] == "survey"


def test_a_clinicians_rating_of_a_shared_goal_is_about_the_group() -> None:
    made = rating(client_id=None, goal_for=None, rated_by=RatedBy.CLINICIAN)
    agrees(made)
    assert made["subject"]["type"] == "Group"


@pytest.mark.parametrize(
    ("amended", "voided", "status"),
    [(False, False, "final"), (True, False, "amended"), (True, True, "entered-in-error")],
)
def test_corrections_are_states(amended: bool, voided: bool, status: str) -> None:
    made = rating(amended=amended, voided=voided)
    agrees(made)
    assert made["status"] == status
