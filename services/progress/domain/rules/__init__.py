"""The flag rules: each is data in the contract and a pure function here, one file per group."""

from services.progress.domain.rules.assess import Cause, Happened, Told, reassess
from services.progress.domain.rules.house import DEFAULTS, House
from services.progress.domain.rules.register import RULES, TIMED
from services.progress.domain.rules.turns import (
    Moment,
    after,
    again,
    known_to_stand_still,
    next_due,
    passed,
)


__all__ = [
    "DEFAULTS",
    "RULES",
    "TIMED",
    "Cause",
    "Happened",
    "House",
    "Moment",
    "Told",
    "after",
    "again",
    "known_to_stand_still",
    "next_due",
    "passed",
    "reassess",
]
