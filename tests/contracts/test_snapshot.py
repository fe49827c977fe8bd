"""The contract only grows: what was published once is read for ever."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.events import measures, snapshot
from shared.events.snapshot import breaking, changed, contract


KIND = "goals.goal_rated"
Change = Callable[[dict[str, Any]], Any]


def test_the_snapshot_is_fresh_and_nothing_broke() -> None:
    """After an additive change: python -m shared.events.snapshot."""
    written = json.loads(snapshot.FILE.read_text())
    assert breaking(written, contract()) == []
    assert written == contract()


def test_measures_are_never_changed_once_used() -> None:
    written = json.loads(snapshot.CHECKSUMS.read_text())
    assert changed(written, snapshot.checksums()) == []
    assert written == snapshot.checksums()


def after(change: Change) -> list[str]:
    """What is found broken when one event's contract is changed like this."""
    new = copy.deepcopy(contract())
    change(new[KIND])
    return breaking(contract(), new)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda e: e["fields"].pop("value"), [f"{KIND}.value is gone"]),
        (
            lambda e: e["fields"].update(value={"type": "string"}),
            [f"{KIND}.value is another type, or has a narrower one"],
        ),
        (
            lambda e: e["fields"]["value"].update(maximum=5),
            [f"{KIND}.value is another type, or has a narrower one"],
        ),
        (
            lambda e: e["fields"].update(client_id={"type": "string", "format": "uuid"}),
            [f"{KIND}.client_id is another type, or has a narrower one"],
        ),
        (
            lambda e: e["fields"]["rated_by"]["enum"].remove("clinician"),
            [f"{KIND}.rated_by is another type, or has a narrower one"],
        ),
        (
            lambda e: e["required"].remove("value"),
            [f"{KIND}.value was always there and may be missing now"],
        ),
        (
            lambda e: (e["fields"].update(mood={"type": "integer"}), e["required"].append("mood")),
            [f"{KIND}.mood is needed now and was not before"],
        ),
        (lambda e: e.update(key="clinic_id"), [f"{KIND} has another key"]),
    ],
    ids=["gone", "type", "range", "null", "word", "optional", "required", "key"],
)
def test_a_breaking_change_is_refused(change: Change, found: list[str]) -> None:
    assert after(change) == found


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e["fields"].update(mood={"type": "integer"}),
        lambda e: e["fields"]["rated_by"]["enum"].append("carer"),
    ],
    ids=["optional field", "another word"],
)
def test_an_additive_change_is_taken(change: Change) -> None:
    assert after(change) == []


def test_a_type_that_is_gone_is_refused_and_a_new_one_taken() -> None:
    new = contract()
    old = {kind: schema for kind, schema in new.items() if kind != KIND}
    assert breaking(new, old) == [f"{KIND} is gone"]
    assert breaking(old, new) == []


def test_a_breaking_difference_is_not_written(tmp_path: Path) -> None:
    schema, sums = tmp_path / "schema.json", tmp_path / "checksums.json"
    assert snapshot.write(schema, sums) == []
    gone = json.loads(schema.read_text()) | {"goals.goal_sung": contract()[KIND]}
    schema.write_text(json.dumps(gone))
    sums.write_text(json.dumps({"phq-9.1.json": "another"}))
    assert snapshot.write(schema, sums) == ["goals.goal_sung is gone", "phq-9.1.json was changed"]
    assert json.loads(schema.read_text()) == gone


@pytest.mark.parametrize("name", sorted(name for name in snapshot.checksums() if "/" not in name))
def test_every_measure_file_holds_what_its_name_says(name: str) -> None:
    code, version, _ = name.rsplit(".", 2)
    measure = measures.definition(code, version)
    assert (measure.code, measure.version) == (code, version)
    low, high = measure.range
    assert [measure.band(total).code for total in (low, high)] == [
        measure.steps[0].code,
        measure.steps[-1].code,
    ]
