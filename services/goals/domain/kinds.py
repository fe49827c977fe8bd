"""The eight kinds of goal: what each is called, and what holds until a clinic says otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import Invalid
from shared.events.measures import newest
from shared.events.measures.methods import methods
from shared.events.measures.pairs import PAIRS
from shared.events.words import GoalKind, GoalMethod


LABELS = {
    GoalKind.SYMPTOM_RELIEF: "Symptom relief",
    GoalKind.INSIGHT: "Self-understanding and insight",
    GoalKind.BEHAVIOUR_CHANGE: "Behaviour change",
    GoalKind.EMOTIONAL_REGULATION: "Emotional regulation",
    GoalKind.RELATIONSHIPS: "Relationships",
    GoalKind.PERSONAL_GROWTH: "Personal growth",
    GoalKind.RESILIENCE: "Resilience",
    GoalKind.WELL_BEING: "Mental health and well-being",
}

# No source names a rhythm for a kind. What moves from week to week is looked at after a month;
# what a person grows into, after two.
REVIEW_WEEKS = {
    GoalKind.SYMPTOM_RELIEF: 4,
    GoalKind.INSIGHT: 8,
    GoalKind.BEHAVIOUR_CHANGE: 4,
    GoalKind.EMOTIONAL_REGULATION: 6,
    GoalKind.RELATIONSHIPS: 6,
    GoalKind.PERSONAL_GROWTH: 8,
    GoalKind.RESILIENCE: 8,
    GoalKind.WELL_BEING: 6,
}
OUR_RHYTHM = "Tidemark's own choice; no published rhythm was found for this kind of goal."
CLINICS_OWN = "Set by the clinic."


@dataclass(frozen=True)
class Settings:
    """How a clinic works with one kind of goal; version 0 is the library's."""

    version: int
    method: GoalMethod
    measures: tuple[str, ...]
    review_weeks: int
    reliable_change: int | None = None


def library(kind: GoalKind) -> Settings:
    """What holds for a kind while a clinic has not said otherwise (domain sheet A.2)."""
    pair = PAIRS[kind]
    return Settings(0, GoalMethod(pair.method), pair.measures, REVIEW_WEEKS[kind])


def others(kind: GoalKind, chosen: Sequence[str]) -> list[str]:
    """The measures that fit a kind besides those that were chosen."""
    pair = PAIRS[kind]
    return [code for code in (*pair.measures, *pair.optional) if code not in chosen]


def goal_change(given: int | None) -> int:
    """By how much a goal has to move on 0 to 10 to count: the clinic's number, else NHS England's.

    Per goal, the limit included (domain sheet T13, A.1: 3).
    """
    published = methods()["gbo"].reliable_change
    assert published is not None
    return int(published.points) if given is None else given


def movement(method: GoalMethod, given: int | None) -> tuple[str, str]:
    """What counts as reliable movement, in words, and where that comes from."""
    points = goal_change(given)
    words = f"A goal rated 0 to 10 has moved when it is {points} or more away from its first rating"
    if method is GoalMethod.GAS:
        words = (
            "Goal attainment scaling has no published reliable change: a level of 0 or more is "
            "achieved, and 10 points of the T score are one standard deviation. " + words
        )
    return words + ".", _source(method, given)


def _source(method: GoalMethod, given: int | None) -> str:
    published = methods()["gbo"].reliable_change
    assert published is not None
    change = published.source if given is None else CLINICS_OWN
    return f"{methods()['gas'].source}. {change}" if method is GoalMethod.GAS else change


def known_measures(codes: Sequence[str]) -> None:
    """Invalid when a code is no measure of the registry, or stands there twice."""
    known = {measure.code for measure in newest()}
    if unknown := [place for place, code in enumerate(codes) if code not in known]:
        raise Invalid.of(f"measures.{unknown[0]}", "is not a measure that we have")
    if len(set(codes)) < len(codes):
        raise Invalid.of("measures", "names a measure twice")
