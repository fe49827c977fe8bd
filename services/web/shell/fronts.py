"""The front ends: who may open which, where it begins, and its places. Only places that exist."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `key` is the letter after g."""

    name: str
    path: str
    key: str
    count: str = ""


@dataclass(frozen=True)
class Front:
    """A front end: its address prefix, its name, the role that opens it, its places."""

    prefix: str
    name: str
    role: str
    search: str
    places: tuple[Place, ...]
    cases: str = ""  # under which its pages of cases stand; empty where it has none

    @property
    def home(self) -> str:
        """Where it begins."""
        return f"/{self.prefix}"


DESK = Front(
    "desk",
    "Front desk",
    "front_desk",
    "Find a client or case number",
    (
        Place("Today", "/desk", "t"),
        Place("Referrals", "/desk/referrals", "r", "referrals"),
        Place("Clients", "/desk/clients", "c"),
        Place("Messages", "/desk/messages", "m", "messages"),
    ),
    "/desk/clients",
)
CLINICIAN = Front(
    "clinician",
    "Clinician",
    "clinician",
    "Find a client or case number",
    (
        Place("My day", "/clinician", "d"),
        Place("Flags", "/clinician/flags", "f", "flags"),
    ),
    "/clinician/cases",
)
LEAD = Front(
    "lead",
    "Clinical lead",
    "clinical_lead",
    "Find a client or case number",
    (
        Place("Flag board", "/lead", "b", "flags"),
        Place("Caseloads", "/lead/caseloads", "c"),
        Place("Supervision", "/lead/supervision", "v"),
        Place("Outcomes", "/lead/outcomes", "o"),
        Place("Waits", "/lead/waits", "w"),
        Place("Settings", "/lead/settings", "s"),
    ),
    "/lead/cases",
)
OPERATIONS = Front(
    "operations",
    "Operations",
    "operations",
    "",
    (
        Place("Streams", "/operations", "s", "late"),
        Place("Parked events", "/operations/parked", "p", "parked"),
        Place("Rebuilds", "/operations/rebuilds", "r"),
    ),
)
SAFEGUARDING = Front(
    "safeguarding",
    "Safeguarding",
    "safeguarding_lead",
    "Find a client or case number",
    (Place("Concerns", "/safeguarding", "c", "concerns"),),
    "/safeguarding/cases",
)
FRONTS = (CLINICIAN, DESK, LEAD, SAFEGUARDING, OPERATIONS)


def fronts_for(roles: Iterable[str]) -> list[Front]:
    """The front ends that somebody with these roles may open."""
    held = set(roles)
    return [front for front in FRONTS if front.role in held]
