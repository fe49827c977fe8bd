"""Questions about cases and clinics; row-level security keeps them within the clinics."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.cases import CaseCopy, ZoneCopy
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import Role
from shared.hearing import Whose


async def case(session: AsyncSession, actor: Actor, case_id: UUID) -> CaseCopy:
    """A case that the actor may read. NotFound for every other."""
    asked = select(CaseCopy).where(col(CaseCopy.case_id) == case_id, *theirs(actor))
    if (found := await session.scalar(asked)) is None:
        raise NotFound()
    return found


async def by_id(session: AsyncSession, case_id: UUID) -> CaseCopy:
    """A case that a row of ours names, so that it is there."""
    return (await session.scalars(select(CaseCopy).where(col(CaseCopy.case_id) == case_id))).one()


async def zone(session: AsyncSession, clinic_id: UUID, now: datetime) -> str:
    """The time zone that a clinic has now; UTC while clinics has not said."""
    said = select(ZoneCopy.zone).where(
        col(ZoneCopy.clinic_id) == clinic_id, col(ZoneCopy.effective_from) <= now
    )
    newest = said.order_by(col(ZoneCopy.effective_from).desc()).limit(1)
    return await session.scalar(newest) or "UTC"


async def crisis_text(session: AsyncSession, clinic_id: UUID, now: datetime) -> bool | None:
    """Whether a clinic has a crisis text now; None while clinics has not said."""
    said = select(ZoneCopy.crisis_text_version).where(
        col(ZoneCopy.clinic_id) == clinic_id,
        col(ZoneCopy.effective_from) <= now,
        col(ZoneCopy.crisis_text_version).is_not(None),
    )
    newest = said.order_by(col(ZoneCopy.effective_from).desc()).limit(1)
    version = await session.scalar(newest)
    return None if version is None else version >= 1


async def heard_by(session: AsyncSession, cases: Sequence[UUID]) -> Whose:
    """Who hears live of a case's goals, ratings and answers, besides its clinic's leads."""
    asked = select(CaseCopy.case_id, CaseCopy.clinician_id)
    rows = await session.execute(asked.where(col(CaseCopy.case_id).in_(cases)))
    return {case_id: {clinician_id} for case_id, clinician_id in rows}


def theirs(actor: Actor) -> list[ColumnElement[bool]]:
    """A lead reads all cases of its clinics, a clinician only its own."""
    if actor.is_any(Role.CLINICAL_LEAD):
        return []
    return [col(CaseCopy.clinician_id) == actor.id]
