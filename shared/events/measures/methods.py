"""Ways to rate a goal (0–10, goal attainment scaling), as data of the contract like measures."""

from functools import cache

from pydantic import Field

from shared.events.measures.files import FOLDER
from shared.events.measures.parts import (
    Direction,
    LoincCodes,
    Part,
    ReliableChange,
    Slug,
    SnomedCode,
    Source,
    Terms,
)
from shared.events.measures.told import in_plain_words
from shared.events.words import GoalKind


class Level(Part):
    """One described level of a goal, and what it is called."""

    value: int
    label: str


class GoalCode(Part):
    """A code for a target's measure, by who rates."""

    rated_by: str
    loinc: str


class RatingMethod(Part):
    """One version of a way to rate a goal; what the goal is, is the client's own words."""

    code: Slug
    version: str = Field(pattern=r"^[1-9][0-9]*$")
    name: str
    about: str
    kinds: tuple[GoalKind, ...]
    direction: Direction
    lowest: int
    highest: int
    levels: tuple[Level, ...]
    baseline: int | None = None
    achieved_from: int | None = None
    reliable_change: ReliableChange | None = None
    other_changes: tuple[ReliableChange, ...] = ()
    licence: Terms
    loinc: LoincCodes | None = None
    targets: tuple[GoalCode, ...] = ()
    answer_list: str = ""
    snomed: tuple[SnomedCode, ...] = ()
    source: Source
    doubts: tuple[str, ...] = ()


@cache
def methods() -> dict[str, RatingMethod]:
    """Every way to rate a goal, in its newest version, by code."""
    found: dict[str, RatingMethod] = {}
    for path in sorted((FOLDER / "methods").glob("*.*.json")):
        method = in_plain_words(RatingMethod.model_validate_json(path.read_bytes()))
        known = found.get(method.code)
        if known is None or int(known.version) < int(method.version):
            found[method.code] = method
    return found
