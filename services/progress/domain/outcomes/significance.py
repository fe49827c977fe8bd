"""Jacobson and Truax: how much change is more than error, and on which side of a cut-off it ends.

RC = (post − pre) / S_diff with S_diff = √2 · SD · √(1 − r). The article of 1984 lacked the √2;
Christensen and Mendoza 1986 put it in (cpsyctc/CECPfuns at 05918c3). A threshold belongs to the
sample that its SD and r come from, so both are arguments and nothing here has a default.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from shared.events.measures import Direction


# Two-sided points of the normal distribution, by confidence.
Z = {0.95: 1.959963984540054, 0.90: 1.6448536269514722}


class Outcome(StrEnum):
    """The five classes (pedscience/clinicalsignificance at 863dc77, R/calc_recovered.R)."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"
    HARMED = "harmed"


@dataclass(frozen=True)
class Sample:
    """Mean and standard deviation of a population."""

    mean: float
    sd: float


def standard_error(sd: float, reliability: float) -> float:
    """The standard error of one measurement."""
    return sd * sqrt(1 - reliability)


def error_of_difference(sd: float, reliability: float) -> float:
    """The standard error of a difference between two measurements."""
    return sqrt(2 * standard_error(sd, reliability) ** 2)


def smallest_reliable_change(sd: float, reliability: float, z: float = Z[0.95]) -> float:
    """How many points of change are more than error, at the confidence of `z`."""
    return z * error_of_difference(sd, reliability)


def reliable_change_index(pre: float, post: float, difference_error: float) -> float:
    """The change in standard errors of a difference; reliable when beyond 1.96 either way."""
    return (post - pre) / difference_error


def cut_off_a(clinical: Sample, direction: Direction) -> float:
    """Two SD from the clinical mean, towards health: for when no other norms are known."""
    return clinical.mean + _healthy(direction) * 2 * clinical.sd


def cut_off_b(functional: Sample, direction: Direction) -> float:
    """Two SD from the healthy mean, towards illness: for when the distributions lie apart."""
    return functional.mean - _healthy(direction) * 2 * functional.sd


def cut_off_c(clinical: Sample, functional: Sample) -> float:
    """Where both populations are equally likely: for when the distributions overlap."""
    weighed = clinical.sd * functional.mean + functional.sd * clinical.mean
    return weighed / (clinical.sd + functional.sd)


def classified(
    pre: float, post: float, cut_off: float, reliable: float, direction: Direction
) -> Outcome:
    """Which of the five classes a case is in. The change is reliable from `reliable` points on.

    The limit of the change is included, as NHS England counts; a score at the cut-off itself is on
    neither side of it. Harmed is who began on the healthy side and ended on the other.
    """
    healthy = _healthy(direction)
    gained = (post - pre) * healthy
    was_clinical = (pre - cut_off) * healthy < 0
    is_functional = (post - cut_off) * healthy > 0
    if gained >= reliable:
        return Outcome.RECOVERED if was_clinical and is_functional else Outcome.IMPROVED
    if gained <= -reliable:
        harmed = not was_clinical and not is_functional
        return Outcome.HARMED if harmed else Outcome.DETERIORATED
    return Outcome.UNCHANGED


def crossed_without_reliable_change(
    pre: float, post: float, cut_off: float, reliable: float, direction: Direction
) -> bool:
    """Whether a case crossed the cut-off by less than is reliable (AWKruijt/JT-RCI at 5ce946d)."""
    healthy = _healthy(direction)
    crossed = (pre - cut_off) * healthy < 0 < (post - cut_off) * healthy
    return crossed and (post - pre) * healthy < reliable


def _healthy(direction: Direction) -> int:
    return 1 if direction is Direction.HIGHER_IS_BETTER else -1
