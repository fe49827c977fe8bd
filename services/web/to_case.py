"""The one address of a case, and of a concern: each is led to a front end that they have."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.web.clients import Caller, part
from services.web.problems import NoFrontEnd
from services.web.session import Person, person
from services.web.shell.fronts import (
    CLINICIAN,
    DESK,
    FRONTS,
    LEAD,
    SAFEGUARDING,
    Front,
    fronts_for,
)


router = APIRouter(include_in_schema=False)
Who = Annotated[Person, Depends(person)]


@router.get("/cases/{case_id}")
async def to_case(request: Request, case_id: UUID, who: Who) -> Response:
    """On to the case's page; who has no front end that shows cases is told so."""
    mine = [front for front in fronts_for(who.roles) if front.cases]
    if not mine:
        raise NoFrontEnd
    front = next(each for each in (LEAD, DESK, SAFEGUARDING, CLINICIAN) if each in mine)
    if front != CLINICIAN and CLINICIAN in mine and await _own(request, str(case_id), who):
        front = CLINICIAN
    return RedirectResponse(f"{front.cases}/{case_id}", 303)


@router.get("/concerns/{concern_id}")
async def to_concern(concern_id: UUID, who: Who) -> Response:
    """On to the concern's page; whether the person may see it is that page's to say."""
    mine = [front for front in fronts_for(who.roles) if front.cases]
    if not mine:
        raise NoFrontEnd
    front = SAFEGUARDING if SAFEGUARDING in mine else mine[0]
    return RedirectResponse(f"{front.home}/concerns/{concern_id}", 303)


async def _own(request: Request, case_id: str, who: Person) -> bool:
    """Whether it is the person's own case, as far as that can be asked just now."""
    caller = Caller(request.app.state.services, who.token)
    found = await part(caller.get("intake", "/v1/cases", ids=case_id))
    items: list[dict[str, Any]] = found.items
    return found.away or any(each.get("clinician_id") == who.sub for each in items)


def elsewhere(path: str, fronts: list[Front]) -> str | None:
    """The one address of a case for whoever came to its page in a front end they do not have.

    Mails of before named one front end for all. None where the person has no page of cases.
    """
    base, _, case_id = path.rstrip("/").rpartition("/")
    known = base in {front.cases for front in FRONTS if front.cases}
    return f"/cases/{case_id}" if known and any(front.cases for front in fronts) else None
