"""Who missed a session and is not booked again: whom, which session, how to reach them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse

from services.web.cases import Case, by_id, person_of
from services.web.clients import Part, part
from services.web.diary import Session, sessions_of
from services.web.directory import Clinic
from services.web.visit import CLINIC_COOKIE, Visit
from services.web.walltime import wall


HERE = "/desk#h-missed"
AT_ONCE = 8  # rows


@dataclass(frozen=True)
class Person:
    """One client of a row: the safe ways to reach them, and whether there are others."""

    name: str
    ways: tuple[dict[str, Any], ...]
    unsafe: int
    away: bool = False


@dataclass(frozen=True)
class Row:
    """One case: the session that was missed last, and what stands in the diary since before.

    `people` is None until somebody asks, at `reach`, how to reach them: that goes on record.
    """

    session: Session
    in_a_row: int
    coming: datetime | None
    number: str
    people: tuple[Person, ...] | None
    reach: str


@dataclass(frozen=True)
class Missed:
    """One page of the list."""

    asked: Part
    rows: tuple[Row, ...] = ()
    total: int = 0
    following: str | None = None
    first: bool = True  # whether it is the first page


async def missed(visit: Visit, clinic: Clinic) -> Missed:
    """A page of those whom the clinic's front desk tries to reach, the latest first."""
    after = visit.request.query_params.get("missed") or None
    asked = await _asked(visit, clinic, after)
    if asked.away and after:  # a place that nobody gave out, perhaps: from the beginning then
        after = None
        asked = await _asked(visit, clinic, after)
    if asked.away or not asked.items:
        return Missed(asked, first=after is None)
    ids = ",".join(item["case_id"] for item in asked.items)
    cases = by_id((await part(visit.api.get("intake", "/v1/cases", ids=ids))).items)
    found = await asyncio.gather(*(_row(visit, clinic, item, cases) for item in asked.items))
    value = asked.value
    return Missed(asked, tuple(found), value["total"], value["next"], after is None)


async def _asked(visit: Visit, clinic: Clinic, after: str | None) -> Part:
    question: dict[str, Any] = {"clinic_id": clinic.clinic_id, "limit": AT_ONCE, "after": after}
    return await part(visit.api.get("scheduling", "/v1/appointments/missed", **question))


async def _row(visit: Visit, clinic: Clinic, item: dict[str, Any], cases: dict[str, Case]) -> Row:
    case = cases.get(item["case_id"])
    people, coming = None, item["coming"]
    if visit.request.query_params.get("reach") == item["case_id"]:
        asked = (_person(visit, each) for each in (case.clients if case else ()))
        people = tuple(await asyncio.gather(*asked))
    return Row(
        session=sessions_of([item], cases, clinic)[0],
        in_a_row=item["in_a_row"],
        coming=datetime.fromisoformat(coming) if coming else None,
        number=case.number if case else "",
        people=people,
        reach=_address(visit, reach=item["case_id"]),
    )


def _address(visit: Visit, **more: str) -> str:
    page = visit.request.query_params.get("missed")
    return f"/desk?{urlencode(({'missed': page} if page else {}) | more)}"


async def _person(visit: Visit, client: dict[str, str]) -> Person:
    """How to reach one client. An unsafe way is counted, never shown in a list."""
    asked = await part(visit.api.get("intake", f"/v1/clients/{client['client_id']}"))
    if asked.away:
        return Person(client["given_name"], (), 0, away=True)
    told = person_of(asked.value, wall(visit.now, "UTC").date())
    safe = tuple(each for each in told["contacts"] if each["safe"])
    return Person(told["name"], safe, len(told["contacts"]) - len(safe))


async def to_list(visit: Visit, clinic_id: str) -> Response:
    """On to the list of the clinic that a message named, where the person works there."""
    response = RedirectResponse(HERE, 303)
    if clinic_id in visit.person.clinics:
        response.set_cookie(CLINIC_COOKIE, clinic_id, httponly=True, samesite="lax")
    return response
