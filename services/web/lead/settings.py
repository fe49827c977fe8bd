"""The clinic's settings: what holds now, every version, and the next one from a date on."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Response

from services.web import words
from services.web.clients import part
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.respond.words import LANGUAGES, NAMES, name_of
from services.web.visit import Form, Labels, Visit, refusals
from services.web.walltime import wall


LANGUAGE = "en"
SHORTEST, LONGEST = 5, 480  # minutes of a session
FASTER = (
    "Somebody changed the settings a moment ago. Theirs stand below as the newest version, yours "
    "are kept in the form. Save again to make yours the next version, or leave this page for theirs"
)
LABELS = {
    "zone": ("zone", "The time zone"),
    "session_minutes": ("session_minutes", "Minutes"),
    "sender_name": ("sender_name", "The sender’s name"),
    f"crisis_texts.{LANGUAGE}": ("crisis_text", "The crisis text"),
    "effective_from": ("effective_from", "The date"),
}


async def settings(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The page of settings."""
    clinic = await visit.clinic()
    known = await part(visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/settings"))
    now = wall(visit.now, clinic.zone)
    return visit.page(
        "lead/settings.html",
        status=status,
        title="Settings",
        clinic=clinic,
        now=now,
        fresh=read_now("Settings", visit.now),
        known=known,
        form=form or (filled(known.value) if known.value else Form()),
        versions=[version(each, clinic, now) for each in known.value["history"]]
        if known.value
        else [],
        others=[(other(code), name_of(code)) for code in _others(_texts(known.value))],
    )


def filled(known: dict[str, Any]) -> Form:
    """The form as it stands for what holds now."""
    held = known["in_force"]
    texts = held["crisis_texts"]
    return Form(
        {other(code): texts.get(code, "") for code in _others(texts)}
        | {
            "version": str(known["version"]),
            "zone": held["zone"],
            "session_minutes": str(held["session_minutes"]),
            "sender_name": held["sender_name"],
            "crisis_text": texts.get(LANGUAGE, ""),
            "effective_from": "",
        }
    )


def _texts(known: dict[str, Any] | None) -> dict[str, str]:
    texts: dict[str, str] = known["in_force"]["crisis_texts"] if known else {}
    return texts


def _others(texts: dict[str, str]) -> list[str]:
    """The other languages in which a client may be asked: those we know, and the clinic's own."""
    return sorted({*LANGUAGES, *NAMES, *texts} - {LANGUAGE})


def other(language: str) -> str:
    """The field of the crisis text in another language."""
    return f"crisis_text-{language}"


def crisis_texts(form: Form, texts: dict[str, str]) -> dict[str, str]:
    """The texts as typed; a language whose text was emptied is offered no longer."""
    said = {LANGUAGE: form.get("crisis_text", "")}
    said |= {code: form.get(other(code), texts.get(code, "")) for code in _others(texts)}
    return {code: text for code, text in said.items() if text}


def _labels(texts: dict[str, str]) -> Labels:
    return {
        f"crisis_texts.{code}": (other(code), f"The crisis text in {name_of(code)}")
        for code in _others(texts)
    }


def version(item: dict[str, Any], clinic: Clinic, now: datetime) -> tuple[str, ...]:
    """One line of the history."""
    return (
        str(item["version"]),
        words.moment(wall(item["effective_from"], clinic.zone), now),
        item["zone"],
        str(item["session_minutes"]),
        item["sender_name"],
        f"version {item['crisis_text_version']}",
    )


def change_of(form: Form, texts: dict[str, str], zone: str) -> dict[str, Any] | None:
    """The next version as the service takes it; None, with the form's errors, when it cannot be."""
    minutes, seen = form.number("session_minutes"), form.number("version")
    if not _known(form.get("zone", "")):
        form.wrong("zone", "The time zone must be one that is known, such as Europe/London")
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        bounds = f"between {SHORTEST} and {LONGEST} minutes"
        form.wrong("session_minutes", f"Session length must be {bounds}")
    if not form.get("sender_name"):
        form.wrong("sender_name", "Write the sender’s name; it stands on every message")
    if not form.get("crisis_text"):
        form.wrong(
            "crisis_text", "The crisis text cannot be blank: a safety item could not be asked"
        )
    begins = _begins(form, zone)
    if form.errors:
        return None
    changed = {
        "version": seen,
        "zone": form.get("zone", ""),
        "session_minutes": minutes,
        "sender_name": form.get("sender_name", ""),
        "crisis_texts": crisis_texts(form, texts),
    }
    return changed | ({"effective_from": begins} if begins else {})


def _known(zone: str) -> bool:
    try:
        return bool(ZoneInfo(zone).key)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def _begins(form: Form, zone: str) -> str | None:
    text = form.get("effective_from")
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        form.wrong(
            "effective_from", "Give a real date, such as 2026-12-01, or leave it empty for now"
        )
        return None
    return day.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def change(visit: Visit) -> Response:
    """Save the next version."""
    form, clinic = await visit.form(), await visit.clinic()
    path = f"/v1/clinics/{clinic.clinic_id}/settings"
    known = await visit.api.get("clinics", path)
    body = change_of(form, known["in_force"]["crisis_texts"], clinic.zone)
    if body is None:
        return await settings(visit, form, 422)
    try:
        done = await visit.api.act("clinics", path, body, form.key, method="PUT")
    except Refused as refused:
        form.errors = refusals(refused, LABELS | _labels(known["in_force"]["crisis_texts"]))
        if refused.status == 409:
            newest = await visit.api.get("clinics", path)
            form["version"] = str(newest["version"])
            form.errors = [("", FASTER)]
        return await settings(visit, form, refused.status)
    return visit.done("/lead/settings", "settings", done.event)
