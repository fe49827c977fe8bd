"""What goes with each kind of goal by default: a way to rate it, and measures (domain sheet A.2).

For insight, behaviour change, emotional regulation and personal growth no free measure with both a
published cut-off and a published reliable change was found: there the goal's own rating comes
first, and a measure is beside it. A clinic may choose otherwise.
"""

from dataclasses import dataclass

from shared.events.words import GoalKind


@dataclass(frozen=True)
class Pair:
    """A way to rate, the measures to give, and others that fit."""

    method: str
    measures: tuple[str, ...]
    optional: tuple[str, ...] = ()


PAIRS: dict[GoalKind, Pair] = {
    GoalKind.SYMPTOM_RELIEF: Pair(
        "gbo",
        ("phq-9", "gad-7"),
        ("core-10", "dar-5", "pss-10", "phq-4", "phq-2", "gad-2", "k10", "phobia-ratings"),
    ),
    GoalKind.INSIGHT: Pair("gbo", ("sris-insight",), ("rses",)),
    GoalKind.BEHAVIOUR_CHANGE: Pair("gas", ("wsas",)),
    GoalKind.EMOTIONAL_REGULATION: Pair("gbo", ("ders-16",), ("dar-5",)),
    GoalKind.RELATIONSHIPS: Pair("gbo", ("csi-4",), ("csi-16", "score-15", "dialog")),
    GoalKind.PERSONAL_GROWTH: Pair("gbo", ("pgis-ii",), ("swls", "rses")),
    GoalKind.RESILIENCE: Pair("gbo", ("brs",)),
    GoalKind.WELL_BEING: Pair("gbo", ("who-5",), ("swemwbs", "wemwbs", "reqol-10", "swls")),
}
