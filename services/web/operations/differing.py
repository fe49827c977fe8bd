"""What differs between two versions of the projection, in words, both rows side by side. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.charts.words import count
from services.web.walltime import wall


PARTS = {  # of a case's state
    "clinic": "The clinic",
    "clinician": "The clinician",
    "number": "The case number",
    "clients": "The clients",
    "status": "Whether the case is open",
    "goals": "Goals and their ratings",
    "measures": "Questionnaires and their answers",
    "sessions": "Sessions and their outcomes",
    "flags": "Which flags stand",
    "modality": "How they are seen",
    "received_at": "When the referral came",
    "opened_at": "When the case was opened",
    "closed_at": "When the case was closed",
    "end_code": "How the case ended",
    "previous_closed_at": "When an earlier case was closed",
    "previous_end_code": "How an earlier case ended",
    "disclosures": "Disclosures",
    "disclosers": "Who made disclosures",
    "due_at": "When time alone next changes a flag",
    "numbers": "Under which numbers of the clinic flags were looked at",
    "opening": "The first event of the case",
}
COLUMNS = {
    "severity": "severity",
    "rule_version": "version of the rule",
    "raised_at": "when it was raised",
    "grown_at": "when it last came to more",
    "cleared": "whether it stands",
    "evidence": "what it rests on",
    "because": "its sentence",
    "parameters": "the numbers of the rule",
    "client_id": "whom it is about",
    "clinic_id": "the clinic",
}
WHYS = {
    "another version of the rule": "The rule is another one: the versions stand beside the rows.",
    "raised and cleared again while facts were still coming": (
        "Over by now in both: which of them came and went depends on the order in which facts were"
        " heard of. No switch tells of them."
    ),
    "stands in both; name and age were kept as people were told": (
        "The same flag; the rebuilt version took over its name and age."
    ),
    "an event is set aside in one of them": "One version has read an event that the other has not.",
    "unexplained": "Nothing explains it: look at these cases before you switch.",
}
OVER = (
    "raised and cleared again while facts were still coming",
    "stands in both; name and age were kept as people were told",
)
NOT_THERE, NOT_SHOWN, NOT_KEPT = "not there", "clinical, not shown here", "not kept"
ONLY_LIVE, ONLY_REBUILT = "only live", "only rebuilt"
OTHERWISE = "raised otherwise"  # another first event or moment, as other facts were heard of first
AS_TOLD = ("stands, as people were told", "stands, now named and dated as people were told")


@dataclass(frozen=True)
class Beside:
    """One difference: the case, what differs, and what each version has."""

    case_id: str
    what: str
    live: str
    rebuilt: str


def beside(told: dict[str, Any]) -> Beside:
    """A difference with its two rows."""
    rule, column = _flag(told["what"])
    live, rebuilt = told.get("live"), told.get("rebuilt")
    if not rule:
        return Beside(told["case_id"], _part(told["what"]), *_state(told["what"]))
    name = f"Flag: {words.said(words.RULES, rule)}"
    if column == OTHERWISE:
        return Beside(told["case_id"], f"{name}, {column}", *AS_TOLD)
    if column in (ONLY_LIVE, ONLY_REBUILT) or (not live and not rebuilt):
        what = name if column.startswith("only") else f"{name}, {_column(column)}"
        sides = [_side(live, column == ONLY_LIVE), _side(rebuilt, column == ONLY_REBUILT)]
        return Beside(told["case_id"], what, *sides)
    what = f"{name}, {_column(column)}"
    return Beside(told["case_id"], what, _cell(live, column), _cell(rebuilt, column))


def matters(reason: str) -> bool:
    """Whether somebody has to look at it before a switch: what is over tells nobody anything."""
    return reason not in OVER


def why_words(reason: str) -> str:
    """What a reason means for whoever decides about the switch."""
    return WHYS.get(reason, "")


def _flag(what: str) -> tuple[str, str]:
    """`flag SI_ITEM: severity` in its parts; empty for what is no flag."""
    if not what.startswith("flag "):
        return "", ""
    rule, _, column = what.removeprefix("flag ").partition(": ")
    return rule, column


def _part(what: str) -> str:
    if what in (ONLY_LIVE, ONLY_REBUILT):
        return "The whole case"
    return PARTS.get(what, words.said({}, what).capitalize())


def _state(what: str) -> tuple[str, str]:
    if what == ONLY_LIVE:
        return "there", NOT_THERE
    return (NOT_THERE, "there") if what == ONLY_REBUILT else (NOT_SHOWN, NOT_SHOWN)


def _column(column: str) -> str:
    return words.said(COLUMNS, column)


def _side(row: dict[str, Any] | None, there: bool) -> str:
    if row is None:
        return NOT_KEPT if there else NOT_THERE
    return row_words(row)


def row_words(row: dict[str, Any]) -> str:
    """`stands, High, raised 12 Nov 2026 10:10 UTC, rests on 2 events, rule version 2`."""
    stands = "cleared" if row["cleared"] else "stands"
    severity = words.said(words.SEVERITIES, row["severity"])
    rests = f"rests on {count(row['evidence'], 'event')}"
    return f"{stands}, {severity}, raised {_moment(row['raised_at'])}, {rests}, {_version(row)}"


def _cell(row: dict[str, Any] | None, column: str) -> str:
    """One column of a row, with the version of the rule that made it."""
    if row is None:
        return NOT_THERE
    said = _value(row, column)
    return said if column == "rule_version" else f"{said} ({_version(row)})"


def _value(row: dict[str, Any], column: str) -> str:
    match column:
        case "severity":
            return words.said(words.SEVERITIES, row["severity"])
        case "rule_version":
            return _version(row)
        case "raised_at" | "grown_at":
            return _moment(row[column]) if row.get(column) else NOT_KEPT
        case "cleared":
            return "cleared" if row["cleared"] else "stands"
        case "evidence":
            return count(row["evidence"], "event")
        case "parameters":
            told = [f"{words.said({}, k)} {v}" for k, v in sorted(row["parameters"].items())]
            return ", ".join(told) or "none"
        case _:
            return NOT_SHOWN


def _version(row: dict[str, Any]) -> str:
    return f"rule version {row['rule_version']}"


def _moment(at: str) -> str:
    there: datetime = wall(at, "UTC")
    return f"{there.day} {there:%b %Y %H:%M} UTC"
