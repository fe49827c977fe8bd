"""Every definition file: what the issue promises is there, and each number has its source."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.events.measures import (
    FOLDER,
    Licence,
    Measure,
    Method,
    checksum,
    definition,
    definitions,
    methods,
)
from shared.events.words import GoalKind
from tests.measures.every import MEASURES, every_measure


PROMISED = {
    "brs",
    "core-10",
    "csi-16",
    "csi-4",
    "dar-5",
    "ders-16",
    "dialog",
    "gad-2",
    "gad-7",
    "k10",
    "ors",
    "pgis-ii",
    "phobia-ratings",
    "phq-2",
    "phq-4",
    "phq-9",
    "psychlops",
    "pss-10",
    "reqol-10",
    "rses",
    "score-15",
    "sris-insight",
    "srs",
    "swemwbs",
    "swls",
    "wemwbs",
    "who-5",
    "wsas",
}
ITEMS_AND_RANGE = {  # in points (domain sheet A.1)
    "brs": (6, 1, 5),
    "core-10": (10, 0, 40),
    "csi-16": (16, 0, 81),
    "csi-4": (4, 0, 21),
    "dar-5": (5, 5, 25),
    "ders-16": (16, 16, 80),
    "gad-2": (2, 0, 6),
    "gad-7": (7, 0, 21),
    "k10": (10, 0, 40),
    "ors": (4, 0, 40),
    "pgis-ii": (16, 0, 5),
    "phq-2": (2, 0, 6),
    "phq-4": (4, 0, 12),
    "phq-9": (9, 0, 27),
    "psychlops": (4, 0, 20),
    "pss-10": (10, 0, 40),
    "reqol-10": (10, 0, 40),
    "rses": (10, 0, 30),
    "score-15": (15, 15, 75),
    "sris-insight": (8, 8, 48),
    "srs": (4, 0, 40),
    "swemwbs": (7, 7, 35),
    "swls": (5, 5, 35),
    "wemwbs": (14, 14, 70),
    "who-5": (5, 0, 100),
    "wsas": (5, 0, 40),
}


def test_every_promised_measure_is_there() -> None:
    assert {measure.code for measure in MEASURES} == PROMISED
    assert set(methods()) == {"gas", "gbo"}


@every_measure
def test_items_and_range_are_those_of_the_sheet(measure: Measure) -> None:
    if measure.code in ITEMS_AND_RANGE:
        low, high = (measure.points(total) for total in measure.range)
        count, lowest, highest = ITEMS_AND_RANGE[measure.code]
        assert len(measure.items) == count
        assert (low, high) == (Fraction(lowest), Fraction(highest))
    else:
        assert measure.scoring.method is Method.ITEMS


@every_measure
def test_the_checksum_binds_the_file(measure: Measure) -> None:
    written = json.loads((FOLDER / "checksums.json").read_text())
    name = f"{measure.code}.{measure.version}.json"
    assert written[name] == checksum(definitions()[name])


@every_measure
def test_item_codes_and_labels_tell_items_apart(measure: Measure) -> None:
    assert len({item.label for item in measure.items}) == len(measure.items)
    if measure.code != "phq-9":  # its first file names items by LOINC only
        assert len({item.code for item in measure.items} - {None}) == len(measure.items)


@every_measure
def test_labels_are_short(measure: Measure) -> None:
    """Our own few words; a questionnaire's sentences are imported by the clinic that may."""
    assert [item.label for item in measure.items if len(item.label.split()) > 7] == []


@every_measure
def test_numbers_have_sources(measure: Measure) -> None:
    assert measure.licence.source
    assert measure.code == "phq-9" or measure.scoring.source
    assert not measure.bands.steps or measure.bands.source
    if measure.licence.tier is Licence.TEXT_OK_NOT_COMMERCIAL:
        assert measure.licence.attribution


@every_measure
def test_what_is_not_known_is_said(measure: Measure) -> None:
    """A measure without caseness or reliable change says so in words."""
    if measure.caseness is None or measure.reliable_change is None:
        assert measure.doubts or measure.cut_offs


@every_measure
def test_a_totals_code_is_not_the_panels(measure: Measure) -> None:
    assert measure.loinc is None or measure.loinc.panel != measure.loinc.total


@pytest.mark.parametrize("kind", list(GoalKind))
def test_every_kind_of_goal_has_a_measure(kind: GoalKind) -> None:
    assert [measure.code for measure in MEASURES if kind in measure.kinds]


@pytest.mark.parametrize("path", definitions().values(), ids=list(definitions()))
def test_no_fraction_in_a_file_comes_in_as_a_float(path: Path) -> None:
    def refuse(number: str) -> float:
        if path.name == "phq-9.1.json":  # written before; its 5.99 decides nothing
            return 5.99
        raise AssertionError(f"{number} is a float: write it as a string")

    json.loads(path.read_text(), parse_float=refuse)


def broken(**changes: object) -> dict[str, object]:
    """A good file with something else in it."""
    good: dict[str, object] = json.loads((FOLDER / "phq-4.1.json").read_text())
    return good | changes


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"colour": "blue"}, "Extra inputs"),
        ({"items": []}, "numbered upwards"),
        ({"items": [{"number": 2, "label": "b"}, {"number": 1, "label": "a"}]}, "numbered upwards"),
        ({"safety_items": [{"item": 5, "value": 1, "source": "x"}]}, "one of the items"),
        ({"loinc": {"panel": "1-1", "total": "1-1", "source": "x"}}, "not that of the total"),
        ({"scoring": {"method": "sum", "may_miss": 1}}, "only a mean"),
        (
            {
                "scoring": {"method": "mean"},
                "answers": [
                    {"value": 0, "label": "No"},
                    {"value": 1, "label": "Unknown", "scored": False},
                ],
            },
            "every answer counts",
        ),
        (
            {
                "bands": {
                    "steps": [{"code": "a", "label": "a", "lowest": 0, "highest": 3}],
                    "source": "x",
                }
            },
            "without a gap",
        ),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(
    changes: dict[str, object], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        Measure.model_validate(broken(**changes))


def test_phq9s_first_file_is_what_it_was() -> None:
    """It is in use: these bytes scored answers."""
    sum_of = checksum(definitions()["phq-9.1.json"])
    assert sum_of == "af9b45a0bddade6f47b17f8b54068e0f24c30a4eb02488f8b7af99eec5f49e59"
    assert definition("phq-9").scoring.method is Method.SUM
