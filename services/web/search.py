"""Finding a client or a case: a POST, as a GET would put a name into the address."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.web.cases import Case, case_of
from services.web.sealed import opened, seal
from services.web.shell.fronts import CLINICIAN, DESK, LEAD, SAFEGUARDING, Front
from services.web.visit import Form, Visit, visiting


SHORTEST = 2
MOST = 50
KEPT = "tidemark_search"  # the cookie with what was looked for, sealed: it may be a name
MINUTES = 10
CASES = {
    DESK: "/desk/clients/",
    CLINICIAN: "/clinician/cases/",
    LEAD: "/lead/cases/",
    SAFEGUARDING: "/safeguarding/cases/",
}


def matching(cases: list[Case], wanted: str) -> list[Case]:
    """Cases whose number or people hold every word that was typed, in whatever order."""
    parts = wanted.replace(",", " ").casefold().split()
    return [
        case
        for case in cases
        if parts and all(part in f"{case.number} {case.name}".casefold() for part in parts)
    ]


async def found(visit: Visit, link: str) -> Response:
    """Keep what is looked for, and on to the page that shows it and can be loaded again."""
    wanted = (await visit.form()).get("q", "")
    response = RedirectResponse(f"{visit.front.home}/search", 303)
    sealed = seal(_secret(visit.request), KEPT, {"q": wanted})
    response.set_cookie(KEPT, sealed, max_age=MINUTES * 60, httponly=True, samesite="lax")
    return response


async def results(visit: Visit) -> Response:
    """The page of what was found in the clinic."""
    kept = opened(_secret(visit.request), KEPT, visit.request.cookies.get(KEPT))
    form, clinic = Form({"q": kept["q"] if kept else ""}), await visit.clinic()
    if len(form["q"]) < SHORTEST:
        form.wrong("search-field", "Type at least two letters of a name, or a case number")
        cases = []
    else:
        listed = await visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id)
        cases = matching([case_of(item) for item in listed["items"]], form["q"])
    return visit.page(
        "shell/search.html",
        status=422 if form.errors and kept else 200,
        title="Search",
        form=form,
        wanted=form["q"],
        cases=cases[:MOST],
        more=len(cases) > MOST,
        link=CASES[visit.front],
        clinic=clinic,
    )


def _secret(request: Request) -> str:
    secret: str = request.app.state.settings.cookie_secret.get_secret_value()
    return secret


def _page_of(front: Front) -> Callable[..., Awaitable[Response]]:
    async def page(visit: Annotated[Visit, Depends(visiting(front))]) -> Response:
        return await results(visit)

    return page


router = APIRouter(include_in_schema=False)
for _front in CASES:
    router.add_api_route(f"{_front.home}/search", _page_of(_front), methods=["GET"])
