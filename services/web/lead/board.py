"""The flag board: open flags by life cycle, who has each and since when; the same as a table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import Case, Flag, by_id, flags_of
from services.web.charts.words import count
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.freshness import RISK_LIMIT, freshness
from services.web.taking import take
from services.web.visit import Form, Visit
from services.web.walltime import wall


COLUMNS = (
    ("raised", "nobody has it yet"),
    ("acknowledged", "someone has it"),
    ("in_review", "being looked at with the client"),
    ("actioned", "done, waiting to be closed"),
)
SAFETY = ("SI_ITEM",)
SEEN = "Seen by the lead; no note"


@dataclass(frozen=True)
class Card:
    """A flag on the board."""

    flag: Flag
    clinician: str
    raised: str
    waiting: str
    taken: str


@dataclass(frozen=True)
class Column:
    """One state of a flag's life."""

    state: str
    name: str
    says: str
    cards: list[Card]


async def board(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The lead's home page."""
    clinic = await visit.clinic()
    flags, cases = await parts(
        visit.api.every("progress", "/v1/flags", clinic_id=clinic.clinic_id, state="open"),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
    )
    listed = flags_of(flags.items, by_id(cases.items))
    return visit.page(
        "lead/board.html",
        status=status,
        title="Flag board",
        clinic=clinic,
        fresh=freshness("Flags", flags.value, visit.now, RISK_LIMIT),
        form=form or Form(),
        flags=flags,
        summary="" if flags.away else summary(listed),
        view="table" if visit.request.query_params.get("view") == "table" else "board",
        counts={} if flags.away else {"flags": len(listed)},
        live="flags",
        **_shown(listed, by_id(cases.items), clinic, wall(visit.now, clinic.zone)),
    )


def _shown(
    flags: list[Flag], cases: dict[str, Case], clinic: Clinic, now: datetime
) -> dict[str, Any]:
    """The flags as cards, in their columns, and the figures above."""
    owners = {case.case_id: case.clinician_id for case in cases.values()}
    cards = [card_of(flag, owners.get(flag.case_id), clinic, now) for flag in flags]
    return {"cards": cards, "columns": columns_of(cards), "tiles": tiles(flags, clinic, now)}


def card_of(flag: Flag, clinician_id: str | None, clinic: Clinic, now: datetime) -> Card:
    """A flag with the words around it."""
    raised = wall(flag.raised_at, clinic.zone)
    return Card(
        flag=flag,
        clinician=clinic.who(clinician_id),
        raised=words.moment(raised, now),
        waiting=words.ago((now - raised).total_seconds()),
        taken=taken_words(flag.acknowledged, clinic, now),
    )


def taken_words(acknowledged: dict[str, Any] | None, clinic: Clinic, now: datetime) -> str:
    """Who took a flag and when; empty while nobody has."""
    if not acknowledged:
        return ""
    at = words.moment(wall(acknowledged["at"], clinic.zone), now)
    return f"Acknowledged by {clinic.who(acknowledged['by'])}, {at}"


def columns_of(cards: list[Card]) -> list[Column]:
    """The four columns."""
    return [
        Column(state, words.FLAG_STATES[state], says, [c for c in cards if c.flag.state == state])
        for state, says in COLUMNS
    ]


def summary(flags: list[Flag]) -> str:
    """The board in one sentence."""
    if not flags:
        return "No open flags. This does not mean no risk."
    safety = sum(flag.rule in SAFETY for flag in flags)
    waiting = sum(flag.open for flag in flags) or "none"
    said = f"{count(len(flags), 'open flag')}, {safety} about safety"
    return f"{said}; {waiting} not acknowledged yet."


def tiles(flags: list[Flag], clinic: Clinic, now: datetime) -> list[tuple[str, str, str, str]]:
    """(number, unit, words, tone) of each figure above the board."""
    raised = [flag for flag in flags if flag.open]
    safety = [flag for flag in raised if flag.rule in SAFETY]
    oldest = max((now - wall(f.raised_at, clinic.zone) for f in raised), default=None)
    took = took_to_acknowledge(flags)
    return [
        (
            str(len(safety)),
            "safety flags" if len(safety) != 1 else "safety flag",
            "not acknowledged yet",
            "over" if safety else "",
        ),
        (str(len(raised) - len(safety)), "others", "not acknowledged yet", ""),
        (
            words.ago(oldest.total_seconds()) if oldest else "none",
            "oldest",
            "flag that nobody has",
            "",
        ),
        (
            words.ago(took.total_seconds()) if took else "none",
            "median",
            "to acknowledge, of the open flags that somebody has",
            "",
        ),
    ]


def took_to_acknowledge(flags: list[Flag]) -> timedelta | None:
    """The median time from raised to acknowledged."""
    times = [
        datetime.fromisoformat(f.acknowledged["at"]) - datetime.fromisoformat(f.raised_at)
        for f in flags
        if f.acknowledged
    ]
    return timedelta(seconds=median(t.total_seconds() for t in times)) if times else None


async def acknowledge(visit: Visit, flag_id: str) -> Response:
    """The lead takes a flag; by somebody faster: who that was."""
    return await take(visit, flag_id, board, SEEN)
