"""Goal: what a client works towards, in the client's own words, for staff who may read it."""

from services.goals.domain.fhir.codes import (
    ACHIEVEMENT,
    GAS_LEVEL,
    KINDS,
    LOINC,
    RATINGS,
    Resource,
    coding,
    concept,
    subject,
)
from services.goals.domain.fhir.observations import level_coding
from services.goals.domain.fhir.records import GoalRecord
from shared.events.measures import methods
from shared.events.words import GoalMethod


REPORTED = "107332-9"  # goal attainment scale, reported: the target's measure (HL7/pco-ig)
LOWEST_FIRST = (-2, -1, 0, 1, 2)


def goal(record: GoalRecord) -> Resource:
    """A goal with its statuses and target; goal attainment scaling as HL7's PCO guide has it."""
    said: Resource = {
        "resourceType": "Goal",
        "id": str(record.goal_id),
        **_levels(record),
        "lifecycleStatus": record.lifecycle,
        **_achievement(record),
        "category": [concept(coding(KINDS, record.kind))],
        "description": {"text": record.title},
        "subject": subject(record.client_id, record.case_id),
        "startDate": record.starts_on.isoformat(),
        "target": [_target(record)],
        "statusDate": record.status_on.isoformat(),
    }
    return said | ({"note": [{"text": record.description}]} if record.description else {})


def _achievement(record: GoalRecord) -> Resource:
    if record.achievement is None:
        return {}
    return {"achievementStatus": concept(coding(ACHIEVEMENT, record.achievement))}


def _levels(record: GoalRecord) -> Resource:
    """The five described levels, lowest first."""
    if record.method is not GoalMethod.GAS:
        return {}
    pairs = zip(LOWEST_FIRST, record.levels, strict=True)
    return {"extension": [_level(value, text) for value, text in pairs]}


def _level(value: int, text: str) -> Resource:
    level = {"url": "level", "valueCoding": level_coding(value)}
    return {"url": GAS_LEVEL, "extension": [level, {"url": "text", "valueString": text}]}


def _target(record: GoalRecord) -> Resource:
    if record.method is GoalMethod.GAS:
        expected = concept(level_coding(0))
        return {"measure": concept(coding(LOINC, REPORTED)), "detailCodeableConcept": expected}
    method = methods()["gbo"]
    return {
        "measure": concept(coding(RATINGS, method.code, method.name)),
        "detailInteger": record.target,
    }
