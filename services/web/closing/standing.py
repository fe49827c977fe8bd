"""What is still open in a case, by what its closing does to it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.web import words
from services.web.cases import OVER, Flag, flags_of
from services.web.clinician.figures import name_of_measure
from services.web.clinician.record import Record
from services.web.diary import SEEN, Session, sessions_of


OPEN = ("active", "on_hold")
PAIRED = ("phq-9", "gad-7")  # whose first and last scores make an outcome (domain sheet B.2 [S17])


@dataclass(frozen=True)
class Booked:
    """A case's diary: what would be called off, what nobody recorded, whether treatment began."""

    coming: list[Session]
    unrecorded: list[Session]
    treated: bool | None  # None where the diary cannot be shown


@dataclass(frozen=True)
class Clinical:
    """What only the people of the case may read of it."""

    goals: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    safety: list[Flag] = field(default_factory=list)
    unpaired: list[str] = field(default_factory=list)


def booked_of(sessions: list[Session], known: bool, now: datetime) -> Booked:
    """The diary as closing sees it: a session that has begun is not called off."""
    open_ = [each for each in sessions if each.status == "booked" and each.outcome is None]
    treated = any(each.kind == "treatment" and each.outcome in SEEN for each in sessions)
    return Booked(
        coming=[each for each in open_ if each.starts > now],
        unrecorded=[each for each in open_ if each.starts <= now],
        treated=treated if known else None,
    )


def diary_of(found: Record, now: datetime) -> Booked:
    """The same of a case's record."""
    sessions = sessions_of(found.diary.items, {found.case.case_id: found.case}, found.clinic)
    return booked_of(sessions, not found.diary.away, now)


def clinical_of(found: Record) -> Clinical:
    """Goals in the client's own words, flags, and whose scores come to no outcome."""
    shown = found.shown
    told = flags_of(shown["flags"], {found.case.case_id: found.case}) if shown else []
    flags = [flag for flag in told if flag.state not in OVER]
    return Clinical(
        goals=[goal["title"] for goal in found.goals.items if goal["status"] in OPEN],
        proposed=[goal["title"] for goal in found.goals.items if goal["status"] == "proposed"],
        flags=[flag for flag in flags if not flag.safety],
        safety=[flag for flag in flags if flag.safety],
        unpaired=[said for each in _courses(shown) if (said := _unpaired(each, found))],
    )


def _courses(shown: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What the course came to, for each client."""
    return list(shown.get("outcome", [])) if shown else []


def _unpaired(course: dict[str, Any], found: Record) -> str:
    twice = {pair["measure"] for pair in course["pairs"]}
    lacking = [name_of_measure(code) for code in PAIRED if code not in twice]
    if not lacking:
        return ""
    several = f" by {found.client(course['client_id'])}" if len(found.case.clients) > 1 else ""
    was = "was" if len(lacking) == 1 else "were"
    return f"{words.listed(lacking)} {was} not answered twice{several}"
