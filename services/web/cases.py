"""Cases as pages show them: the record of intake joined with the projection of progress."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from services.web import words
from services.web.charts.words import Verdict, full_date, rated


ORDER = ("urgent", "high", "medium", "low", "info")
OVER = ("closed", "cleared")  # the states in which a flag asks for nothing; the others are open
NEVER = datetime.max.replace(tzinfo=UTC)  # when the clock runs out of a flag that has none


@dataclass(frozen=True)
class Flag:
    """A flag with the person it is about."""

    flag_id: str
    case_id: str
    severity: str
    rule: str
    state: str
    sentence: str
    raised_at: str
    name: str
    acknowledged: dict[str, Any] | None
    seen_before: dict[str, Any] | None = None  # who saw it before what came since
    actioned: dict[str, Any] | None = None  # what was done, while it stands at that
    assigned_to: str | None = None
    safety: bool = False
    clock: dict[str, Any] | None = None
    grown_at: str = ""  # when it last came to more, which may be when it was raised
    client: str = ""  # by given name, where the case has several

    @property
    def to_acknowledge(self) -> bool:
        """Nobody has said yet that they saw it; open it is until it is closed or cleared."""
        return self.state == "raised"

    @property
    def act_by(self) -> str:
        """Until when somebody is to act, where it is about safety and that clock runs; or empty."""
        clock = self.clock or {}
        return clock["due_at"] if self.safety and clock.get("what") == "act" else ""

    @property
    def first(self) -> tuple[bool, int, datetime, str]:
        """The order of every list of flags: safety, then severity, then how far past its clock.

        Never lateness first: an old missed session would hide a fresh answer about suicide.
        """
        due = datetime.fromisoformat(self.clock["due_at"]) if self.clock else NEVER
        return not self.safety, rank(self.severity), due, self.raised_at

    @property
    def says(self) -> str:
        """Why somebody should look; of a cleared flag it is what it said, and holds no more."""
        return f"It said: “{self.sentence}”" if self.state == "cleared" else self.sentence

    @property
    def title(self) -> str:
        """Its rule in words."""
        return words.said(words.RULES, self.rule)


@dataclass(frozen=True)
class Case:
    """A case by its names and number."""

    case_id: str
    number: str
    name: str
    clinic_id: str
    clinician_id: str | None
    status: str
    modality: str
    opened_at: str | None
    closed_at: str | None = None
    clients: tuple[dict[str, str], ...] = field(default=())

    @property
    def closed(self) -> bool:
        """What belongs to it is history."""
        return self.status == "closed"


def case_of(item: dict[str, Any]) -> Case:
    """From intake's list of cases."""
    return Case(
        case_id=item["case_id"],
        number=item["case_number"],
        name=words.names(item["clients"]),
        clinic_id=item["clinic_id"],
        clinician_id=item.get("clinician_id"),
        status=item["status"],
        modality=item["modality"],
        opened_at=item.get("opened_at"),
        closed_at=item.get("closed_at"),
        clients=tuple(item["clients"]),
    )


def by_id(items: list[dict[str, Any]]) -> dict[str, Case]:
    """Cases by id, for joining."""
    return {item["case_id"]: case_of(item) for item in items}


def name_in(cases: dict[str, Case], case_id: str) -> str:
    """A case's people; where intake is away, the page goes on without names."""
    found = cases.get(case_id)
    return found.name if found else "Name cannot be shown"


def flags_of(items: list[dict[str, Any]], cases: dict[str, Case]) -> list[Flag]:
    """Flags with names, in the order in which they are to be looked at."""
    flags = [
        Flag(
            flag_id=item["flag_id"],
            case_id=item["case_id"],
            severity=item["severity"],
            rule=item["rule"],
            state=item["state"],
            sentence=item["sentence"],
            raised_at=item["raised_at"],
            name=whose(cases, item),
            client=_one_of(cases, item),
            acknowledged=item.get("acknowledged"),
            seen_before=item.get("seen_before"),
            grown_at=item.get("grown_at") or "",
            actioned=item.get("actioned"),
            assigned_to=item.get("assigned_to"),
            safety=item.get("safety", False),
            clock=item.get("clock"),
        )
        for item in items
    ]
    return sorted(flags, key=lambda flag: flag.first)


def whose(cases: dict[str, Case], flag: dict[str, Any]) -> str:
    """A case's people; of several the one whose flag it is, or would be, comes first, by name."""
    people, client = name_in(cases, flag["case_id"]), _one_of(cases, flag)
    return f"{client} ({people})" if client else people


def _one_of(cases: dict[str, Case], flag: dict[str, Any]) -> str:
    """The given name of the client whose flag it is; empty where the case has no other."""
    found = cases.get(flag["case_id"])
    clients = found.clients if found else ()
    mine = [each for each in clients if each.get("client_id") == flag.get("client_id")]
    return mine[0]["given_name"] if len(clients) > 1 and mine else ""


def rank(severity: str) -> int:
    """Place in the order of severity, the most severe first."""
    return ORDER.index(severity) if severity in ORDER else len(ORDER)


def goal_verdict(goal: dict[str, Any] | None) -> Verdict:
    """The verdict on a goal; higher is better. A goal without ratings has none yet."""
    if not goal or not goal["points"]:
        return rated(None, None)
    return rated(goal["verdict"], goal["change"])


WRITTEN = ("email", "mobile")  # the ways by which messages go out, where they are safe


def writable(contacts: list[dict[str, Any]]) -> bool:
    """Whether a message may go out to somebody: only over a safe e-mail or mobile."""
    return any(each["safe"] and each["kind"] in WRITTEN for each in contacts)


def person_of(item: dict[str, Any], today: date) -> dict[str, Any]:
    """A person with what tells them from another of the same name."""
    born = date.fromisoformat(item["date_of_birth"]) if item.get("date_of_birth") else None
    return {
        "name": words.names([item]),
        "born": f"{full_date(born)} ({words.age(born, today)})" if born else "",
        "contacts": item.get("contacts") or [],
    }
