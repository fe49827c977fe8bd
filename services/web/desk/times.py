"""The time of a session as it was typed: what is wrong with it, who is taken, which hours fit."""

from datetime import datetime, timedelta
from typing import Any

from services.web import words
from services.web.desk.free import Taken, next_hours, second_time, skipped, unusual
from services.web.desk.today import of_day
from services.web.diary import Session
from services.web.directory import Clinic
from services.web.problems import Refused
from services.web.visit import Form, Labels, Visit, refusals


LABELS: Labels = {
    "starts": ("date", "The start"),
    "fold": ("fold", "Which of the two hours"),
    "minutes": ("minutes", "Minutes"),
    "room_id": ("room_id", "The room"),
    "clinician_id": ("clinician_id", "The clinician"),
    "case_id": ("case_id", "The case"),
}
USUAL = 50  # minutes


def typed(form: Form) -> datetime | None:
    """The wall time in a form, if it is one."""
    try:
        return datetime.fromisoformat(f"{form.get('date', '')}T{form.get('time', '')[:5]}")
    except ValueError:
        return None


def checked(form: Form, zone: str, now: datetime) -> datetime | None:
    """The wall time that was typed; what is wrong with it is noted in the form.

    About the hour of a start that is past nobody is asked: the service says that it is past.
    """
    starts = typed(form)
    if starts is None:
        form.wrong("date", "Give a day and a time, such as 1 December 2026 at 10:00")
        return None
    said = f"{starts:%H:%M}"
    if skipped(starts, zone):
        form.wrong("time", f"{said} does not exist that night: the clocks go forward over it")
    elif second_time(starts, zone) and not form.get("fold"):
        form.wrong("fold", f"{said} comes twice that night: choose the first or the second")
    elif starts > now and _odd(form, starts):
        form["confirmed"] = f"{starts:%Y-%m-%d %H:%M}"
        span = f"{said} to {starts + _length(form):%H:%M}"
        form.wrong("time", f"{span} is an unusual hour. Send it again if it is what you mean")
    return starts


def _odd(form: Form, starts: datetime) -> bool:
    """An unusual hour that was not confirmed by sending the same one again."""
    return form.get("confirmed") != f"{starts:%Y-%m-%d %H:%M}" and unusual(starts, _length(form))


def _length(form: Form) -> timedelta:
    return timedelta(minutes=form.number("minutes") or USUAL)


def twice(form: Form, zone: str) -> list[tuple[str, str]]:
    """For a wall time that a clock change makes double: the two, to choose from."""
    starts = typed(form)
    return second_time(starts, zone) if starts else []


def refusal(form: Form, refused: Refused, clinic: Clinic) -> list[tuple[str, str]]:
    """Why a service did not take a session or its new time, as the form shows it."""
    clashes = refused.problem.get("clashes")
    if refused.status == 409 and clashes:
        return [("time", clash_words(form, clashes, clinic))]
    return refusals(refused, LABELS)


def clash_words(form: Form, clashes: list[dict[str, Any]], clinic: Clinic) -> str:
    """Who or what is taken, by name."""
    named = {
        "clinician": clinic.who(form.get("clinician_id")),
        "room": clinic.room(form.get("room_id")) or "the room",
        "client": "a client of this case",
    }
    who = [clash["who"] for clash in clashes]
    taken = [name for kind, name in named.items() if kind in who] or ["this hour"]
    starts = typed(form)
    at = f" on {words.long_day(starts.date())} {_between(starts, form)}" if starts else ""
    said = words.listed(taken)
    verb = "is" if len(taken) == 1 else "are"
    return f"{said[0].upper()}{said[1:]} {verb} already booked{at}. Choose another hour"


def _between(starts: datetime, form: Form) -> str:
    """Within which time it is: whom it clashes with may have begun earlier, or begin later."""
    return f"between {starts:%H:%M} and {starts + _length(form):%H:%M}"


async def offers(visit: Visit, form: Form, clinic: Clinic, now: datetime) -> list[datetime]:
    """The next hours of that day that fit clinician, room and client."""
    starts = typed(form)
    if starts is None:
        return []
    _, sessions = await of_day(visit, clinic, starts.date())
    busy = [Taken(s.starts, s.ends) for s in sessions if _concerns(s, form)]
    return next_hours(busy, max(starts, now), _length(form))


def _concerns(session: Session, form: Form) -> bool:
    """Whether a session takes the time of somebody whom the form is about."""
    if session.appointment_id == form.get("appointment_id"):
        return False
    return (
        session.clinician_id == form.get("clinician_id")
        or session.case_id == form.get("case_id")
        or (bool(form.get("room_id")) and session.room_id == form.get("room_id"))
    )
