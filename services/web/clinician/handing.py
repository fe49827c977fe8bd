"""A link to hand over: opened by an act, then shown on a page of its own that may be read again.

The address is told once by the service. For some minutes the browser keeps it sealed, for this page
alone, so that reloading opens no second link; it is in no address, history or log.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from services.web import words
from services.web.clinician.forms import frame
from services.web.clinician.record import record
from services.web.sealed import opened, seal
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Visit, visiting
from services.web.walltime import wall


COOKIE = "tidemark_link"
MINUTES = 10

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(CLINICIAN))]


@router.post("/assignments/{assignment_id}/links")
async def open_link(visit: Here, case_id: UUID, assignment_id: UUID) -> Response:
    """Open a link, and go to the page on which its address stands."""
    done = await visit.api.act("goals", f"/v1/assignments/{assignment_id}/links", None)
    link_id = done.answer["link_id"]
    page = _page(case_id, link_id)
    kept = {"link_id": link_id, "address": done.answer["address"]}
    kept["expires_at"] = done.answer["expires_at"]
    answer = RedirectResponse(page, 303)
    answer.set_cookie(
        COOKIE,
        seal(_secret(visit), COOKIE, kept),
        max_age=MINUTES * 60,
        path=page,
        httponly=True,
        samesite="lax",
        secure=visit.state.settings.web_url.startswith("https:"),
    )
    return answer


@router.get("/links/{link_id}")
async def link_page(visit: Here, case_id: UUID, link_id: UUID) -> Response:
    """The address to hand over, while this browser still has it; else what to do without it."""
    found = await record(visit, str(case_id))
    kept = opened(_secret(visit), COOKIE, visit.request.cookies.get(COOKIE))
    mine = kept if kept and kept["link_id"] == str(link_id) else None
    about = frame(visit, found)
    until = wall(mine["expires_at"], found.clinic.zone) if mine else None
    web_url = visit.state.settings.web_url.rstrip("/")
    return visit.page(
        "clinician/link.html",
        title=f"Link to hand over, case {found.case.number}",
        address=f"{web_url}{mine['address']}" if mine else "",
        until=words.moment(until, about["now"]) if until else "",
        minutes=MINUTES,
        **about,
    )


@router.post("/links/{link_id}/withdraw")
async def withdraw(visit: Here, case_id: UUID, link_id: UUID) -> Response:
    """Nobody answers on it any more."""
    done = await visit.api.act("goals", f"/v1/links/{link_id}/withdraw", None)
    answer = visit.done(f"/clinician/cases/{case_id}", "link-withdrawn", done.event)
    answer.delete_cookie(COOKIE, path=_page(case_id, str(link_id)))
    return answer


def _page(case_id: UUID, link_id: str) -> str:
    return f"/clinician/cases/{case_id}/links/{link_id}"


def _secret(visit: Visit) -> str:
    secret: str = visit.state.settings.cookie_secret.get_secret_value()
    return secret
