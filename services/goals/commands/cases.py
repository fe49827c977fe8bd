"""What is heard of cases and clinics, and the case that a command is about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.goals.domain import moments
from services.goals.models.cases import CaseCopy, ZoneCopy
from services.goals.queries import cases
from shared import outbox
from shared.auth import Actor
from shared.errors import Forbidden
from shared.events.clinics import ClinicSettingsChanged
from shared.events.intake import CaseClosed, CaseOpened


async def remember_case(session: AsyncSession, event: CaseOpened) -> None:
    """Keep what intake says about a new case; heard twice, it stays as it is."""
    new = event.model_dump(
        include={"case_id", "clinic_id", "clinician_id", "client_ids", "referred_at"}
    )
    await session.execute(insert(CaseCopy).values(new).on_conflict_do_nothing())


async def remember_closing(session: AsyncSession, event: CaseClosed) -> None:
    """Keep that a case was closed."""
    theirs = update(CaseCopy).where(col(CaseCopy.case_id) == event.case_id)
    await session.execute(theirs.values(closed_at=event.closed_at))


async def remember_zone(
    session: AsyncSession, clinic_id: UUID, zone: str, effective_from: datetime
) -> None:
    """Keep which time zone a clinic has from a moment on."""
    await _remember(session, clinic_id, effective_from, zone=zone)


async def remember_settings(session: AsyncSession, event: ClinicSettingsChanged) -> None:
    """Keep a clinic's zone, and which crisis text it has, from a moment on."""
    said = {"zone": event.zone, "crisis_text_version": event.crisis_text_version}
    await _remember(session, event.clinic_id, event.effective_from, **said)


async def _remember(
    session: AsyncSession, clinic_id: UUID, effective_from: datetime, **said: object
) -> None:
    new = insert(ZoneCopy).values(clinic_id=clinic_id, effective_from=effective_from, **said)
    keys = ["clinic_id", "effective_from"]
    await session.execute(new.on_conflict_do_update(index_elements=keys, set_=said))


async def case_to_change(session: AsyncSession, actor: Actor, case_id: UUID) -> CaseCopy:
    """The case, locked until the commit: nobody closes it or writes in it meanwhile."""
    case = await case_to_correct(session, actor, case_id)
    moments.open_for_changes(case.closed_at)
    return case


async def case_to_correct(session: AsyncSession, actor: Actor, case_id: UUID) -> CaseCopy:
    """The case, locked until the commit, also when it was closed: a wrong number stays wrong."""
    await outbox.lock(session, case_id)
    case = await cases.case(session, actor, case_id)
    if case.clinician_id != actor.id:
        raise Forbidden("Only the case's own clinician may do this.")
    return case
