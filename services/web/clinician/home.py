"""My day: who needs me, who comes next, and how my cases are doing."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import Response

from services.web.cases import Flag, by_id
from services.web.charts.words import count
from services.web.clients import Part, parts
from services.web.clinician.caseload import caseload_rows, picks, reviews, shown
from services.web.clinician.flags import count_of
from services.web.clinician.own_flags import asked, own
from services.web.diary import Session, sessions_of, window
from services.web.directory import Clinic
from services.web.freshness import RISK_LIMIT, freshness, unread
from services.web.still.asking import left_out, standing_still
from services.web.still.left_out import cases_left_out
from services.web.still.standing import cases_of
from services.web.visit import Visit
from services.web.walltime import wall


AHEAD = timedelta(days=28)
FLAGS = 6  # that stand without opening anything; what is more than low always does
MINOR = ("low", "info")


async def my_day(visit: Visit) -> Response:
    """The clinician's home page."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    caseload, told, cases, diary, concerns, still, lacking = await _asked(visit, clinic, now)
    named = by_id(cases.items)
    mine = await own(visit, told, named)
    flags = None if told.away else mine.needing
    sessions = sessions_of(_own(diary.items, visit.person.sub), named, clinic)
    today = [session for session in sessions if session.day == now.date()]
    booked = None if diary.away else sessions
    rows = caseload_rows(caseload.items, named, booked, now, clinic)
    chosen = visit.request.query_params.get("show", "all")
    return visit.page(
        "clinician/home.html",
        title="My day",
        clinic=clinic,
        fresh=freshness(
            "Scores and flags", caseload.value or told.value, visit.now, RISK_LIMIT, still
        ),
        parts={"caseload": caseload, "flags": told, "diary": diary},
        counted=mine.counted,
        mine_open=len(mine.open),
        flags=flags or [],
        # What was seen and is still to act on is about safety too: nothing less comes before it.
        first=sum(flag.safety for flag in flags or []) if mine.to_act else standing(flags or []),
        whole=standing(flags or []),
        to_act=[] if told.away else mine.to_act,
        me=visit.staff_id,
        still=still,
        standing_still=cases_of(still, named, clinic, now),
        left_out=lacking,
        left_out_cases=cases_left_out(lacking, named, clinic, now),
        concerns=[each for each in concerns.items if each["state"] != "closed"],
        today=today,
        summary=summary(flags, None if diary.away else today),
        reviews=reviews(caseload.items, named, now.date()),
        unread=unread(caseload.value or {}),
        rows=shown(rows, chosen),
        picks=[] if caseload.away else picks(rows, chosen),
        counts=count_of(told.away, len(mine.open)),
        live="flags,ratings,answers,diary",
    )


async def _asked(visit: Visit, clinic: Clinic, now: datetime) -> tuple[Part, ...]:
    """Caseload, flags, cases' names, the diary from today on, my concerns, what stands still, and
    what is left out."""
    me = visit.person.sub
    start, end = window(clinic.zone, now.date(), now.date() + AHEAD)
    span = {"clinic_id": clinic.clinic_id, "from": start, "to": end}
    return await parts(
        visit.api.every("progress", "/v1/caseload", clinician_id=me),
        asked(visit),
        visit.api.every("intake", "/v1/cases", clinician_id=me),
        visit.api.every("scheduling", "/v1/appointments", **span),
        # Whoever is named in no concern is told what a stranger is: that there is none.
        visit.api.every("progress", "/v1/concerns", clinic_id=clinic.clinic_id),
        standing_still(visit, clinician_id=me),
        left_out(visit, clinician_id=me),
    )


def _own(items: list[dict[str, Any]], me: str) -> list[dict[str, Any]]:
    """A clinician's own sessions, without the cancelled ones."""
    return [item for item in items if item["clinician_id"] == me and item["status"] == "booked"]


def standing(flags: list[Flag]) -> int:
    """How many flags, most urgent first, stand unfolded."""
    return max(FLAGS, sum(flag.severity not in MINOR for flag in flags))


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
