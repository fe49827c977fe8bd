"""One oracle: what goes in, what must come out, and who says so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Numbers are compared within `within`; everything else exactly."""

    id: str
    what: str
    expected: object
    found: object
    source: str
    within: float = 1e-4

    @property
    def holds(self) -> bool:
        """Whether what was found is what was expected."""
        if isinstance(self.expected, float) and isinstance(self.found, float):
            return abs(self.expected - self.found) <= self.within
        return self.expected == self.found
