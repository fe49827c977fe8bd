"""People at work in a clinic, as clinics tells of them."""

from datetime import date
from uuid import UUID

from shared.events.clinics import StaffJoined, StaffLeft, StaffRolesChanged
from shared.events.words import Role
from tests.progress.desk import Clinic
from tests.progress.histories import START


def joins(clinic_id: UUID, person: UUID, *roles: Role) -> StaffJoined:
    """Somebody works in a clinic from now on."""
    about = {"occurred_at": START, "clinic_id": clinic_id, "staff_id": person}
    return StaffJoined(**about, roles=roles, contact="sealed:AAAA")


def may(clinic_id: UUID, person: UUID, *roles: Role) -> StaffRolesChanged:
    """Their roles are others now."""
    return StaffRolesChanged(occurred_at=START, clinic_id=clinic_id, staff_id=person, roles=roles)


def leaves(clinic_id: UUID, person: UUID, last_day: date) -> StaffLeft:
    """They work here up to a day."""
    about = {"occurred_at": START, "clinic_id": clinic_id, "staff_id": person}
    return StaffLeft(**about, last_day=last_day)


async def at_work(clinic: Clinic, *people: UUID, role: Role = Role.CLINICIAN) -> None:
    """These people work in the clinic."""
    where = clinic.story.clinic_id
    await clinic.world.happens(*(joins(where, person, role) for person in people))
