"""What clinics said, kept here: time zones, and who works as what."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.models.tables import ClinicZone, Staff
from shared.events.words import Role


async def know_zone(
    session: AsyncSession, clinic_id: UUID, effective_from: datetime, zone: str
) -> None:
    """A clinic's time zone from a moment on; said later, it holds instead."""
    row = {"clinic_id": clinic_id, "effective_from": effective_from, "zone": zone}
    await session.execute(
        insert(ClinicZone)
        .values(row)
        .on_conflict_do_update(index_elements=["clinic_id", "effective_from"], set_={"zone": zone})
    )


async def know_roles(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, roles: Sequence[Role]
) -> None:
    """What a person may do at a clinic from now on."""
    row = {"clinic_id": clinic_id, "staff_id": staff_id, "roles": list(roles)}
    await session.execute(
        insert(Staff)
        .values(row)
        .on_conflict_do_update(
            index_elements=["clinic_id", "staff_id"], set_={"roles": list(roles)}
        )
    )


async def know_last_day(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, last_day: date
) -> None:
    """The last day of a person at a clinic."""
    person = await session.get(Staff, (clinic_id, staff_id))
    if person is None:
        person = Staff(clinic_id=clinic_id, staff_id=staff_id, roles=[])
        session.add(person)
    person.last_day = last_day
