"""On what a goal is rated: 0 to 10, or five described levels."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Yardstick:
    """A scale, where its marks stand, and how much movement is more than chance."""

    lowest: int
    highest: int
    marks: tuple[int, ...]
    words: str
    reliable: int | None  # from so many on; None where none is published
    step: str = "point"

    @property
    def band(self) -> float | None:
        """How far the band of no reliable change reaches: a point on the limit lies outside."""
        return None if self.reliable is None else self.reliable - 0.5

    def value(self, rated: int) -> str:
        """A value as people write it: levels have a sign, a real minus."""
        if self.lowest >= 0 or rated == 0:
            return str(rated)
        return f"+{rated}" if rated > 0 else f"−{-rated}"


# Exactly 3 counts as reliable (domain sheet B.4 [S16][S17]).
TEN = Yardstick(0, 10, (0, 5, 10), "0 to 10", 3)
# A T score's change has a published standard deviation, a level's has none.
LEVELS = Yardstick(-2, 2, (-2, -1, 0, 1, 2), "−2 to +2", None, "level")
