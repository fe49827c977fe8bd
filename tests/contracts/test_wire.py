"""Every event of every publisher is read as it was written, whatever a newer writer added."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.events import Event, adapter, classes, decode, publishers
from tests.contracts.samples import events


every_event = pytest.mark.parametrize("kind", classes.values(), ids=list(classes))
quick = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@every_event
@quick
@given(data=st.data())
def test_what_is_written_is_read(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(kind))
    assert decode(event.type, event.data(), event.event_id, event.occurred_at) == event
    assert adapter.validate_python(event.model_dump()) == event


@every_event
@quick
@given(data=st.data())
def test_a_field_of_a_newer_writer_is_ignored(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(kind))
    newer = json.loads(event.data()) | {"shoe_size": {"left": 41}, "type": "x", "event_id": "y"}
    read = decode(event.type, json.dumps(newer).encode(), event.event_id, event.occurred_at)
    assert read == event


@every_event
@settings(max_examples=1, database=None)
@given(data=st.data())
def test_a_field_that_is_missing_is_named(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(kind))
    whole = json.loads(event.data())
    for name in [n for n in whole if kind.model_fields[n].is_required()]:
        part = json.dumps({n: value for n, value in whole.items() if n != name}).encode()
        with pytest.raises(ValidationError) as refused:
            decode(event.type, part, event.event_id, event.occurred_at)
        assert [error["loc"] for error in refused.value.errors()] == [(name,)]


@pytest.mark.parametrize("value", [b"", b"{not json", b"[]", b"7", b"null", b"\xff"])
def test_what_is_no_json_object_is_a_value_error(value: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode("goals.goal_rated", value, uuid4(), datetime.now(UTC))


def test_every_publisher_has_its_topic() -> None:
    assert {kind.partition(".")[0] for kind in classes} == set(publishers)


@every_event
@settings(max_examples=1, database=None)
@given(data=st.data())
def test_an_event_cannot_be_changed(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events(kind))
    with pytest.raises(ValidationError):
        event.clinic_id = uuid4()  # type: ignore[misc]
