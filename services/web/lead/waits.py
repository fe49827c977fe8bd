"""Waits: who waits for a first treatment session and how long, and the gap to the second."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import Case, by_id, name_in
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.freshness import freshness, left_out
from services.web.still.asking import standing_still
from services.web.visit import Visit
from services.web.walltime import wall


# NHS Talking Therapies bands of waiting days (domain sheet B.2 [S15]); 42 and 126 are standards.
BANDS = (14, 28, 42, 84, 126)
AMBER, RED = 28, 90  # days from first to second session (LONG_GAP, domain sheet C.2)
SLOW = 8.0


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits, or waited."""

    case_id: str
    name: str
    number: str
    clinician: str
    days: int
    still: bool
    gap: int | None  # days from the first to the second treatment session
    accepted: bool = True


@dataclass(frozen=True)
class Band:
    """Days of waiting, with who still waits in it and how many waited so long."""

    name: str
    waiting: list[Waiting]
    seen: int


async def waits(visit: Visit) -> Response:
    """The page of waits."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    progress, cases, referrals, still = await parts(
        visit.api.every("progress", "/v1/caseload", within=SLOW),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
        visit.api.every("intake", "/v1/referrals", clinic_id=clinic.clinic_id, status="received"),
        standing_still(visit, clinic_id=clinic.clinic_id),
    )
    mine = [item for item in progress.items if item["clinic_id"] == clinic.clinic_id]
    known = waiting_of(mine, by_id(cases.items), clinic)
    new = not_accepted(referrals.items, clinic, now)
    return visit.page(
        "lead/waits.html",
        title="Waits",
        clinic=clinic,
        now=now,
        fresh=freshness("Waits", progress.value, visit.now, others=still),
        progress=progress,
        unread=left_out(progress.value or {}, still),
        referrals=referrals,
        bands=bands(known + new),
        summary=summary(known + new),
        gaps=gaps(known),
        long=[each for each in gaps(known) if (each.gap or 0) > AMBER],
        short=[each for each in gaps(known) if (each.gap or 0) <= AMBER],
        amber=AMBER,
        red=RED,
        live="diary,cases",
    )


def waiting_of(
    items: list[dict[str, Any]], cases: dict[str, Case], clinic: Clinic
) -> list[Waiting]:
    """Open cases with how long they wait or waited."""
    return [
        Waiting(
            case_id=item["case_id"],
            name=name_in(cases, item["case_id"]),
            number=item["case_number"] or "",
            clinician=clinic.who(item["clinician_id"]),
            days=item["waiting"]["days"],
            still=item["waiting"]["still_waiting"],
            gap=item["waiting"]["second_gap_days"],
        )
        for item in items
        if item["waiting"]["days"] is not None
    ]


def not_accepted(items: list[dict[str, Any]], clinic: Clinic, now: datetime) -> list[Waiting]:
    """Referrals that nobody has accepted yet: their clock runs too."""
    return [
        Waiting(
            case_id=item["case_id"],
            name=words.names(item["clients"]) if item.get("clients") else "A referral",
            number=item.get("case_number") or "",
            clinician="not accepted yet",
            days=(now.date() - wall(item["received_at"], clinic.zone).date()).days,
            still=True,
            gap=None,
            accepted=False,
        )
        for item in items
    ]


def bands(found: list[Waiting]) -> list[Band]:
    """The published bands, each with those in it, the longest wait first."""
    edges = [-1, *BANDS]
    named = [
        f"Up to {high} days" if low < 0 else f"{low + 1} to {high} days"
        for low, high in zip(edges, BANDS, strict=False)
    ]
    spans = [*zip(edges, BANDS, strict=False), (BANDS[-1], 10**6)]
    made = []
    for name, (low, high) in zip([*named, f"More than {BANDS[-1]} days"], spans, strict=True):
        inside = [each for each in found if low < each.days <= high]
        still = sorted((e for e in inside if e.still), key=lambda each: -each.days)
        made.append(Band(name, still, len(inside) - len(still)))
    return made


def summary(found: list[Waiting]) -> str:
    """Who waits, in one sentence."""
    still = [each.days for each in found if each.still]
    if not still:
        return "Nobody waits for a first treatment session."
    over = sum(days > 42 for days in still)
    waits_ = "case waits" if len(still) == 1 else "cases wait"
    return f"{len(still)} {waits_}, the longest for {max(still)} days; {over} for more than 42."


def gaps(found: list[Waiting]) -> list[Waiting]:
    """Gaps from the first to the second treatment session, the longest first."""
    known = [each for each in found if each.gap is not None]
    return sorted(known, key=lambda each: -(each.gap or 0))
