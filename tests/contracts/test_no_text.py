"""No clinical text, no name, no contact detail in an event: there is no field with room for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.events import Event, classes
from shared.events.base import Code, Sealed, Zone
from shared.events.snapshot import Schema, fields_of


# The few fields that hold letters other than those of a closed set. A new one is a decision.
CODES = {"case_number", "measure", "version", "tzdata", "language"}
ZONES = {"zone"}
SEALED = {"contact", "sender", "link"}


def _constraint(annotation: Any) -> tuple[str, int]:
    schema = TypeAdapter(annotation).json_schema()
    return schema["pattern"], schema["maxLength"]


NAMES_BY_CONSTRAINT = {
    _constraint(Code): CODES,
    _constraint(Zone): ZONES,
    _constraint(Sealed): SEALED,
}


def room_for_text(name: str, schema: Schema) -> bool:
    """Whether somebody could write a word of their own into this field."""
    if parts := schema.get("anyOf"):
        return any(room_for_text(name, part) for part in parts)
    match schema.get("type"):
        case "integer" | "boolean" | "null":
            return False
        case "string":
            return _free(name, schema)
        case "array":
            return room_for_text(name, schema["items"])
        case "object":
            if fields := schema.get("properties"):
                return any(room_for_text(each, part) for each, part in fields.items())
            return _open(schema) or any(
                room_for_text(name, part) for part in schema["patternProperties"].values()
            )
    return True


def _free(name: str, schema: Schema) -> bool:
    if "enum" in schema or "const" in schema:
        return False
    if schema.get("format") in ("uuid", "date", "date-time"):
        return False
    constraint = (schema.get("pattern", ""), schema.get("maxLength", 0))
    return name not in NAMES_BY_CONSTRAINT.get(constraint, ())


def _open(schema: Schema) -> bool:
    """Whether an object takes other names than item numbers."""
    return list(schema.get("patternProperties", ())) != ["^[0-9]{1,2}$"]


@pytest.mark.parametrize("event", classes.values(), ids=list(classes))
def test_no_field_has_room_for_text(event: type[Event]) -> None:
    roomy = [name for name, schema in fields_of(event).items() if room_for_text(name, schema)]
    assert roomy == []


class Careless(BaseModel):
    """Everything that an event must not have."""

    text: str
    maybe: str | None
    many: tuple[str, ...]
    by_word: dict[str, int]
    words: dict[str, str]
    anything: Any
    raw: bytes
    score: float
    code: Code
    number_or_word: int | str


def test_the_walk_finds_every_kind_of_room() -> None:
    fields = fields_of(Careless)
    assert [n for n, schema in fields.items() if room_for_text(n, schema)] == list(fields)


class Careful(BaseModel):
    """What an event may have."""

    who: UUID | None
    at: datetime
    measure: Code
    steps: tuple[UUID, ...]


def test_the_walk_lets_the_rest_pass() -> None:
    assert not [n for n, schema in fields_of(Careful).items() if room_for_text(n, schema)]


@pytest.mark.parametrize("allowed", [Code, Zone, Sealed])
@pytest.mark.parametrize(
    "words",
    [
        "two words",
        "anna@example.org",
        "+44 7700 900123",
        "+447700900123",
        "1 High Street",
        "Zoë",
        "line\nbreak",
        "line\n",
        "",
        "a" * 8001,
    ],
)
def test_what_letters_there_are_hold_no_sentence_and_no_contact(allowed: Any, words: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(allowed).validate_python(words)


@pytest.mark.parametrize("zone", ["Europe/London", "America/Argentina/Buenos_Aires", "UTC"])
def test_a_zone_is_a_zone(zone: str) -> None:
    assert TypeAdapter(Zone).validate_python(zone) == zone


@pytest.mark.parametrize("event", classes.values(), ids=list(classes))
def test_events_are_frozen_and_named_after_their_publisher(event: type[Event]) -> None:
    kind = event.model_fields["type"].default
    # A publisher's module, or its package by noun: shared.events.goals.safety.
    assert event.__module__.split(".")[2] == kind.partition(".")[0]
    assert event.model_config["frozen"]
    assert event.keyed_by in event.model_fields
