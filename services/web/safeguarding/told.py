"""A concern as its few readers see it: its clocks, its state, its history. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.web import words
from services.web.cases import Case, name_in
from services.web.charts.words import count
from services.web.directory import Clinic
from services.web.flagging.clocks import Clock, clock_of, left, state
from services.web.flagging.history import Entry, act_words
from services.web.walltime import wall


AUTHORITY = timedelta(hours=24)  # to the authority within a day of the concern (domain C.2 [S74])
REFERRED = "referred_to_authority"
ACTS: dict[str, tuple[str, ...]] = {
    "raised": ("acknowledge", "name"),
    "acknowledged": ("refer", "tell", "name", "close"),
    "in_review": ("refer", "tell", "name", "close"),
    "actioned": ("refer", "tell", "name", "close"),
    "closed": (),
}


@dataclass(frozen=True)
class Concern:
    """One concern with the words around it."""

    concern_id: str
    name: str
    number: str
    urgent: bool
    note: str
    state: str
    raised: str
    raised_by: str
    clock: Clock
    authority: Clock | None  # None once it was referred or is closed
    named: list[str]
    acts: list[Entry]

    @property
    def open(self) -> bool:
        """Not done with."""
        return self.state != "closed"


def concern_of(
    item: dict[str, Any], cases: dict[str, Case], clinic: Clinic, now: datetime
) -> Concern:
    """A concern from the service's answer."""
    case = cases.get(item["case_id"])
    due = wall(item["raised_at"], clinic.zone) + AUTHORITY
    pending = item["state"] != "closed" and not any(a["code"] == REFERRED for a in item["acts"])
    return Concern(
        concern_id=item["concern_id"],
        name=_whose(item, case) if case else name_in(cases, item["case_id"]),
        number=case.number if case else "",
        urgent=item["urgent"],
        note=item["note"],
        state=item["state"],
        raised=words.moment(wall(item["raised_at"], clinic.zone), now),
        raised_by=clinic.who(item["raised_by"]),
        clock=clock_of(item["clock"], clinic.zone, now),
        authority=Clock(left(due, now), state(due, now)) if pending else None,
        named=[clinic.who(each) for each in item["named"]],
        acts=[_entry(each, clinic, now) for each in reversed(item["acts"])],
    )


def _whose(item: dict[str, Any], case: Case) -> str:
    client = next((c for c in case.clients if c["client_id"] == item.get("client_id")), None)
    return words.names([client]) if client else case.name


def _entry(act: dict[str, Any], clinic: Clinic, now: datetime) -> Entry:
    said = act_words(act, clinic)
    if act["act"] == "assigned":
        said = f"{clinic.who(act['to'])} may see it, named by {clinic.who(act['by'])}"
    return Entry(said, words.moment(wall(act["at"], clinic.zone), now), act.get("note") or "")


def summary(found: list[Concern]) -> str:
    """All of them in one sentence."""
    pending = [each for each in found if each.open]
    if not pending:
        return "No open concerns."
    over = sum(bool(each.authority and each.authority.state == "over") for each in pending)
    late = f"{over} past the 24 hours for a referral" if over else "none past the 24 hours"
    return f"{count(len(pending), 'open concern')}, {late}."
