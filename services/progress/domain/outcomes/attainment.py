"""Goal attainment scaling: one T score from the levels of several weighed goals.

T = 50 + 10·Σwx / √((1 − ρ)·Σw² + ρ·(Σw)²), ρ = 0.3. Turner-Stokes 2009 printed the two sums the
wrong way round; this is its erratum (and taylordunn/gasr at 484d052, R/calculate.R).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


ASSUMED_CORRELATION = 0.3
EXPECTED = 50.0
LEVELS = range(-2, 3)


@dataclass(frozen=True)
class Attained:
    """A goal's level, −2 to +2 (None when it was not rated), and its weight."""

    level: int | None
    weight: float = 1.0


def t_score(goals: Sequence[Attained], correlation: float = ASSUMED_CORRELATION) -> float | None:
    """The T score: 50 is as expected, 10 one standard deviation; None without a rated goal.

    Goals without a rating are left out; weights that are all zero count as one each. ValueError
    for a level that there is not, and for a negative weight.
    """
    rated = [(goal.level, goal.weight) for goal in goals if goal.level is not None]
    if any(level not in LEVELS or weight < 0 for level, weight in rated):
        raise ValueError("levels are -2 to +2, weights not negative")
    if not rated:
        return None
    heaviest = max(weight for _, weight in rated)
    # The score does not change with the weights' scale; small ones would vanish when squared.
    weights = [weight / heaviest if heaviest else 1.0 for _, weight in rated]
    gained = sum(weight * level for weight, (level, _) in zip(weights, rated, strict=True))
    own, shared = sum(weight * weight for weight in weights), sum(weights) ** 2
    return EXPECTED + 10 * gained / sqrt((1 - correlation) * own + correlation * shared)


def achieved(level: int) -> bool:
    """Whether a goal counts as achieved: at its realistic level or above (HL7/pco-ig)."""
    return level >= 0
