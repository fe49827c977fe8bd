"""Finding a client or a case: a POST, as a GET would put a name into the address."""

from fastapi import Response

from services.web.cases import Case, case_of
from services.web.visit import Visit


SHORTEST = 2
MOST = 50


def matching(cases: list[Case], wanted: str) -> list[Case]:
    """Cases whose number or people hold every word that was typed."""
    parts = wanted.casefold().split()
    return [
        case
        for case in cases
        if all(part in f"{case.number} {case.name}".casefold() for part in parts)
    ]


async def found(visit: Visit, link: str) -> Response:
    """The page of what was found in the person's clinics; `link` is where a case is shown."""
    form = await visit.form()
    wanted, clinic = form.get("q", ""), await visit.clinic()
    if len(wanted) < SHORTEST:
        form.wrong("search-field", "Type at least two letters of a name, or a case number")
    answer = (
        {"items": []}
        if form.errors
        else await visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id)
    )
    cases = matching([case_of(item) for item in answer["items"]], wanted)
    return visit.page(
        "shell/search.html",
        status=422 if form.errors else 200,
        title="Search",
        form=form,
        cases=cases[:MOST],
        more=len(cases) > MOST,
        link=link,
        clinic=clinic,
    )
