"""A month on a clinic's calendar: what lies in it, and what was there in it."""

from dataclasses import dataclass

from services.progress.domain.outcomes.waits import DayOf
from services.progress.domain.state import Case


@dataclass(frozen=True)
class Month:
    """A month on a clinic's calendar, seen at an instant."""

    year: int
    month: int
    day_of: DayOf
    now: int

    def has(self, at: int | None) -> bool:
        """Whether an instant lies in it."""
        return at is not None and self._place(at) == (self.year, self.month)

    def under_care(self, case: Case) -> bool:
        """Whether a case was open on at least one of its days."""
        return case.opened_at is not None and self.touches(case.opened_at, case.closed_at)

    def touches(self, began: int, ended: int | None) -> bool:
        """Whether what began then, and ended then or not yet, was there on one of its days."""
        if self._place(began) > (self.year, self.month):
            return False
        return ended is None or self._place(ended) >= (self.year, self.month)

    def _place(self, at: int) -> tuple[int, int]:
        day = self.day_of(at)
        return day.year, day.month
