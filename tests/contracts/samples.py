"""Events that nobody wrote: any that the contract allows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from shared.events import Event
from shared.events.snapshot import Schema, fields_of


INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
BY_FORMAT: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids().map(str),
    "date": st.dates().map(str),
    "date-time": INSTANTS.map(datetime.isoformat),
}


def events(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of a class."""
    fields = {name: _values(schema) for name, schema in fields_of(kind).items()}
    headers = {"event_id": st.uuids(), "occurred_at": INSTANTS}
    return st.fixed_dictionaries(fields | headers).map(kind.model_validate)


def _values(schema: Schema) -> st.SearchStrategy[Any]:
    if "anyOf" in schema:
        return st.one_of([_values(part) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    return _BY_TYPE[schema["type"]](schema)


def _texts(schema: Schema) -> st.SearchStrategy[Any]:
    if "format" in schema:
        return BY_FORMAT[schema["format"]]
    made = st.from_regex(schema["pattern"].strip("^$"), fullmatch=True)
    return made.filter(lambda text: len(text) <= schema.get("maxLength", len(text)))


def _mappings(schema: Schema) -> st.SearchStrategy[Any]:
    if "properties" in schema:
        parts = schema["properties"].items()
        return st.fixed_dictionaries({name: _values(part) for name, part in parts})
    [(pattern, values)] = schema["patternProperties"].items()
    return st.dictionaries(_texts({"pattern": pattern}), _values(values), max_size=9)


_BY_TYPE: dict[str, Callable[[Schema], st.SearchStrategy[Any]]] = {
    "null": lambda _: st.none(),
    "boolean": lambda _: st.booleans(),
    "integer": lambda s: st.integers(s.get("minimum", -(2**31)), s.get("maximum", 2**31)),
    "string": _texts,
    "array": lambda s: st.lists(_values(s["items"]), min_size=s.get("minItems", 0), max_size=3),
    "object": _mappings,
}
