"""A FHIR R4 Questionnaire as somebody else writes it: only what matters here, read leniently."""

from collections.abc import Iterator
from typing import Any

import msgspec

from shared.errors import Invalid


# Both are in use for what an answer is worth.
WORTH = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
NO_QUESTION = ("group", "display")


class Extension(msgspec.Struct, rename="camel"):
    """Something beside the standard's own fields; only numbers are read."""

    url: str = ""
    value_decimal: int | float | None = None
    value_integer: int | None = None


class Coding(msgspec.Struct, rename="camel"):
    """A code of a system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    extension: list[Extension] = []


class Option(msgspec.Struct, rename="camel"):
    """One of a question's answers."""

    value_coding: Coding | None = None
    value_integer: int | None = None
    extension: list[Extension] = []


class Question(msgspec.Struct, rename="camel"):
    """An item: a question, a group of some, or words between them."""

    link_id: str = ""
    type: str = ""
    text: str | None = None
    code: list[Coding] = []
    answer_option: list[Option] = []
    extension: list[Extension] = []
    item: list["Question"] = []


class Form(msgspec.Struct, rename="camel"):
    """A Questionnaire."""

    resource_type: str
    language: str | None = None
    title: str | None = None
    copyright: str | None = None
    item: list[Question] = []

    def flat(self) -> Iterator[Question]:
        """Every item in the order in which it is read, however deep it stands."""
        waiting = list(reversed(self.item))
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.item))


def read(document: dict[str, Any]) -> Form:
    """The form that a document holds. Invalid when it is none; no word of it is repeated."""
    try:
        form = msgspec.convert(document, Form)
    except (msgspec.ValidationError, RecursionError) as error:
        # The message names our own field names and types, never what came.
        why = str(error) if isinstance(error, msgspec.ValidationError) else "nested too deeply"
        raise Invalid.of("questionnaire", f"is no FHIR R4 Questionnaire: {why}") from None
    if form.resource_type != "Questionnaire":
        raise Invalid.of("resourceType", "must be Questionnaire")
    return form


def worth(option: Option) -> int | float | None:
    """What an answer says that it is worth; None when it does not."""
    if option.value_integer is not None:
        return option.value_integer
    coded = option.value_coding.extension if option.value_coding else []
    for one in (*option.extension, *coded):
        number = one.value_decimal if one.value_decimal is not None else one.value_integer
        if one.url in WORTH and number is not None:
            return number
    return None
