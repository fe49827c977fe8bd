"""The structs that progress decodes with are held to the classes of the contract."""

from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec import Struct
from pydantic import AwareDatetime, BaseModel

from services.progress.domain import facts
from services.progress.domain.facts import CASE_FACTS, CLINIC_FACTS
from shared.events import classes, publishers
from shared.events.base import Event
from tests.progress.histories import Story


STORY = Story()
GOOD = [
    STORY.opened(),
    STORY.closed(5),
    STORY.goal(uuid4()),
    STORY.goal(uuid4(), client=False),
    STORY.rated(uuid4(), 10, 1),
    STORY.answered(9, 1, 1),
    STORY.answered(9, None, 1),
    STORY.cancelled(uuid4(), 1),
]


@pytest.mark.parametrize("kind", [*CASE_FACTS, *CLINIC_FACTS])
def test_each_field_stands_in_the_contract_and_is_of_its_kind(kind: str) -> None:
    struct = (CASE_FACTS | CLINIC_FACTS)[kind]
    contract = classes[kind].model_fields
    told = dict(zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True))
    for field, hint in get_type_hints(struct, include_extras=True).items():
        name = told[field]
        assert name in contract, f"{kind} has no {name}"
        ours, theirs = values(hint), values(contract[name].annotation)
        # `case_id` is text here and becomes an id once for each case and batch.
        assert ours == theirs or (name == "case_id" and ours == {str}), f"{kind}.{name}"


def values(hint: Any) -> Any:
    """A type without its constraints, an enum or a Literal as the set of its values."""
    if get_origin(hint) is Annotated:
        return values(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return {each for part in get_args(hint) for each in values(part)}
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, str) and hasattr(hint, "__members__"):
        return {member.value for member in hint}  # type: ignore[attr-defined]
    if isinstance(hint, type) and issubclass(hint, Struct | BaseModel):
        return {
            (name, frozenset(values(part)))
            for name, part in get_type_hints(hint).items()
            if not name.startswith("__") and name not in ("model_config",)
        }
    if hint is AwareDatetime:
        return {datetime}
    if origin := get_origin(hint):
        parts = tuple(frozenset(values(part)) for part in get_args(hint) if part is not Ellipsis)
        return {(origin, parts)}
    return {hint}


@pytest.mark.parametrize("event", GOOD, ids=lambda event: event.type)
def test_the_same_bytes_say_the_same(event: Event) -> None:
    fact = facts.decode(event.type, event.data())
    assert fact is not None
    told = zip(fact.__struct_fields__, fact.__struct_encode_fields__, strict=True)
    for field, name in told:
        said = getattr(fact, field)
        assert (UUID(said) if name == "case_id" else said) == getattr(event, name)


@pytest.mark.parametrize(
    "change",
    [
        {"value": 11},
        {"value": -1},
        {"value": "7"},
        {"value": True},
        {"value": 7.5},
        {"value": None},
        {"rated_by": "nobody"},
        {"rated_at": "2026-11-02T09:00:00"},
        {"rated_at": "yesterday"},
        {"rating_id": "not an id"},
        {"clinic_id": None},
    ],
    ids=str,
)
def test_a_rating_that_the_contract_refuses_is_refused(change: dict[str, Any]) -> None:
    said = msgspec.json.decode(STORY.rated(uuid4(), 5, 1).data()) | change
    with pytest.raises(ValueError, match=r".+"):
        facts.decode("goals.goal_rated", msgspec.json.encode(said))


@pytest.mark.parametrize("gone", ["rating_id", "goal_id", "case_id", "clinic_id", "value"])
def test_a_missing_field_is_refused(gone: str) -> None:
    said = msgspec.json.decode(STORY.rated(uuid4(), 5, 1).data())
    del said[gone]
    with pytest.raises(ValueError, match=gone):
        facts.decode("goals.goal_rated", msgspec.json.encode(said))


@pytest.mark.parametrize(
    "body", [b"", b"{not json", b"[]", b"null", b"\xff\xfe", b'{"value": NaN}']
)
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        facts.decode("goals.goal_rated", body)


def test_unknown_fields_are_ignored_and_other_types_passed_over() -> None:
    event = STORY.rated(uuid4(), 5, 1)
    said = msgspec.json.decode(event.data()) | {"later": {"more": 1}}
    fact = facts.decode(event.type, msgspec.json.encode(said))
    assert isinstance(fact, facts.GoalRated)
    assert fact.value == 5
    assert facts.decode("intake.client_registered", b"whatever") is None


def test_nothing_of_progress_own_is_folded() -> None:
    read = {kind.partition(".")[0] for kind in CASE_FACTS | CLINIC_FACTS}
    assert read <= set(publishers) - {"progress", "notifications"}
