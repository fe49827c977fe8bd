"""Cases that are not what the log comes to: what differs, in words, side by side. Pure."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


ONLY_LOG, ONLY_TABLES, ROW = "only in the log", "only in the read tables", "state and row"
UNREADABLE = "cannot be read"
THERE, MISSING, STANDS, NO_FLAG = "There", "Missing", "Stands", "Does not stand"
AS_RECKONED = "As reckoned from all events"
LOST, AS_DONE = "only in the list of acts", "As act by act"
ACT = "act "
PARTS = {"row": "The case’s row", "clinic": "Its clinic", "log": "Its events"}
# What nobody can reckon with: what of the case is therefore not compared, and why.
NOT_COMPARED = {
    "an event cannot be read": ("Not compared", "One of its events cannot be read"),
    "an event of the clinic cannot be read": (
        "What follows from the clinic’s numbers is not compared",
        "An event of its clinic cannot be read",
    ),
    "an event of our own cannot be read": (
        "What was done about its flags is not compared",
        "An event that progress published cannot be read",
    ),
}
LOGS = {
    ACT: "As it was published",
    "what was done about ": AS_DONE,
    "clinic": "As the clinic said",
}
FIELDS = {
    "due_at": "moment of the next look",
    "numbers": "clinic’s numbers",
    "clinic_id": "clinic",
    "clinician_id": "clinician",
    "client_id": "client",
    "client_ids": "clients",
    "goal_id": "goal",
    "parameters": "numbers of the rule",
    "version": "version of the rule",
    "acknowledged_by": "person who saw it",
    "acknowledged_at": "moment of having seen it",
    "assigned_to": "person who has it",
    "told": "people who were told",
    "closed_at": "moment of closing",
    "still": "known standstill",
    "by": "person",
    "to": "recipient",
}


@dataclass(frozen=True)
class Difference:
    """One part of a case as the read tables have it, and as the log says. No value is in it."""

    part: str
    tables: str
    log: str


@dataclass(frozen=True)
class Differing:
    """One case with all that differs in it."""

    case_id: str
    found_at: str
    seen_at: str
    repaired_at: str | None
    differences: list[Difference]


def by_case(incidents: list[dict[str, Any]]) -> list[Differing]:
    """The cases of these incidents, in their order, each once."""
    theirs: dict[str, list[dict[str, Any]]] = {}
    for each in incidents:
        theirs.setdefault(each["case_id"], []).append(each)
    return [_case(case_id, those) for case_id, those in theirs.items()]


def _case(case_id: str, incidents: list[dict[str, Any]]) -> Differing:
    repaired = [each["repaired_at"] for each in incidents if each["repaired_at"]]
    return Differing(
        case_id,
        min(each["found_at"] for each in incidents),
        max(each["seen_at"] for each in incidents),
        max(repaired, default=None),
        _differences([each["what"] for each in incidents]),
    )


def _differences(found: list[str]) -> list[Difference]:
    """Each part once where it can be: a flag that the log refutes need not be told from its row."""
    refuted = {part for part, how in map(_split, found) if how != ROW}
    told = [what for what in found if _split(what)[1] != ROW or _split(what)[0] not in refuted]
    return [difference(what) for what in sorted(told)]


def _split(what: str) -> tuple[str, str]:
    part, _, how = what.partition(": ")
    return part, how


def difference(what: str) -> Difference:
    """What one incident says, from its two words: the part, and how it differs."""
    part, how = _split(what)
    there, missing = (STANDS, NO_FLAG) if part.startswith("flag ") else (THERE, MISSING)
    whole = {
        ONLY_LOG: (missing, there),
        ONLY_TABLES: (there, missing),
        ROW: ("Its row and its case’s state say different things", "–"),
        UNREADABLE: ("Cannot be read", AS_RECKONED),
        **NOT_COMPARED,
    }
    return Difference(_shown(part), *(whole.get(how) or _sides(part, how)))


def _shown(part: str) -> str:
    if part.startswith(ACT):
        return f"Act about a flag: {part.removeprefix(ACT).replace('_', ' ')}"
    return PARTS.get(part, part[:1].upper() + part[1:])


def _sides(part: str, how: str) -> tuple[str, str]:
    """A part that both have, with the fields that are not the same."""
    if part == "row":
        return f"Its {_words(how)} is not its state’s", "–"
    if how == LOST:
        return MISSING, AS_DONE
    other = f"Other {_words(how)}" if how else "Other"
    found = (log for begins, log in LOGS.items() if part.startswith(begins))
    return other, next(found, AS_RECKONED)


def _words(fields: str) -> str:
    return ", ".join(FIELDS.get(name, name.replace("_", " ")) for name in fields.split(", "))


def is_case(text: str) -> bool:
    """Whether somebody typed a case's id."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
