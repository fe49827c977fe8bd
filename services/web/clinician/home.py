"""My day: who needs me, who comes next, and how my cases are doing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Response
from markupsafe import Markup

from services.web import words
from services.web.cases import Case, Flag, by_id, flags_of, name_in, rank
from services.web.charts.spark import spark
from services.web.charts.words import Verdict, count, verdict
from services.web.clients import Part, parts
from services.web.diary import Session, sessions_of, window
from services.web.directory import Clinic
from services.web.freshness import RISK_LIMIT, freshness
from services.web.visit import Visit
from services.web.walltime import wall


AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class Row:
    """One line of the caseload."""

    case_id: str
    name: str
    number: str
    severity: str | None
    seen: str  # what was done about its flags, when somebody has seen the most severe
    goal: dict[str, Any] | None
    spark: Markup
    others: int
    measure: dict[str, Any] | None
    verdict: Verdict
    last: str
    next: str | None  # none when the diary cannot be shown

    @property
    def worse(self) -> bool:
        """Whether its main goal or measure went the wrong way."""
        goal = bool(self.goal) and self.goal["verdict"] == "reliably_worse"  # type: ignore[index]
        return goal or self.verdict.tone == "worse"


async def my_day(visit: Visit) -> Response:
    """The clinician's home page."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    caseload, cases, diary = await _asked(visit, clinic, now)
    named = by_id(cases.items)
    found = flags_of([flag for item in caseload.items for flag in item["flags"]], named)
    flags = None if caseload.away else [flag for flag in found if flag.open]
    sessions = sessions_of(_own(diary.items, visit.person.sub), named, clinic)
    today = [session for session in sessions if session.day == now.date()]
    booked = None if diary.away else sessions
    rows = caseload_rows(caseload.items, named, booked, now, clinic)
    chosen = visit.request.query_params.get("show", "all")
    return visit.page(
        "clinician/home.html",
        title="My day",
        clinic=clinic,
        fresh=freshness("Scores and flags", caseload.value, visit.now, RISK_LIMIT),
        parts={"caseload": caseload, "diary": diary},
        flags=flags or [],
        today=today,
        summary=summary(flags, None if diary.away else today),
        rows=shown(rows, chosen),
        picks=[] if caseload.away else picks(rows, chosen),
        counts={} if flags is None else {"flags": len(flags)},
        live="flags,ratings,answers,diary",
    )


async def _asked(visit: Visit, clinic: Clinic, now: datetime) -> tuple[Part, ...]:
    """My caseload, my cases' names, and the clinic's diary from today on."""
    me = visit.person.sub
    start, end = window(clinic.zone, now.date(), now.date() + AHEAD)
    span = {"clinic_id": clinic.clinic_id, "from": start, "to": end}
    return await parts(
        visit.api.every("progress", "/v1/caseload", clinician_id=me),
        visit.api.every("intake", "/v1/cases", clinician_id=me),
        visit.api.every("scheduling", "/v1/appointments", **span),
    )


def _own(items: list[dict[str, Any]], me: str) -> list[dict[str, Any]]:
    """A clinician's own sessions, without the cancelled ones."""
    return [item for item in items if item["clinician_id"] == me and item["status"] == "booked"]


def summary(flags: list[Flag] | None, today: list[Session] | None) -> str:
    """The day in two sentences; None for what cannot be shown, which is not the same as none."""
    return f"{_sessions(today)} {_safety(flags)}".strip()


def _sessions(today: list[Session] | None) -> str:
    if today is None:
        return "Today’s sessions cannot be shown."
    return f"{count(len(today), 'session')} today." if today else "No sessions today."


def _safety(flags: list[Flag] | None) -> str:
    if flags is None:
        return "Whether a flag needs you cannot be shown. That does not mean no risk."
    urgent = sum(flag.severity in ("urgent", "high") for flag in flags)
    need = "needs" if urgent == 1 else "need"
    return f"{count(urgent, 'flag')} about safety {need} you first." if urgent else ""


def caseload_rows(
    items: list[dict[str, Any]],
    cases: dict[str, Case],
    sessions: list[Session] | None,
    now: datetime,
    clinic: Clinic,
) -> list[Row]:
    """Flagged first, then by the next session; None for sessions that cannot be shown."""
    after = [s for s in sessions or [] if s.starts > now and s.outcome is None]
    coming = {s.case_id: s for s in reversed(after)}
    nexts = {s.case_id: words.moment(s.starts, now) for s in coming.values()}
    unknown = None if sessions is None else ""
    rows = [_row(item, cases, nexts.get(item["case_id"], unknown), now, clinic) for item in items]
    late = "9999"
    order = {s.case_id: s.starts.isoformat() for s in coming.values()}
    return sorted(rows, key=lambda row: (_first(row), order.get(row.case_id, late), row.name))


def _first(row: Row) -> int:
    return rank(row.severity) if row.severity else 9


def _row(
    item: dict[str, Any],
    cases: dict[str, Case],
    coming: str | None,
    now: datetime,
    clinic: Clinic,
) -> Row:
    goals = [goal for goal in item["goals"] if goal["points"]]
    goal = max(goals, key=lambda each: each["points"][-1]["at"], default=None)
    measure = next((each for each in item["measures"] if each["points"]), None)
    last = item.get("last_contact")
    return Row(
        case_id=item["case_id"],
        name=name_in(cases, item["case_id"]),
        number=item["case_number"] or "",
        severity=min((flag["severity"] for flag in item["flags"]), key=rank, default=None),
        seen=seen(item["flags"]),
        goal=goal,
        spark=_spark(goal),
        others=len(item["goals"]) - 1,
        measure=measure,
        verdict=verdict(measure["verdict"], measure["change"]) if measure else verdict(None, None),
        last=words.day(wall(last, clinic.zone).date(), now.date()) if last else "not yet",
        next=coming,
    )


def seen(flags: list[dict[str, Any]]) -> str:
    """`acknowledged` when nobody needs to take the most severe flag any more; how many are open."""
    worst = min(
        flags, key=lambda flag: (rank(flag["severity"]), flag["state"] != "raised"), default=None
    )
    if worst is None or worst["state"] == "raised":
        return ""
    still = sum(flag["state"] == "raised" for flag in flags)
    state = words.said(words.FLAG_STATES, worst["state"]).lower()
    return f"{state}, {still} more open" if still else state


def _spark(goal: dict[str, Any] | None) -> Markup:
    return spark([point["value"] for point in goal["points"]], goal["target"]) if goal else Markup()


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
