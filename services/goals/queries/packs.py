"""Questions about the measures that a clinic uses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain import packs
from services.goals.models.packs import ClinicMeasure, LicenceRead, Pack, PackRead
from services.goals.queries import cases
from shared.events.measures import Measure, newest


async def pack(session: AsyncSession, clinic_id: UUID, measure: Measure, now: datetime) -> PackRead:
    """A measure in a clinic."""
    said = await session.get(Pack, (clinic_id, measure.code))
    return shown(measure, said, await cases.crisis_text(session, clinic_id, now))


async def measures(session: AsyncSession, clinic_id: UUID, now: datetime) -> list[ClinicMeasure]:
    """Every measure in its newest version, with what the clinic has decided about it."""
    asked = select(Pack).where(col(Pack.clinic_id) == clinic_id)
    said = {row.measure: row for row in (await session.scalars(asked)).all()}
    text = await cases.crisis_text(session, clinic_id, now)
    return [_with(one, shown(one, said.get(one.code), text)) for one in newest()]


def _with(measure: Measure, pack: PackRead) -> ClinicMeasure:
    parts: dict[str, Any] = {name: getattr(measure, name) for name in Measure.model_fields}
    return ClinicMeasure.model_construct(None, **parts, pack=pack)


def shown(measure: Measure, said: Pack | None, crisis_text: bool | None) -> PackRead:
    """What a clinic's choice, or the lack of one, comes to."""
    why_not = packs.hindrance(measure, crisis_text)
    return PackRead(
        measure=measure.code,
        on=why_not is None and packs.chosen(measure, said.is_on if said else None),
        may_be_on=why_not is None,
        why_not=why_not,
        tier=packs.TIERS[measure.licence.tier],
        attribution=measure.licence.attribution,
        needs_licence=packs.needs_licence(measure),
        licence=_licence(said),
    )


def _licence(said: Pack | None) -> LicenceRead | None:
    if said is None or said.licence_confirmed_at is None or said.licence_confirmed_by is None:
        return None
    return LicenceRead(
        confirmed_at=said.licence_confirmed_at,
        confirmed_by=said.licence_confirmed_by,
        reference=said.licence_reference,
    )
