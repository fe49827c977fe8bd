"""A clinic's own wording of a measure, taken from a FHIR Questionnaire: matched, or refused.

Items are matched by code, at any depth: LOINC's or our own, as a code or as the linkId. A bare
number is not enough, because forms with other orders circulate (domain sheet T5).
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from services.goals.domain.fhir import forms
from services.goals.domain.fhir.codes import LOINC, items_of
from services.goals.domain.fhir.options import AnswerWords, answer_words, option_faults
from services.goals.domain.fhir.texts import plain, text_fault
from shared.errors import FieldError, Invalid
from shared.events.measures import Measure


LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
LONGEST_TITLE, LONGEST_TEXT, LONGEST_COPYRIGHT = 200, 2000, 4000
MOST_ITEMS = 200


@dataclass(frozen=True)
class ItemWords:
    """A question as the client reads it; no answers are listed where one is marked on a line."""

    number: int
    text: str
    answers: tuple[AnswerWords, ...]


@dataclass(frozen=True)
class Words:
    """A whole questionnaire as the client reads it; plain text, never markup."""

    language: str
    title: str | None
    instructions: str | None
    copyright: str | None
    items: tuple[ItemWords, ...]


def words_from(document: dict[str, Any], measure: Measure) -> Words:
    """The wording that a Questionnaire has for a measure.

    Invalid when number, order, answers or their values are not the measure's; every item that
    does not fit is named.
    """
    form = forms.read(document)
    questions = [one for one in form.flat() if _is_question(one, measure)]
    if len(questions) > MOST_ITEMS:
        raise Invalid.of("item", f"has {len(questions)} questions")
    numbers = [_number(one, measure) for one in questions]
    wrong = [*_form_faults(form), *_item_faults(numbers, measure)]
    for number, question in zip(numbers, questions, strict=True):
        if number is not None:
            wrong += _question_faults(number, question, measure)
    if wrong:
        raise Invalid(f"This is not the wording of a {measure.name}. Nothing was stored.", wrong)
    return _words(form, [(n, q) for n, q in zip(numbers, questions, strict=True) if n], measure)


def _is_question(one: forms.Question, measure: Measure) -> bool:
    """Not so groups, words between questions, and the place for the total."""
    total = measure.loinc.total if measure.loinc else None
    is_total = total and any((c.system, c.code) == (LOINC, total) for c in one.code)
    return one.type not in forms.NO_QUESTION and not is_total


def _number(question: forms.Question, measure: Measure) -> str | None:
    """Which of the measure's items a question is; None when it says of none that it is that."""
    for number in measure.numbers:
        item = measure.item_of[number]
        ours = item.code or str(item.number)
        named = {(LOINC, item.loinc), (items_of(measure), ours)} - {(LOINC, None)}
        if any((coding.system, coding.code) in named for coding in question.code):
            return number
    told = question.link_id.removeprefix("/")
    for number, item in measure.item_of.items():
        if told and told in (item.loinc, item.code):
            return number
    return None


def _form_faults(form: forms.Form) -> list[FieldError]:
    found = [
        text_fault("title", form.title, LONGEST_TITLE, needed=False),
        text_fault("copyright", form.copyright, LONGEST_COPYRIGHT, needed=False),
        text_fault("instructions", _instructions(form), LONGEST_TEXT, needed=False),
    ]
    if form.language is None or not LANGUAGE.fullmatch(form.language):
        found.append(FieldError("language", "is needed, as en or pt-BR"))
    return [fault for fault in found if fault]


def _item_faults(numbers: list[str | None], measure: Measure) -> list[FieldError]:
    """What is wrong with how many items there are, which, and in which order."""
    wrong = []
    if len(numbers) != len(measure.items):
        count = f"has {len(numbers)} questions, {measure.name} has {len(measure.items)}"
        wrong.append(FieldError("item", count))
    for place, number in enumerate(numbers, 1):
        if number is None:
            why = f"is none of {measure.name}'s items: it has no code that we know"
            wrong.append(FieldError(f"questions.{place}", why))
    counted = Counter(number for number in numbers if number is not None)
    for number in measure.numbers:
        if not counted[number]:
            wrong.append(FieldError(f"items.{number}", f"{_label(measure, number)} is not there"))
        elif counted[number] > 1:
            wrong.append(FieldError(f"items.{number}", "is there more than once"))
    return wrong or _order_faults(numbers, measure)


def _order_faults(numbers: list[str | None], measure: Measure) -> list[FieldError]:
    return [
        FieldError(f"items.{due}", f"{_label(measure, due)} does not stand at place {place}")
        for place, (due, found) in enumerate(zip(measure.numbers, numbers, strict=True), 1)
        if due != found
    ]


def _label(measure: Measure, number: str) -> str:
    return measure.item_of[number].label


def _question_faults(number: str, question: forms.Question, measure: Measure) -> list[FieldError]:
    fault = text_fault(f"items.{number}", question.text, LONGEST_TEXT, needed=True)
    return ([fault] if fault else []) + option_faults(number, question, measure)


def _instructions(form: forms.Form) -> str | None:
    """What stands before the first question: how far back to look, how to answer."""
    said = []
    for one in form.flat():
        if one.type not in forms.NO_QUESTION:
            break
        said.append(plain(one.text))
    return "\n".join(text for text in said if text) or None


def _words(form: forms.Form, matched: list[tuple[str, forms.Question]], measure: Measure) -> Words:
    items = [
        ItemWords(int(number), plain(one.text) or "", answer_words(number, one, measure))
        for number, one in matched
    ]
    return Words(
        language=form.language or "",
        title=plain(form.title),
        instructions=_instructions(form),
        copyright=plain(form.copyright),
        items=tuple(items),
    )
