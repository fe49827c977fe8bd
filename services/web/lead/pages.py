"""The clinical lead's addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.clinician import case
from services.web.flagging import acting
from services.web.flagging.page import flag_page
from services.web.lead import board, caseloads, goals, measures, reviews, settings
from services.web.safeguarding.routes import concerns
from services.web.search import found
from services.web.shell.fronts import LEAD
from services.web.visit import Visit, visiting


router = APIRouter(prefix="/lead", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(LEAD))]


@router.get("")
async def flag_board(visit: Here) -> Response:
    """The flag board."""
    return await board.board(visit)


@router.post("/search")
async def search(visit: Here) -> Response:
    """Find a client or case number."""
    return await found(visit, "/lead/cases/")


@router.post("/flags/{flag_id}/acknowledge")
async def acknowledge(visit: Here, flag_id: UUID) -> Response:
    """Take a flag."""
    return await board.acknowledge(visit, str(flag_id))


@router.get("/flags/{flag_id}")
async def one_flag(visit: Here, flag_id: UUID) -> Response:
    """Why a flag is there, and what was done about it."""
    return await flag_page(visit, str(flag_id))


@router.get("/flags/{flag_id}/close")
async def close_flag(visit: Here, flag_id: UUID) -> Response:
    """The question before a flag is closed."""
    return await acting.close_page(visit, str(flag_id))


@router.post("/flags/{flag_id}/{act}")
async def act_on_flag(visit: Here, flag_id: UUID, act: str) -> Response:
    """Review, hand over, act on, close or reopen a flag."""
    return await acting.act(visit, str(flag_id), act)


@router.get("/caseloads")
async def all_caseloads(visit: Here) -> Response:
    """Caseloads."""
    return await caseloads.caseloads(visit)


@router.get("/caseloads/{staff_id}")
async def one_caseload(visit: Here, staff_id: UUID) -> Response:
    """One clinician's cases."""
    return await caseloads.caseload(visit, str(staff_id))


@router.get("/cases/{case_id}")
async def case_page(visit: Here, case_id: UUID) -> Response:
    """One case, to read."""
    return await case.case_page(visit, str(case_id))


@router.get("/settings")
async def clinic_settings(visit: Here) -> Response:
    """The clinic's settings."""
    return await settings.settings(visit)


@router.post("/settings")
async def change_settings(visit: Here) -> Response:
    """The next version of the settings."""
    return await settings.change(visit)


@router.get("/measures")
async def all_measures(visit: Here) -> Response:
    """Which questionnaires the clinic uses."""
    return await measures.measures(visit)


@router.get("/measures/{code}")
async def one_measure(visit: Here, code: str) -> Response:
    """One questionnaire in the clinic."""
    return await measures.measure(visit, code)


@router.post("/measures/{code}")
async def switch_measure(visit: Here, code: str) -> Response:
    """Switch a questionnaire on or off."""
    return await measures.switch(visit, code)


@router.post("/measures/{code}/wording")
async def bring_wording(visit: Here, code: str) -> Response:
    """Bring a questionnaire's wording."""
    return await measures.bring(visit, code)


@router.post("/measures/{code}/withdraw")
async def withdraw_wording(visit: Here, code: str) -> Response:
    """Show a wording no longer."""
    return await measures.withdraw(visit, code)


@router.get("/goals")
async def kinds_and_library(visit: Here) -> Response:
    """The eight kinds, and the library of goals."""
    return await goals.goals(visit)


@router.post("/goals/templates")
async def add_template(visit: Here) -> Response:
    """Add to the library."""
    return await goals.add_template(visit)


@router.post("/goals/templates/{template_id}/{act}")
async def offer_template(visit: Here, template_id: UUID, act: str) -> Response:
    """Hide a goal of the library, or offer it again."""
    return await goals.offer(visit, str(template_id), act)


@router.get("/goals/{kind}")
async def one_kind(visit: Here, kind: str) -> Response:
    """One kind of goal."""
    return await goals.kind(visit, kind)


@router.post("/goals/{kind}")
async def change_kind(visit: Here, kind: str) -> Response:
    """The next version of a kind's settings."""
    return await goals.change_kind(visit, kind)


router.include_router(reviews.router)
router.include_router(concerns(LEAD, "/cases"))
