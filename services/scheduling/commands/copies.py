"""What this service keeps of others' events: upserts, so twice is once and any order will do."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scheduling.models import Case, ClinicZone, Room, Staff
from shared.events.words import Role


async def keep_zone(session: AsyncSession, clinic_id: UUID, since: datetime, zone: str) -> None:
    """A clinic's time zone from a moment on."""
    row = insert(ClinicZone).values(clinic_id=clinic_id, effective_from=since, zone=zone)
    key = ["clinic_id", "effective_from"]
    await session.execute(
        row.on_conflict_do_update(index_elements=key, set_={"zone": row.excluded.zone})
    )


async def keep_room(session: AsyncSession, clinic_id: UUID, room_id: UUID) -> None:
    """A room that can be booked."""
    row = insert(Room).values(clinic_id=clinic_id, room_id=room_id)
    await session.execute(row.on_conflict_do_nothing())


async def keep_staff(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, roles: Sequence[Role]
) -> None:
    """Who works at a clinic, as what."""
    row = insert(Staff).values(clinic_id=clinic_id, staff_id=staff_id, roles=list(roles))
    change = {"roles": row.excluded.roles}
    await session.execute(
        row.on_conflict_do_update(index_elements=["clinic_id", "staff_id"], set_=change)
    )


async def keep_last_day(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, last_day: date
) -> None:
    """When somebody stops working at a clinic."""
    which = (col(Staff.clinic_id) == clinic_id, col(Staff.staff_id) == staff_id)
    await session.execute(update(Staff).where(*which).values(last_day=last_day))


async def keep_case(session: AsyncSession, case: Case) -> None:
    """A course of care that sessions can be booked for."""
    row = insert(Case).values(case.model_dump(exclude={"closed_at"}))
    change = {"clinician_id": row.excluded.clinician_id, "client_ids": row.excluded.client_ids}
    await session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=change))


async def keep_case_closed(session: AsyncSession, case_id: UUID, closed_at: datetime) -> None:
    """A course of care that takes no more sessions."""
    ended = update(Case).where(col(Case.case_id) == case_id).values(closed_at=closed_at)
    await session.execute(ended)
