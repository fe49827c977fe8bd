"""A case that is closed: since when, by whom, and how it ended, as its pages say it."""

from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.cases import Case
from services.web.clients import Part, part
from services.web.closing.words import ending
from services.web.directory import Clinic
from services.web.visit import Visit
from services.web.walltime import wall


@dataclass(frozen=True)
class Ended:
    """What a closed case's page says first."""

    when: str
    who: str  # empty where that is not known, as of cases closed long ago
    how: str  # within a sentence; empty where it cannot be shown

    @property
    def words(self) -> str:
        """`Closed on Tuesday 24 November 2026 at 10:04 by Mara Ellis: the client died.`"""
        by = f" by {self.who}" if self.who else ""
        return f"Closed{self.when}{by}{f': {self.how}' if self.how else ''}."


async def ended(visit: Visit, case: Case, clinic: Clinic) -> Ended | None:
    """How a case ended; None for one that goes on. Without the answer its day still stands."""
    if not case.closed:
        return None
    told: Part = await part(visit.api.get("intake", f"/v1/cases/{case.case_id}"))
    return ended_of(case.closed_at, told.value or {}, clinic)


def ended_of(closed_at: str | None, told: dict[str, Any], clinic: Clinic) -> Ended:
    """The same of what intake says: when, by whom, how."""
    at = wall(closed_at, clinic.zone) if closed_at else None
    by = told.get("closed_by")
    return Ended(
        when=f" on {words.long_day(at)} at {at:%H:%M}" if at else "",
        who=clinic.who(by) if by else "",
        how=ending(told.get("end_code")),
    )
