"""The messages of a case: to its clients first; to staff, and those held back, together."""

from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.charts.words import count


NEWEST = 8
HELD = "suppressed"
WHY = {"late_cause": "their cause was older than a day", "no_contact": "no safe contact was known"}
STAFF = "staff"


@dataclass(frozen=True)
class Held:
    """Messages that were held back for one reason."""

    sentence: str
    messages: list[dict[str, Any]]


@dataclass(frozen=True)
class Letters:
    """A case's messages, the newest first; `newest` and `older` are those to its clients."""

    newest: list[dict[str, Any]]
    older: list[dict[str, Any]]
    staff: list[dict[str, Any]]
    held: list[Held]


def letters_of(messages: list[dict[str, Any]]) -> Letters:
    """The messages in their groups; none is left out."""
    newest = sorted(messages, key=lambda message: message["created_at"], reverse=True)
    real = [message for message in newest if message["state"] != HELD]
    back = [message for message in newest if message["state"] == HELD]
    clients = [message for message in real if message["recipient"]["kind"] != STAFF]
    reasons = dict.fromkeys(message.get("reason") for message in back)
    return Letters(
        clients[:NEWEST],
        clients[NEWEST:],
        [message for message in real if message["recipient"]["kind"] == STAFF],
        [_held(why, [m for m in back if m.get("reason") == why]) for why in reasons],
    )


def _held(reason: str | None, messages: list[dict[str, Any]]) -> Held:
    purposes = {message["purpose"] for message in messages}
    what = words.said(words.PURPOSES, purposes.pop()).lower() if len(purposes) == 1 else "message"
    one = len(messages) == 1
    why = WHY.get(
        reason or "", words.said(words.MESSAGE_REASONS, reason) or "the reason is not known"
    )
    if one:
        why = why.replace("their cause", "its cause")
    return Held(
        f"{count(len(messages), what)} {'was' if one else 'were'} held back: {why}", messages
    )
