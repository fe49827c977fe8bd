"""Who may call, and where a page begins."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from shared.auth import Actor, require
from shared.errors import NotFound
from shared.events.words import Role
from shared.pages import parts_of


Clinician = Annotated[Actor, Depends(require(Role.CLINICIAN))]
Reader = Annotated[Actor, Depends(require(Role.CLINICIAN, Role.CLINICAL_LEAD))]
Lead = Annotated[Actor, Depends(require(Role.CLINICAL_LEAD))]


def own_clinic(actor: Actor, clinic_id: UUID) -> None:
    """NotFound for a clinic that is not one of the caller's: it is as unknown as none."""
    if clinic_id not in actor.clinics:
        raise NotFound()


def after_of(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The place behind which a page begins: time and id of the last one before."""
    parts = parts_of(cursor, datetime.fromisoformat, UUID)
    return (parts[0], parts[1]) if parts else None
