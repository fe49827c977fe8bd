"""Questionnaires as data of the contract: one JSON file per version, never changed once used.

`goals` checks and scores answers with them; `progress` computes bands, change and flags from them.
"""

import hashlib
from functools import cache
from pathlib import Path

from shared.events.measures.definition import (
    Answers,
    Band,
    Change,
    Direction,
    Measure,
    change_between,
)


FOLDER = Path(__file__).parent

__all__ = [
    "Answers",
    "Band",
    "Change",
    "Direction",
    "Measure",
    "UnknownMeasure",
    "UnknownVersion",
    "change_between",
    "checksum",
    "definition",
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


def checksum(path: Path) -> str:
    """What tells whether a definition file is still the one that answers were scored with."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _all() -> dict[str, dict[str, Measure]]:
    found: dict[str, dict[str, Measure]] = {}
    for path in sorted(FOLDER.glob("*.*.json")):
        measure = Measure.model_validate_json(path.read_bytes())
        found.setdefault(measure.code, {})[measure.version] = measure
    return found
