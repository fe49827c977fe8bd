"""What this service keeps of others' events: upserts, so twice is once and any order will do."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.notifications.models import Case, Contact, SenderName, Staff
from shared.events.words import Role


async def keep_contact(
    session: AsyncSession, clinic_id: UUID, person_id: UUID, sealed: str | None
) -> None:
    """How a person is reached from now on; it stays sealed."""
    row = insert(Contact).values(clinic_id=clinic_id, person_id=person_id, sealed=sealed)
    key, change = ["clinic_id", "person_id"], {"sealed": row.excluded.sealed}
    await session.execute(row.on_conflict_do_update(index_elements=key, set_=change))


async def keep_staff(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, roles: Sequence[Role]
) -> None:
    """Who works at a clinic, as what."""
    row = insert(Staff).values(clinic_id=clinic_id, staff_id=staff_id, roles=list(roles))
    key, change = ["clinic_id", "staff_id"], {"roles": row.excluded.roles}
    await session.execute(row.on_conflict_do_update(index_elements=key, set_=change))


async def keep_last_day(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, last_day: date
) -> None:
    """When somebody stops working at a clinic."""
    which = (col(Staff.clinic_id) == clinic_id, col(Staff.staff_id) == staff_id)
    await session.execute(update(Staff).where(*which).values(last_day=last_day))


async def keep_sender(session: AsyncSession, clinic_id: UUID, since: datetime, sealed: str) -> None:
    """The name under which a clinic's messages go out; it stays sealed."""
    row = insert(SenderName).values(clinic_id=clinic_id, effective_from=since, sealed=sealed)
    key, change = ["clinic_id", "effective_from"], {"sealed": row.excluded.sealed}
    await session.execute(row.on_conflict_do_update(index_elements=key, set_=change))


async def keep_case(session: AsyncSession, case: Case) -> None:
    """A course of care, its number and who sees it."""
    row = insert(Case).values(case.model_dump())
    change = {"clinician_id": row.excluded.clinician_id, "case_number": row.excluded.case_number}
    await session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=change))
