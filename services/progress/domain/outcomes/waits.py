"""Waiting in days, not weeks, on the clinic's calendar (domain sheet T14, C.2 WAIT_BREACH)."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.progress.domain.outcomes.courses import treatments
from services.progress.domain.state import Case


# Six and eighteen weeks: the standards for 75 % and 95 % of those who come ([S15][S19e]).
SOON, LATEST = 42, 126
BANDS = (14, 28, SOON, 84, LATEST)
NAMES = ("up_to_14", "15_to_28", "29_to_42", "43_to_84", "85_to_126", "over_126")

DayOf = Callable[[int], date]


@dataclass(frozen=True)
class Wait:
    """Days from referral to the first treatment session, or until today while there is none."""

    days: int
    first_treatment: int | None
    second_gap: int | None

    @property
    def band(self) -> str:
        """Which of the published bands it is in."""
        return NAMES[bisect_left(BANDS, self.days)]


def wait(case: Case, day_of: DayOf, now: int) -> Wait | None:
    """How long a case waited; None while its referral is not known.

    Who was rejected, or whose case ended untreated, waited until then.
    """
    if case.received_at is None:
        return None
    seen = treatments(case)
    end = seen[0] if seen else case.closed_at or now
    gap = (day_of(seen[1]) - day_of(seen[0])).days if len(seen) > 1 else None
    days = (day_of(end) - day_of(case.received_at)).days
    return Wait(max(days, 0), seen[0] if seen else None, gap)
