"""The front desk's addresses."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web.closing.routes import endings
from services.web.desk import booking, messages, missed, people, referrals, today
from services.web.safeguarding.routes import concerns
from services.web.search import found
from services.web.shell.fronts import DESK
from services.web.visit import Visit, visiting


router = APIRouter(prefix="/desk", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(DESK))]


@router.get("")
async def home(visit: Here) -> Response:
    """Today, or the diary of another day."""
    return await today.today(visit)


@router.get("/missed/{clinic_id}")
async def to_missed(visit: Here, clinic_id: UUID) -> Response:
    """Who missed a session, as a message names the page."""
    return await missed.to_list(visit, str(clinic_id))


@router.post("/search")
async def search(visit: Here) -> Response:
    """Find a client or case number."""
    return await found(visit, "/desk/clients/")


@router.get("/book")
async def booking_form(visit: Here) -> Response:
    """Book a session."""
    return await booking.booking_form(visit)


@router.post("/appointments")
async def book(visit: Here) -> Response:
    """Save a booking."""
    return await booking.book(visit)


@router.post("/appointments/{appointment_id}/attendance")
async def attendance(visit: Here, appointment_id: UUID) -> Response:
    """Tick somebody off."""
    return await today.attendance(visit, str(appointment_id))


@router.post("/appointments/{appointment_id}/cancel")
async def cancel(visit: Here, appointment_id: UUID) -> Response:
    """Call a session off."""
    return await people.cancel(visit, str(appointment_id))


@router.post("/appointments/{appointment_id}/move")
async def move(visit: Here, appointment_id: UUID) -> Response:
    """Give a session another time."""
    return await people.move(visit, str(appointment_id))


@router.get("/referrals")
async def all_referrals(visit: Here) -> Response:
    """Referrals."""
    return await referrals.referrals(visit)


@router.get("/referrals/{case_id}")
async def referral(visit: Here, case_id: UUID) -> Response:
    """One referral."""
    return await referrals.referral(visit, str(case_id))


@router.post("/referrals/{case_id}/accept")
async def accept(visit: Here, case_id: UUID) -> Response:
    """Take a referral on."""
    return await referrals.accept(visit, str(case_id))


@router.post("/referrals/{case_id}/reject")
async def reject(visit: Here, case_id: UUID) -> Response:
    """Turn a referral down."""
    return await referrals.reject(visit, str(case_id))


@router.get("/clients")
async def all_people(visit: Here) -> Response:
    """All cases."""
    return await people.people(visit)


@router.get("/clients/{case_id}")
async def person(visit: Here, case_id: UUID) -> Response:
    """One case."""
    return await people.person(visit, str(case_id))


@router.get("/messages")
async def mailbox(visit: Here) -> Response:
    """Messages."""
    return await messages.messages(visit)


router.include_router(concerns(DESK, "/clients"))
router.include_router(endings(DESK, "/clients"))
