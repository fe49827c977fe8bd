"""Questionnaire and QuestionnaireResponse: a measure of the registry, and answers to it."""

from services.goals.domain.fhir.codes import (
    HIGHEST,
    LOINC,
    LOWEST,
    MEASURES,
    ORDINAL,
    Resource,
    answer_coding,
    canonical,
    coding,
    instant,
    item_codes,
    subject,
)
from services.goals.domain.fhir.records import AnswerRecord
from shared.events.measures import Measure
from shared.events.words import AnsweredBy


def questionnaire(measure: Measure) -> Resource:
    """A measure under our own short labels: no wording of anybody's is in it.

    An item's `linkId` is its number; its codes name it on every other form.
    """
    panel = [coding(LOINC, measure.loinc.panel)] if measure.loinc else []
    rights = {"copyright": said} if (said := measure.licence.attribution) else {}
    return {
        "resourceType": "Questionnaire",
        "id": measure.code,
        "url": canonical(measure),
        "version": measure.version,
        "name": "".join(part.capitalize() for part in measure.code.split("-")),
        "title": measure.name,
        "status": "active",
        "subjectType": ["Patient"],
        "description": measure.about,
        **rights,
        "code": [*panel, coding(MEASURES, measure.code, measure.name)],
        "item": [_question(measure, number) for number in measure.numbers],
    }


def _question(measure: Measure, number: str) -> Resource:
    item = measure.item_of[number]
    said: Resource = {
        "linkId": number,
        "code": item_codes(measure, item),
        "text": item.label,
        "type": "integer" if measure.span else "choice",
        "required": measure.scoring.may_miss == 0,
    }
    if span := measure.span:
        ends = ((LOWEST, span.lowest), (HIGHEST, span.highest))
        return {"extension": [{"url": url, "valueInteger": end} for url, end in ends]} | said
    values = [choice.value for choice in measure.choices(number)]
    return said | {"answerOption": [_option(measure, number, value) for value in values]}


def _option(measure: Measure, number: str, value: int) -> Resource:
    worth = {"url": ORDINAL, "valueDecimal": value}
    return {"extension": [worth], "valueCoding": answer_coding(measure, number, value)}


def response(record: AnswerRecord, measure: Measure) -> Resource:
    """Answers as they were given. What was not answered is not there: unknown, never zero."""
    about = subject(record.client_id, record.case_id)
    said: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": str(record.response_id),
        "questionnaire": f"{canonical(measure)}|{measure.version}",
        "status": response_status(amended=record.amended, voided=record.voided),
        "subject": about,
        "authored": instant(record.answered_at),
    }
    if record.by is AnsweredBy.CLIENT:
        said["author"] = said["source"] = about
    answered = [number for number in measure.numbers if number in record.items]
    if answered:
        said["item"] = [_answered(measure, n, record.items[n]) for n in answered]
    return said


def response_status(*, amended: bool, voided: bool) -> str:
    """QuestionnaireResponse.status (domain sheet D.3)."""
    if voided:
        return "entered-in-error"
    return "amended" if amended else "completed"


def _answered(measure: Measure, number: str, value: int) -> Resource:
    item = measure.item_of[number]
    return {
        "linkId": number,
        "text": item.label,
        "answer": [_answer(measure, number, value)],
    }


def _answer(measure: Measure, number: str, value: int) -> Resource:
    if measure.span:
        return {"valueInteger": value}
    worth = {"extension": [{"url": ORDINAL, "valueDecimal": value}]}
    return {"valueCoding": worth | answer_coding(measure, number, value)}
