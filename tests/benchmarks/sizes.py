"""How large the rows are: whole, or a part of it to try them in moments (`make bench SCALE=0.05`).

What a small run says about ratios is no more than a hint.
"""

from dataclasses import dataclass


@dataclass
class _Scale:
    factor: float = 1.0


_scale = _Scale()


def scale(factor: float) -> None:
    """Every size from now on is this part of the whole."""
    _scale.factor = factor


def sized(whole: int, least: int = 1) -> int:
    """A number of events, cases or rounds at the scale of this run."""
    return max(least, round(whole * _scale.factor))
