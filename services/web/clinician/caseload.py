"""The caseload: a line for each case with its main goal, its main measure, and what comes next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.web import words
from services.web.cases import Case, name_in, rank
from services.web.charts.words import count
from services.web.clinician.skimmed import (
    WORSE,
    GoalCell,
    MeasureCell,
    main_goal,
    main_measure,
)
from services.web.diary import Session
from services.web.directory import Clinic
from services.web.walltime import wall


WORKED_ON = ("proposed", "active", "on_hold")
DONE = ("closed", "cleared")


@dataclass(frozen=True)
class Row:
    """One line of the caseload."""

    case_id: str
    name: str
    number: str
    severity: str | None
    seen: str  # what was done about its flags, when somebody has seen the most severe
    goal: GoalCell | None
    others: int
    measure: MeasureCell | None
    worse: bool  # whether a goal or a measure went the wrong way
    last: str
    next: str | None  # none when the diary cannot be shown
    still: str = ""  # since when nothing that came is in this line; empty where all is


def caseload_rows(
    items: list[dict[str, Any]],
    cases: dict[str, Case],
    sessions: list[Session] | None,
    now: datetime,
    clinic: Clinic,
) -> list[Row]:
    """Those that stand still, then flagged ones, then by the next session.

    None for sessions that cannot be shown.
    """
    after = [s for s in sessions or [] if s.to_come(now)]
    coming = {s.case_id: s for s in reversed(after)}
    nexts = {s.case_id: words.moment(s.starts, now) for s in coming.values()}
    unknown = None if sessions is None else ""
    rows = [_row(item, cases, nexts.get(item["case_id"], unknown), now, clinic) for item in items]
    late = "9999"
    order = {s.case_id: s.starts.isoformat() for s in coming.values()}
    return sorted(rows, key=lambda row: (_first(row), order.get(row.case_id, late), row.name))


def _first(row: Row) -> int:
    if row.still:
        return -1  # it may be the most urgent of all: nobody can tell
    return rank(row.severity) if row.severity else 9


def _row(
    item: dict[str, Any],
    cases: dict[str, Case],
    coming: str | None,
    now: datetime,
    clinic: Clinic,
) -> Row:
    flags = standing_flags(item["flags"])
    open_ = [goal for goal in item["goals"] if goal.get("status", "active") in WORKED_ON]
    last, still = item.get("last_contact"), item.get("still")
    return Row(
        case_id=item["case_id"],
        name=name_in(cases, item["case_id"]),
        number=item["case_number"] or "",
        severity=min((flag["severity"] for flag in flags), key=rank, default=None),
        seen=seen(flags),
        goal=main_goal(open_),
        others=len(open_) - 1,
        measure=main_measure(item["measures"]),
        worse=_worse(item),
        last=words.day(wall(last, clinic.zone).date(), now.date()) if last else "not yet",
        next=coming,
        still=words.within(wall(still["since"], clinic.zone), now) if still else "",
    )


def standing_flags(flags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The flags that somebody still has to look at or to finish."""
    return [flag for flag in flags if flag["state"] not in DONE]


def _worse(item: dict[str, Any]) -> bool:
    lines = [line for goal in item["goals"] for line in goal.get("lines", [])]
    told = (*item["goals"], *lines, *item["measures"])
    return any(each["verdict"] == WORSE for each in told)


def seen(flags: list[dict[str, Any]]) -> str:
    """`acknowledged` once somebody has seen the most severe flag; how many others wait."""
    worst = min(
        flags, key=lambda flag: (rank(flag["severity"]), flag["state"] != "raised"), default=None
    )
    if worst is None or worst["state"] == "raised":
        return ""
    still = sum(flag["state"] == "raised" for flag in flags)
    state = words.said(words.FLAG_STATES, worst["state"]).lower()
    return f"{state}, {still} more to acknowledge" if still else state


def shown(rows: list[Row], chosen: str) -> list[Row]:
    """The rows that a filter keeps."""
    match chosen:
        case "flagged":
            return [row for row in rows if row.severity]
        case "unbooked":
            return [row for row in rows if row.next == ""]
        case "worse":
            return [row for row in rows if row.worse]
        case _:
            return rows


def picks(rows: list[Row], chosen: str) -> list[tuple[str, str, bool]]:
    """The filters with their counts, each a plain link."""
    named = {"all": "All", "flagged": "Flagged", "unbooked": "No next session", "worse": "Worse"}
    if any(row.next is None for row in rows):
        del named["unbooked"]  # nobody knows who has no next session
    current = chosen if chosen in named else "all"
    return [
        (f"{named[each]} {len(shown(rows, each))}", f"/clinician?show={each}", each == current)
        for each in named
    ]


@dataclass(frozen=True)
class Review:
    """A case with goals past their review date."""

    case_id: str
    name: str
    words: str


def reviews(items: list[dict[str, Any]], cases: dict[str, Case], today: date) -> list[Review]:
    """The cases with goals past their review date, the longest overdue first."""
    found = [(due, item) for item in items if (due := _due(item, today))]
    found.sort(key=lambda each: min(goal["review_on"] for goal in each[0]))
    return [
        Review(item["case_id"], name_in(cases, item["case_id"]), _overdue(due, today))
        for due, item in found
    ]


def _due(item: dict[str, Any], today: date) -> list[dict[str, Any]]:
    return [
        goal
        for goal in item["goals"]
        if goal.get("review_on")
        and goal["status"] in WORKED_ON
        and date.fromisoformat(goal["review_on"]) < today
    ]


def _overdue(due: list[dict[str, Any]], today: date) -> str:
    kinds = dict.fromkeys(words.said(words.KINDS, goal["kind"]).lower() for goal in due)
    oldest = date.fromisoformat(min(goal["review_on"] for goal in due))
    since = words.lower(words.day(oldest, today))
    return f"{count(len(due), 'goal')} ({', '.join(kinds)}), due since {since}"
