"""Questionnaires as data of the contract: one JSON file per version, never changed once used.

`goals` checks and scores answers with them; `progress` computes bands, change and flags from them.
"""

from functools import cache

from shared.events.measures.answers import Answers
from shared.events.measures.definition import Measure
from shared.events.measures.files import FOLDER, checksum, checksum_of, definitions
from shared.events.measures.methods import RatingMethod, methods
from shared.events.measures.parts import Band, Direction, Item, Licence, Method
from shared.events.measures.told import in_plain_words
from shared.events.measures.verdicts import Change, change_between


__all__ = [
    "FOLDER",
    "Answers",
    "Band",
    "Change",
    "Direction",
    "Item",
    "Licence",
    "Measure",
    "Method",
    "RatingMethod",
    "UnknownMeasure",
    "UnknownVersion",
    "change_between",
    "checksum",
    "checksum_of",
    "definition",
    "definitions",
    "methods",
    "newest",
]


class UnknownMeasure(LookupError):
    """No measure has this code."""


class UnknownVersion(LookupError):
    """The measure has no such version."""


def definition(code: str, version: str | None = None) -> Measure:
    """The measure of this code, in this version or its newest.

    UnknownMeasure, or UnknownVersion, when there is none.
    """
    versions = _all().get(code)
    if versions is None:
        raise UnknownMeasure(code)
    if version is None:
        return versions[max(versions, key=int)]
    if version not in versions:
        raise UnknownVersion(version)
    return versions[version]


def newest() -> list[Measure]:
    """Every measure in its newest version, by code."""
    return [definition(code) for code in sorted(_all())]


@cache
def _all() -> dict[str, dict[str, Measure]]:
    found: dict[str, dict[str, Measure]] = {}
    for path in sorted(FOLDER.glob("*.*.json")):
        measure = in_plain_words(Measure.model_validate_json(path.read_bytes()))
        found.setdefault(measure.code, {})[measure.version] = measure
    return found
