"""The answers that a form offers to a question, held against the measure's own."""

from dataclasses import dataclass

from services.goals.domain.fhir import forms
from services.goals.domain.fhir.codes import HIGHEST, LOINC, LOWEST, answer_loinc, answers_of
from services.goals.domain.fhir.texts import plain, text_fault
from shared.errors import FieldError
from shared.events.measures import Measure


LONGEST = 500
NUMBERS = ("integer", "decimal", "quantity")
CHOICES = ("choice", "open-choice")


@dataclass(frozen=True)
class AnswerWords:
    """An answer as the client reads it."""

    value: int
    text: str


def option_faults(number: str, question: forms.Question, measure: Measure) -> list[FieldError]:
    """What is wrong with how many answers a question has, their values, order and words."""
    field = f"items.{number}"
    if measure.span and not question.answer_option:
        return _line_faults(field, question, measure)
    due = [choice.value for choice in measure.choices(number)]
    if question.type not in CHOICES and not measure.span:
        return [FieldError(field, "must be a choice of answers")]
    if len(question.answer_option) != len(due):
        listed = ", ".join(map(str, due[:12]))
        count = f"has {len(question.answer_option)} answers, needs {len(due)}: {listed}"
        return [FieldError(field, count)]
    wrong = []
    for place, (option, value) in enumerate(zip(question.answer_option, due, strict=True), 1):
        wrong += _answer_faults(f"{field}.answers.{place}", option, number, value, measure)
    return wrong


def _line_faults(field: str, question: forms.Question, measure: Measure) -> list[FieldError]:
    """A mark on a line: a number, and where its ends are told they are the measure's."""
    assert measure.span
    if question.type not in NUMBERS:
        return [FieldError(field, "must be a whole number")]
    ends = {LOWEST: measure.span.lowest, HIGHEST: measure.span.highest}
    told = [one for one in question.extension if one.url in ends]
    for one in told:
        number = one.value_integer if one.value_integer is not None else one.value_decimal
        if number != ends[one.url]:
            why = f"must reach from {measure.span.lowest} to {measure.span.highest}"
            return [FieldError(field, why)]
    return []


def _answer_faults(
    field: str, option: forms.Option, number: str, due: int, measure: Measure
) -> list[FieldError]:
    value = _value(option, number, measure)
    if value is None:
        return [FieldError(field, f"does not say what it is worth; {due} is due here")]
    if value != due:
        return [FieldError(field, f"has another value than {due}")]
    if (loinc := answer_loinc(measure, number, due)) and _loinc(option) not in (None, loinc):
        return [FieldError(field, f"has another LOINC code than this answer's {loinc}")]
    if option.value_integer is not None:
        return []
    text = option.value_coding.display if option.value_coding else None
    fault = text_fault(field, text, LONGEST, needed=True)
    return [fault] if fault else []


def _value(option: forms.Option, number: str, measure: Measure) -> int | float | None:
    """What an answer is worth: as it says, else by its code in this item's own list."""
    if (said := forms.worth(option)) is not None:
        return said
    coding = option.value_coding
    if coding is None or coding.code is None:
        return None
    for choice in measure.choices(number):
        ours = coding.system == answers_of(measure) and coding.code == str(choice.value)
        loinc = answer_loinc(measure, number, choice.value)
        if ours or (coding.system == LOINC and coding.code == loinc):
            return choice.value
    return None


def _loinc(option: forms.Option) -> str | None:
    coding = option.value_coding
    return coding.code if coding and coding.system == LOINC else None


def answer_words(
    number: str, question: forms.Question, measure: Measure
) -> tuple[AnswerWords, ...]:
    """The answers' words, in the measure's order; empty for a mark on a line."""
    values = [choice.value for choice in measure.choices(number)]
    pairs = zip(question.answer_option, values, strict=bool(question.answer_option))
    return tuple(AnswerWords(value, _text(option, value)) for option, value in pairs)


def _text(option: forms.Option, value: int) -> str:
    told = option.value_coding.display if option.value_coding else None
    return plain(told) or str(value)
