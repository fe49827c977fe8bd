"""Why a flag was cleared, in words: what went away of what it rested on, when, and by whom.

Progress knows what went away; when and by whom only the service in which people entered it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.charts.words import count
from services.web.clients import Part, part
from services.web.directory import Clinic
from services.web.flagging.evidence import RATED
from services.web.flagging.history import within
from services.web.visit import Visit


MOST = 5  # of them each is looked up; more than that nobody reads
ANSWERS = "goals.measure_completed"
STANDING = (
    "What it rested on still stands as it was. Which later fact, or which change of the clinic’s"
    " numbers, ended it, and when, is not kept."
)
UNKNOWN = "What became of what it rested on cannot be known here any more, nor when that was."
REPLACED = (
    "Something that it rested on was replaced, or is somebody else’s now; when that was cannot be"
    " known here."
)
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Clock:
    """Moments and names as the clinic's pages say them."""

    clinic: Clinic
    now: datetime

    def at(self, when: str) -> str:
        """Day and time in the clinic."""
        return within(when, self.clinic, self.now)

    def done(self, when: str, who: str, reason: str | None = None) -> str:
        """`on 14 Mar 09:00 by Mara Ellis: it was entered wrongly`."""
        said = words.said(words.CORRECTIONS, reason)
        why = f": {words.lower(said)}" if said else ""
        return f"{self.at(when)} by {self.clinic.who(who)}{why}"


async def why_cleared(visit: Visit, told: Told, clinic: Clinic, now: datetime) -> list[str]:
    """The reasons for which a cleared flag asks for nothing; where none is known, that in words."""
    if told["state"] != "cleared":
        return []
    some = told["ended"][:MOST]
    asked = await asyncio.gather(*(part(_source(visit, told, each)) for each in some))
    clock = Clock(clinic, now)
    found = [_words(each, source, clock) for each, source in zip(some, asked, strict=True)]
    said = list(dict.fromkeys(each for each in found if each))
    if said and len(told["ended"]) > MOST:
        said.append(f"And {count(len(told['ended']) - MOST, 'more thing')} that it rested on.")
    return said or [STANDING if some else UNKNOWN]


async def _source(visit: Visit, told: Told, each: Told) -> dict[str, Any]:
    """What its own service says of one thing; nothing where there is nothing to ask."""
    subject, get = each["subject_id"], visit.api.get
    if each["how"] == "taken_back":
        return await visit.api.every("goals", "/v1/disclosures", case_id=told["case_id"])
    if each["how"] == "recorded_otherwise":
        asked: dict[str, Any] = await get("scheduling", f"/v1/appointments/{subject}/attendance")
        return asked
    if each["type"] in RATED or each["type"] == ANSWERS:
        kind = "responses" if each["type"] == ANSWERS else "ratings"
        found: dict[str, Any] = await get("goals", f"/v1/{kind}/{subject}")
        return found
    return {}


def _words(each: Told, source: Part, clock: Clock) -> str:
    """One reason; empty for what stands as it was entered."""
    match each["how"]:
        case "case_closed":
            return f"Its case was closed {clock.at(each['at'])}, and what it asked for with it."
        case "not_held":
            return REPLACED
        case "voided":
            return _voided(each, source.value, clock)
        case "taken_back":
            return _taken_back(each, source, clock)
        case "recorded_otherwise":
            return _otherwise(each, source, clock)
        case _:
            return _corrected(each, source.value or {}, clock)


def _named(each: Told, clock: Clock) -> str:
    return f"“{each['words']}”, of {clock.at(each['at'])},"


def _voided(each: Told, source: Told | None, clock: Clock) -> str:
    void = _void_of(source or {})
    if void is None:
        return f"{_named(each, clock)} was voided; when and by whom cannot be shown just now."
    return f"{_named(each, clock)} was voided {clock.done(*void)}."


def _void_of(source: Told) -> tuple[str, str, str] | None:
    """When, by whom and why; ratings and answers say it in two shapes."""
    if source.get("voided_at"):
        return source["voided_at"], source["voided_by"], source["void_reason"]
    void = source.get("voided")
    return (void["at"], void["by"], void["reason"]) if isinstance(void, dict) else None


def _taken_back(each: Told, source: Part, clock: Clock) -> str:
    at = datetime.fromisoformat(each["at"])
    same = [d for d in source.items if datetime.fromisoformat(d["disclosed_at"]) == at]
    void = next((found for d in same if (found := _void_of(d))), None)
    what = f"What was recorded as said {clock.at(each['at'])}"
    if void is None:
        return f"{what} does not count any more; when it was taken back cannot be shown."
    return f"{what} was taken back {clock.done(*void)}."


def _otherwise(each: Told, source: Part, clock: Clock) -> str:
    said = source.items
    session = f"The session of {clock.at(each['at'])}"
    if len(said) < 2:
        return f"{session} stands otherwise now ({each['words']}); when that changed is not known."
    before, last = said[-2], said[-1]
    was, now = (words.said(words.OUTCOMES, one["outcome"]).lower() for one in (before, last))
    done = clock.done(last["recorded_at"], last["recorded_by"])
    return f"{session} had been recorded as “{was}”. It was corrected {done}, to “{now}”."


def _corrected(each: Told, source: Told, clock: Clock) -> str:
    """Answers keep what they said before; of a rating the newest version says who changed it."""
    history, versions = source.get("history") or [], source.get("versions") or []
    if history:
        last = history[-1]
        done = clock.done(last["replaced_at"], last["replaced_by"], last["reason"])
    elif len(versions) > 1:
        last = versions[0]
        done = clock.done(last["entered_at"], last["entered_by"], last["reason"])
    else:
        return ""
    at = clock.at(each["at"])
    return f"What was entered of {at} was corrected {done}. It now says “{each['words']}”."
