"""The clinicians' addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.clinician import (
    assignments,
    attendance,
    case,
    correcting,
    disclosed,
    disclosing,
    download,
    flags,
    goal,
    goals,
    handing,
    home,
    measures,
    rating,
)
from services.web.closing.routes import endings
from services.web.flagging import acting
from services.web.flagging.page import flag_page
from services.web.safeguarding.routes import concerns
from services.web.search import found
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Visit, visiting


router = APIRouter(prefix="/clinician", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(CLINICIAN))]


@router.get("")
async def my_day(visit: Here) -> Response:
    """My day."""
    return await home.my_day(visit)


@router.post("/search")
async def search(visit: Here) -> Response:
    """Find a client or case number."""
    return await found(visit, "/clinician/cases/")


@router.get("/flags")
async def my_flags(visit: Here) -> Response:
    """All my flags."""
    return await flags.my_flags(visit)


@router.post("/flags/{flag_id}/acknowledge")
async def acknowledge(visit: Here, flag_id: UUID) -> Response:
    """Take a flag."""
    return await flags.acknowledge(visit, str(flag_id))


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


@router.get("/cases/{case_id}")
async def case_page(visit: Here, case_id: UUID) -> Response:
    """One case."""
    return await case.case_page(visit, str(case_id))


@router.post("/cases/{case_id}/attendance/{appointment_id}")
async def record_attendance(visit: Here, case_id: UUID, appointment_id: UUID) -> Response:
    """What became of a session."""
    return await attendance.record_attendance(visit, str(case_id), str(appointment_id))


@router.get("/cases/{case_id}/goals/new")
async def goal_form(visit: Here, case_id: UUID) -> Response:
    """Agree a goal."""
    return await goals.goal_form(visit, str(case_id))


@router.post("/cases/{case_id}/goals")
async def set_goal(visit: Here, case_id: UUID) -> Response:
    """Save a goal."""
    return await goals.set_goal(visit, str(case_id))


@router.get("/cases/{case_id}/goals/library")
async def goal_library(visit: Here, case_id: UUID) -> Response:
    """Goals to begin from."""
    return await goals.library(visit, str(case_id))


@router.get("/cases/{case_id}/goals/{goal_id}")
async def goal_page(visit: Here, case_id: UUID, goal_id: UUID) -> Response:
    """One goal."""
    return await goal.goal_page(visit, str(case_id), str(goal_id))


@router.get("/cases/{case_id}/goals/{goal_id}/revise")
async def revise_form(visit: Here, case_id: UUID, goal_id: UUID) -> Response:
    """Agree a goal anew."""
    return await goals.revise_form(visit, str(case_id), str(goal_id))


@router.get("/cases/{case_id}/goals/{goal_id}/review")
async def review_form(visit: Here, case_id: UUID, goal_id: UUID) -> Response:
    """Review a goal with the client: as it is or anew, until the next review."""
    return await goals.revise_form(visit, str(case_id), str(goal_id), review=True)


@router.post("/cases/{case_id}/goals/{goal_id}/revise")
async def revise(visit: Here, case_id: UUID, goal_id: UUID) -> Response:
    """Save what a goal becomes."""
    return await goals.revise(visit, str(case_id), str(goal_id))


@router.post("/cases/{case_id}/goals/{goal_id}/{act}")
async def act_on_goal(visit: Here, case_id: UUID, goal_id: UUID, act: str) -> Response:
    """Agree, decline, pause, resume, close or reopen a goal."""
    return await goal.act(visit, str(case_id), str(goal_id), act)


@router.get("/cases/{case_id}/rate")
async def rate_form(visit: Here, case_id: UUID) -> Response:
    """Rate all goals."""
    return await rating.rate_form(visit, str(case_id))


@router.post("/cases/{case_id}/ratings")
async def rate(visit: Here, case_id: UUID) -> Response:
    """Save ratings."""
    return await rating.rate(visit, str(case_id))


@router.get("/cases/{case_id}/ratings/{rating_id}")
async def rating_form(visit: Here, case_id: UUID, rating_id: UUID) -> Response:
    """Correct a rating."""
    return await correcting.rating_form(visit, str(case_id), str(rating_id))


@router.post("/cases/{case_id}/ratings/{rating_id}")
async def correct_rating(visit: Here, case_id: UUID, rating_id: UUID) -> Response:
    """Save a rating's correction, or void it."""
    return await correcting.correct_rating(visit, str(case_id), str(rating_id))


@router.get("/cases/{case_id}/answers/{response_id}")
async def answer_form(visit: Here, case_id: UUID, response_id: UUID) -> Response:
    """One answered questionnaire."""
    return await correcting.answer_form(visit, str(case_id), str(response_id))


@router.post("/cases/{case_id}/answers/{response_id}")
async def correct_answer(visit: Here, case_id: UUID, response_id: UUID) -> Response:
    """Save a questionnaire's correction, or void it."""
    return await correcting.correct_answer(visit, str(case_id), str(response_id))


@router.get("/cases/{case_id}/measures")
async def measure_list(visit: Here, case_id: UUID) -> Response:
    """Which questionnaires can be entered."""
    return await measures.measure_list(visit, str(case_id))


@router.get("/cases/{case_id}/measures/{code}")
async def measure_form(visit: Here, case_id: UUID, code: str) -> Response:
    """Enter a questionnaire."""
    return await measures.measure_form(visit, str(case_id), code)


@router.post("/cases/{case_id}/measures/{code}")
async def answer(visit: Here, case_id: UUID, code: str) -> Response:
    """Save answers."""
    return await measures.answer(visit, str(case_id), code)


router.include_router(assignments.router)
router.include_router(handing.router)
router.include_router(disclosing.router)
router.include_router(disclosed.router)
router.include_router(download.router)
router.include_router(concerns(CLINICIAN, "/cases"))
router.include_router(endings(CLINICIAN, "/cases"))
