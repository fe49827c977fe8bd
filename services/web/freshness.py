"""How current a page is, from the answer's `current_to`, and what no answer could take in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.web.charts.words import count
from services.web.clients import Part
from services.web.words import ago


RISK_LIMIT = 15  # seconds
LIMIT = 30
VERY_LATE = 300


NOBODY = Part()


@dataclass(frozen=True)
class Freshness:
    """What is shown in the strip: of what, current to when, and how late that is."""

    what: str
    current_to: datetime | None
    seconds: float
    limit: int = LIMIT
    still: bool = False  # it stands still there: late, however short ago that was
    but: int = 0  # cases that stand still, of which what came since is not in it
    read: bool = False  # straight from the service that owns the facts: never late, only old

    @property
    def late(self) -> bool:
        """Past the stream's limit, or not known at all."""
        return self.still or self.current_to is None or self.seconds > self.limit or self.but > 0

    @property
    def very_late(self) -> bool:
        """So late that the page must not be relied on."""
        return self.current_to is None or self.seconds > VERY_LATE

    def clock(self, now: datetime) -> str:
        """The same as a clock time, for a page that no script counts up; `now` is wall time."""
        return f"{now - timedelta(seconds=self.seconds):%H:%M:%S}"

    @property
    def words(self) -> str:
        """`4 s ago`; without a known time it says so."""
        return "an unknown time" if self.current_to is None else f"{ago(self.seconds)} ago"

    @property
    def besides(self) -> str:
        """`, but for 1 case that stands still,`; empty where none does."""
        if not self.but:
            return ""
        stand = "stands" if self.but == 1 else "stand"
        return f", but for {count(self.but, 'case')} that {stand} still,"


def freshness(
    what: str, answer: object, now: datetime, limit: int = LIMIT, others: Part = NOBODY
) -> Freshness:
    """From a projection's answer; unknown when the answer is away.

    What stands still is current to where it stands, however far others are; a list is current
    but for those `others` of its cases that stand still.
    """
    if not isinstance(answer, dict) or not answer.get("current_to"):
        return Freshness(what, None, 0, limit)
    current_to = datetime.fromisoformat(answer["current_to"])
    if still := answer.get("still"):
        current_to = min(current_to, datetime.fromisoformat(still["since"]))
    limit = 0 if still or others.items else limit
    seconds = max(0.0, (now - current_to).total_seconds())
    return Freshness(what, current_to, seconds, limit, still=bool(still), but=len(others.items))


def read_now(what: str, now: datetime) -> Freshness:
    """For a page read straight from the service that owns the facts."""
    return Freshness(what, now, 0, read=True)


def of_a_form(told: Freshness) -> Freshness:
    """A form stays as it was read while it is filled in: that is its age, and no stream is late."""
    return told if told.late else replace(told, read=True)


def unread(told: dict[str, Any]) -> str:
    """How many cases are in no figure because nobody can read them; empty where there is none."""
    if not (number := told.get("unreadable", 0)):
        return ""
    said = "is in none of these numbers until operations repairs it"
    if number > 1:
        said = "are in none of these numbers until operations repairs them"
    return f"{count(number, 'case')} could not be read and {said}."


def left_out(told: dict[str, Any], still: Part) -> str:
    """What is in no number of a page: cases nobody can read, and what came of those that stand."""
    return " ".join(filter(None, (unread(told), _stands_still(still))))


def _stands_still(still: Part) -> str:
    if still.away:
        return "Whether a case stands still cannot be asked now."
    if not (number := len(still.items)):
        return ""
    one = number == 1
    return (
        f"{count(number, 'case')} {'stands' if one else 'stand'} still: what came of"
        f" {'it' if one else 'them'} since is in none of these numbers; the flag board names"
        f" {'it' if one else 'them'}."
    )
