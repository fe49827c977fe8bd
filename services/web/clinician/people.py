"""Who a case is about: born when, and over which way they may be reached. Pure."""

from datetime import date
from typing import Any

from services.web import words
from services.web.charts.words import full_date


WAYS = {"email": "e-mail", "mobile": "text", "phone": "phone", "post": "post"}
AWAY = "cannot be shown just now"


def about(clients: list[dict[str, Any]] | None, today: date) -> list[tuple[str, str]]:
    """The facts in the head of a case; None for clients that cannot be shown."""
    if clients is None:
        return [("Born", AWAY), ("Safe contact", AWAY)]
    several = len(clients) > 1
    born = [_named(each, _born(each, today), several) for each in clients]
    safe = [_named(each, _safe(each.get("contacts") or []), several) for each in clients]
    return [("Born", ", ".join(born)), ("Safe contact", "; ".join(safe))]


def _named(client: dict[str, Any], said: str, several: bool) -> str:
    return f"{client['given_name']} {said}" if several else said


def _born(client: dict[str, Any], today: date) -> str:
    born = date.fromisoformat(client["date_of_birth"])
    return f"{full_date(born)} ({words.age(born, today)})"


def _safe(contacts: list[dict[str, Any]]) -> str:
    """The safe ways first, then those that must not be used."""
    ways = {safe: _ways(contacts, safe) for safe in (True, False)}
    unsafe = [way for way in ways[False] if way not in ways[True]]
    if not ways[True]:
        return "none: speak in the session" + (f", not by {_or(unsafe)}" if unsafe else "")
    only = f"{_or(ways[True])} only" if unsafe else _or(ways[True])
    return f"{only}, not {_or(unsafe)}" if unsafe else only


def _ways(contacts: list[dict[str, Any]], safe: bool) -> list[str]:
    found = [c["kind"] for c in contacts if c["safe"] is safe]
    return [said for kind, said in WAYS.items() if kind in found]


def _or(ways: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(ways[:-1]), ways[-1])))
