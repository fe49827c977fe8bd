"""Today: the diary of a day by clinician, and the arrivals."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import Response
from markupsafe import Markup

from services.web import words
from services.web.cases import by_id
from services.web.charts.rooms import beyond_words, hours, room_bar
from services.web.charts.words import count
from services.web.clients import Done, Part, part
from services.web.desk.grid import CLOSES, OPENS, Slot, outside, slots_of
from services.web.desk.missed import missed
from services.web.diary import Session, sessions_of, window
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.said import Undo, undoing
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


BEFORE, AFTER = timedelta(hours=1), timedelta(hours=2)


@dataclass(frozen=True)
class Column:
    """One clinician's day."""

    name: str
    hours: str
    slots: list[Slot]


async def today(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The front desk's home page."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    wish = visit.request.query_params.get("day") or (form.get("day") if form else None)
    day = asked_day(wish, now.date())
    (diary, sessions), unreached = await asyncio.gather(
        of_day(visit, clinic, day), missed(visit, clinic) if day == now.date() else _nobody()
    )
    columns = columns_of(sessions, clinic, now)
    return visit.page(
        "desk/today.html",
        correct=visit.request.query_params.get("correct", ""),
        status=status,
        title="Today" if day == now.date() else "Diary",
        clinic=clinic,
        now=now,
        day=day,
        days=(day - timedelta(days=1), day + timedelta(days=1)),
        fresh=read_now("Diary and arrivals", visit.now),
        form=form or Form(),
        diary=diary,
        columns=columns,
        outside=outside(sessions),
        hours=range(OPENS, CLOSES),
        now_at=now_class(now, day),
        arrivals=arrivals(sessions, now),
        rooms=rooms_of(sessions, clinic, now if day == now.date() else None),
        room_hours=hours(),
        summary=summary(sessions, now),
        missed=unreached,
        live="diary,referrals,cases",
    )


async def _nobody() -> None:
    """Another day's diary has no such list."""


async def of_day(visit: Visit, clinic: Clinic, day: date) -> tuple[Part, list[Session]]:
    """A clinic's sessions of one day, with names."""
    start, end = window(clinic.zone, day, day)
    question = {"clinic_id": clinic.clinic_id, "from": start, "to": end}
    diary = await part(visit.api.every("scheduling", "/v1/appointments", **question))
    items = [item for item in diary.items if item["status"] == "booked"]
    ids = sorted({item["case_id"] for item in items})
    cases = await part(_cases(visit, ids))
    return diary, sessions_of(items, by_id(cases.items), clinic)


async def _cases(visit: Visit, ids: list[str]) -> dict[str, object]:
    if not ids:
        return {"items": []}
    return await visit.api.every("intake", "/v1/cases", ids=",".join(ids))


def asked_day(text: str | None, today_: date) -> date:
    """The day of the address; today for none and for nonsense."""
    try:
        return date.fromisoformat(text) if text else today_
    except ValueError:
        return today_


def columns_of(sessions: list[Session], clinic: Clinic, now: datetime) -> list[Column]:
    """A column for each clinician of the clinic, by name; others only when they have sessions."""
    here = set(clinic.clinicians) - clinic.gone
    ids = sorted(here | {s.clinician_id for s in sessions}, key=clinic.who)
    return [
        _column(clinic.who(each), [s for s in sessions if s.clinician_id == each], now)
        for each in ids
    ]


def _column(name: str, sessions: list[Session], now: datetime) -> Column:
    return Column(name, hours_words(sessions), slots_of(sessions, now))


def hours_words(sessions: list[Session]) -> str:
    """From when to when somebody sees people; what lies outside the grid is counted."""
    elsewhere = outside(sessions)
    within = [session for session in sessions if session not in elsewhere]
    last = max((session.ends for session in within), default=None)
    said = f"{within[0].starts:%H:%M}–{last:%H:%M}" if last else "" if sessions else "no sessions"
    more = f"{len(elsewhere)} outside these hours" if elsewhere else ""
    return ", ".join(each for each in (said, more) if each)


def rooms_of(
    sessions: list[Session], clinic: Clinic, now: datetime | None
) -> list[tuple[str, Markup, str]]:
    """Each room's day, and what of it no bar can show."""
    booked = {
        room: [(s.starts, s.ends) for s in sessions if s.room_id == room] for room in clinic.rooms
    }
    return [
        (name, room_bar(name, booked[room], now), beyond_words(booked[room]))
        for room, name in sorted(clinic.rooms.items(), key=lambda pair: pair[1])
    ]


def now_class(now: datetime, day: date) -> str | None:
    """Where the line of now stands, if it stands on this page at all."""
    if day != now.date() or not OPENS <= now.hour < CLOSES:
        return None
    return f"tm-at-{now.hour:02}{now.minute // 5 * 5:02}"


def arrivals(sessions: list[Session], now: datetime) -> list[Session]:
    """Who is expected about now, by time: a row keeps its place when it is ticked off.

    Of whom nobody has said yet what became of it stays, however long ago it began.
    """
    return [
        s
        for s in sessions
        if s.starts - AFTER <= now
        and (now <= s.ends + BEFORE or (s.starts.date() == now.date() and s.outcome is None))
    ]


def summary(sessions: list[Session], now: datetime) -> str:
    """The day in one sentence."""
    if not sessions:
        return "No sessions. Book one, or choose another day."
    done = sum(s.outcome is not None for s in sessions)
    late = sum(s.outcome is None and s.starts < now for s in sessions)
    said = f"{count(len(sessions), 'session')}, {done} recorded"
    return f"{said}, {late} begun and not ticked off." if late else f"{said}."


async def attendance(visit: Visit, appointment_id: str) -> Response:
    """Tick somebody off, or say what became of the session."""
    form = await visit.form()
    form["appointment_id"] = appointment_id
    outcome = form.get("outcome", "")
    if outcome not in words.OUTCOMES:
        form.wrong(f"outcome-{appointment_id}", "Choose what became of the session")
        return await today(visit, form, 422)
    path = f"/v1/appointments/{appointment_id}/attendance"
    try:
        done = await visit.api.act("scheduling", path, {"outcome": outcome}, form.key)
    except Refused as refused:
        said = words.OUTCOMES[outcome]
        form.errors = refusals(refused, {"outcome": (f"outcome-{appointment_id}", f"“{said}”")})
        return await today(visit, form, refused.status)
    day = asked_day(form.get("day"), date.min)
    to = "/desk" if day == date.min else f"/desk?day={day.isoformat()}"
    undo = undo_of(path, outcome, form.get("was", ""), to, appointment_id, done)
    return visit.done(to, outcome, done.event, form.get("whom", ""), undo)


def undo_of(
    path: str, outcome: str, was: str, to: str, appointment_id: str, done: Done
) -> Undo | None:
    """Back to what was recorded before; where that was nothing, to the row that corrects it."""
    if was == outcome:
        return None
    if was in words.OUTCOMES:
        return undoing("scheduling", path, {"outcome": was}, done.answer, "entry")
    joint = "&" if "?" in to else "?"
    return Undo(correct=f"{to}{joint}correct={appointment_id}#outcome-{appointment_id}")
