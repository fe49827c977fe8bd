"""Choosing where to work: a front end of one's own, and one of one's clinics."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.web.clients import Caller
from services.web.directory import Directory
from services.web.session import Person, person
from services.web.shell.fronts import fronts_for
from services.web.templates import render
from services.web.visit import CLINIC_COOKIE


router = APIRouter(include_in_schema=False)
Who = Annotated[Person, Depends(person)]


@router.get("/front-ends")
async def front_ends(request: Request, who: Who) -> Response:
    """The front ends this person may open, and the clinics."""
    directory: Directory = request.app.state.directory
    several = who.clinics if len(who.clinics) > 1 else ()
    clinics = await directory.clinics(Caller(request.app.state.services, who.token), several)
    return render(
        request,
        "shell/front_ends.html",
        title="Change front end",
        person=who,
        fronts=fronts_for(who.roles),
        clinics=sorted(clinics, key=lambda clinic: clinic.name),
        chosen=request.cookies.get(CLINIC_COOKIE),
    )


@router.post("/front-ends/clinic")
async def choose_clinic(request: Request, who: Who) -> Response:
    """Look at another of one's clinics, from now on and on all pages."""
    wish = (await request.form()).get("clinic_id")
    response = RedirectResponse("/", 303)
    if isinstance(wish, str) and wish in who.clinics:
        response.set_cookie(CLINIC_COOKIE, wish, httponly=True, samesite="lax")
    return response
