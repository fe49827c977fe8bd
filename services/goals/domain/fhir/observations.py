"""Observation: what answers come to, and where goals stood."""

from fractions import Fraction

from services.goals.domain.fhir.codes import (
    BANDS,
    CATEGORY,
    EXACT,
    LOINC,
    RATINGS,
    Resource,
    absent,
    answer_coding,
    coding,
    concept,
    instant,
    item_codes,
    score_codes,
    subject,
)
from services.goals.domain.fhir.records import AnswerRecord, RatingRecord
from shared.events.measures import Measure, methods
from shared.events.words import GoalMethod, RatedBy


SURVEY = concept(coding(CATEGORY, "survey", "Survey"))
# LOINC's answer list LL6900-6 (HL7/pco-ig, GASTerminology.fsh); there is no LA34482.
LEVELS = {2: "LA34479-8", 1: "LA34480-6", 0: "LA34481-4", -1: "LA34483-0", -2: "LA34484-8"}


def observation_status(*, amended: bool, voided: bool) -> str:
    """Observation.status (domain sheet D.3)."""
    if voided:
        return "entered-in-error"
    return "amended" if amended else "final"


def score(record: AnswerRecord, measure: Measure) -> Resource:
    """What answers come to: the total in points with its band, safety items as components."""
    return {
        "resourceType": "Observation",
        "id": str(record.response_id),
        "status": observation_status(amended=record.amended, voided=record.voided),
        "category": [SURVEY],
        "code": concept(*score_codes(measure), text=f"{measure.name} score"),
        "subject": subject(record.client_id, record.case_id),
        "effectiveDateTime": instant(record.answered_at),
        "issued": instant(record.entered_at),
        **_total(record, measure),
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{record.response_id}"}],
        **_components(record, measure),
    }


def _total(record: AnswerRecord, measure: Measure) -> Resource:
    """The value and its band, or why there is none."""
    if not measure.has_total:
        return {}  # each item stands for itself, as a component
    if not record.usable:
        return {"dataAbsentReason": absent("error")}  # the sender's total contradicts the items
    band = measure.band_of(record.items, record.total)
    if band.code == "none_published":
        return _points(measure, record.total)
    meaning = concept(coding(BANDS, f"{measure.code}:{band.code}", band.label))
    return _points(measure, record.total) | {"interpretation": [meaning]}


def _points(measure: Measure, total: int) -> Resource:
    """A total in points: whole, or a decimal; where no decimal is exact, the ratio is beside it."""
    exact = measure.points(total)
    if measure.per_point == 1:
        return {"valueInteger": int(exact)}
    quantity: Resource = {
        "value": float(measure.words(total)),
        "unit": "points",
        "system": "http://unitsofmeasure.org",
        "code": "{score}",
    }
    if (exact * 100).denominator != 1:
        quantity = {"extension": [{"url": EXACT, "valueRatio": _ratio(exact)}]} | quantity
    return {"valueQuantity": quantity}


def _ratio(exact: Fraction) -> Resource:
    return {"numerator": {"value": exact.numerator}, "denominator": {"value": exact.denominator}}


def _components(record: AnswerRecord, measure: Measure) -> Resource:
    """Safety items each by itself, and every item where there is no total."""
    numbers = [str(safety.item) for safety in measure.safety_items]
    if not measure.has_total:
        numbers = measure.numbers
    found = [_component(record, measure, number) for number in numbers]
    return {"component": found} if found else {}


def _component(record: AnswerRecord, measure: Measure, number: str) -> Resource:
    item = measure.item_of[number]
    said: Resource = {"code": concept(*item_codes(measure, item), text=item.label)}
    value = record.items.get(number)
    if value is None:
        return said | {"dataAbsentReason": absent("unknown")}  # not asked is not zero
    if value in measure.unscored[number]:
        return said | {"dataAbsentReason": absent("not-applicable")}
    meaning = {} if measure.span else {"interpretation": [_meaning(measure, number, value)]}
    return said | {"valueInteger": value} | meaning


def _meaning(measure: Measure, number: str, value: int) -> Resource:
    return concept(answer_coding(measure, number, value))


def rating(record: RatingRecord) -> Resource:
    """Where a goal stood: 0 to 10, or a level of goal attainment scaling; its focus is the goal."""
    return {
        "resourceType": "Observation",
        "id": str(record.rating_id),
        "status": observation_status(amended=record.amended, voided=record.voided),
        "category": [SURVEY],
        "code": _rating_code(record),
        "subject": subject(record.client_id or record.goal_for, record.case_id),
        "focus": [{"reference": f"Goal/{record.goal_id}"}],
        "effectiveDateTime": instant(record.rated_at),
        "issued": instant(record.entered_at),
        **_performer(record),
        **_rating_value(record),
    }


def _performer(record: RatingRecord) -> Resource:
    """Who gave it: the client, where it is known which, or the clinician who entered it."""
    if record.rated_by is RatedBy.CLINICIAN:
        return {"performer": [{"reference": f"Practitioner/{record.entered_by}"}]}
    if record.client_id is None:
        return {}
    return {"performer": [subject(record.client_id, record.case_id)]}


def _rating_code(record: RatingRecord) -> Resource:
    method = methods()[record.method]
    ours = coding(RATINGS, method.code, method.name)
    who = next((t.loinc for t in method.targets if t.rated_by == record.rated_by), None)
    return concept(*([coding(LOINC, who)] if who else []), ours, text=method.name)


def _rating_value(record: RatingRecord) -> Resource:
    if record.method is GoalMethod.GBO:
        return {"valueInteger": record.value}
    return {"valueCodeableConcept": concept(level_coding(record.value))}


def level_coding(value: int) -> Resource:
    """LOINC's code of a level of goal attainment scaling; the words are the method's."""
    label = next(level.label for level in methods()["gas"].levels if level.value == value)
    return coding(LOINC, LEVELS[value], label)
