"""The clinic's calendar: working hours, holidays, who stands in for its clinicians."""

from datetime import date
from typing import Any

from fastapi import Response

from services.web import words
from services.web.clients import part
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINARY = [{"weekday": day, "begins": 540, "ends": 1020} for day in range(1, 6)]
FASTER = (
    "Somebody changed the calendar a moment ago. Theirs stands below as the newest version, yours "
    "is kept in the form. Save again to make yours the next version"
)
LABELS = {
    "hours": ("hours-1", "The hours"),
    "holidays": ("holidays", "The holidays"),
    "deputy_id": ("deputy", "The deputy"),
}


async def calendar(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The page of the calendar."""
    clinic = await visit.clinic()
    known = await part(visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/calendar"))
    now = wall(visit.now, clinic.zone)
    return visit.page(
        "lead/calendar.html",
        status=status,
        title="Calendar",
        clinic=clinic,
        now=now,
        fresh=read_now("The calendar", visit.now),
        known=known,
        form=form or (filled(known.value) if known.value else Form()),
        days=list(enumerate(DAYS, 1)),
        people=clinic.offered(clinic.clinical),
        history=[
            (
                str(each["version"]),
                words.moment(wall(each["effective_from"], clinic.zone), now),
                clinic.who(each["set_by"]),
                calendar_words(each, clinic),
            )
            for each in (known.value["history"] if known.value else [])
        ],
    )


def filled(known: dict[str, Any]) -> Form:
    """The form as it stands for what holds now."""
    held = known["in_force"]
    form = Form({"version": str(known["version"]), "holidays": "", "deputy": ""})
    for number in range(1, 8):
        spans = [h for h in (held["hours"] if held else ORDINARY) if h["weekday"] == number]
        form[f"hours-{number}"] = ", ".join(span_words(each) for each in spans)
    if held:
        form["holidays"] = "\n".join(held["holidays"])
        form["deputy"] = held["deputy_id"] or ""
    return form


def span_words(span: dict[str, Any]) -> str:
    """`09:00-17:00`."""
    return f"{_clock(span['begins'])}-{_clock(span['ends'])}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def calendar_words(held: dict[str, Any], clinic: Clinic) -> str:
    """A version in words."""
    hours = [f"{DAYS[each['weekday'] - 1][:3]} {span_words(each)}" for each in held["hours"]]
    deputy = f"{clinic.who(held['deputy_id'])} stands in" if held["deputy_id"] else "no deputy"
    holidays = len(held["holidays"])
    closed = f"{holidays} holiday{'' if holidays == 1 else 's'}"
    return f"{', '.join(hours) or 'never open'}; {closed}; {deputy}"


def hours_of(form: Form) -> list[dict[str, int]]:
    """Working hours as typed: `09:00-12:30, 13:00-17:00`; empty is closed."""
    found = []
    for number, name in enumerate(DAYS, 1):
        for text in filter(None, (form.get(f"hours-{number}") or "").split(",")):
            span = _span(text)
            if span is None:
                form.wrong(f"hours-{number}", f"{name} must be hours such as 09:00-17:00, or empty")
                break
            found.append({"weekday": number, "begins": span[0], "ends": span[1]})
    return found


def _span(text: str) -> tuple[int, int] | None:
    begins, dash, ends = text.strip().replace("–", "-").partition("-")
    minutes = [_minute(each.strip()) for each in (begins, ends)]
    if not dash or minutes[0] is None or minutes[1] is None or minutes[0] >= minutes[1]:
        return None
    return minutes[0], minutes[1]


def _minute(text: str) -> int | None:
    hour, colon, minute = text.partition(":")
    if not colon or not (hour.isdigit() and minute.isdigit() and len(minute) == 2):
        return None
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= 24 * 60 else None


def holidays_of(form: Form) -> list[str]:
    """Days as typed, one a line."""
    found = []
    for text in (form.get("holidays") or "").split():
        try:
            found.append(date.fromisoformat(text.strip(",")).isoformat())
        except ValueError:
            said = f"{text[:20]} is not written as a day is here: 2026-12-25, one a line"
            form.wrong("holidays", said)
            break
    return found


async def change(visit: Visit) -> Response:
    """Save the next version."""
    form, clinic = await visit.form(), await visit.clinic()
    hours, holidays = hours_of(form), holidays_of(form)
    if form.errors:
        return await calendar(visit, form, 422)
    path = f"/v1/clinics/{clinic.clinic_id}/calendar"
    body = {
        "version": form.number("version"),
        "hours": hours,
        "holidays": holidays,
        "deputy_id": form.get("deputy") or None,
    }
    try:
        done = await visit.api.act("clinics", path, body, form.key, method="PUT")
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        if refused.status == 409:
            newest = await visit.api.get("clinics", path)
            form["version"] = str(newest["version"])
            form.errors = [("", FASTER)]
        return await calendar(visit, form, refused.status)
    return visit.done("/lead/calendar", "calendar", done.event)
