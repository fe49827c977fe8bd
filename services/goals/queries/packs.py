"""Questions about the measures that a clinic uses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select as columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain import packs
from services.goals.models.packs import ClinicMeasure, LicenceRead, Pack, PackRead
from services.goals.models.wording import Wording
from services.goals.queries import cases
from shared.events.measures import Measure, newest


Worded = dict[tuple[str, str], list[str]]  # languages, by a measure's code and version


async def pack(session: AsyncSession, clinic_id: UUID, measure: Measure, now: datetime) -> PackRead:
    """A measure in a clinic."""
    said = await session.get(Pack, (clinic_id, measure.code))
    text = await cases.crisis_text(session, clinic_id, now)
    return _shown(measure, said, text, await _worded(session, clinic_id))


async def measures(session: AsyncSession, clinic_id: UUID, now: datetime) -> list[ClinicMeasure]:
    """Every measure in its newest version, with what the clinic has decided about it."""
    asked = select(Pack).where(col(Pack.clinic_id) == clinic_id)
    said = {row.measure: row for row in (await session.scalars(asked)).all()}
    text = await cases.crisis_text(session, clinic_id, now)
    words = await _worded(session, clinic_id)
    return [_with(one, _shown(one, said.get(one.code), text, words)) for one in newest()]


async def _worded(session: AsyncSession, clinic_id: UUID) -> Worded:
    """In which languages there are words for which version: the newest, unless withdrawn."""
    place = (col(Wording.measure), col(Wording.language))
    asked = columns(*place, col(Wording.version), col(Wording.withdrawn_at))
    asked = asked.where(col(Wording.clinic_id) == clinic_id)
    rows = (await session.execute(asked.order_by(col(Wording.number)))).all()
    latest = {(row.measure, row.language): row for row in rows}
    found: Worded = {}
    for (measure, language), row in sorted(latest.items(), key=lambda one: one[0]):
        if row.withdrawn_at is None:
            found.setdefault((measure, row.version), []).append(language)
    return found


def _with(measure: Measure, pack: PackRead) -> ClinicMeasure:
    parts: dict[str, Any] = {name: getattr(measure, name) for name in Measure.model_fields}
    return ClinicMeasure.model_construct(None, **parts, pack=pack)


def _shown(
    measure: Measure, said: Pack | None, crisis_text: bool | None, words: Worded
) -> PackRead:
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
        wording=words.get((measure.code, measure.version), []),
    )


def _licence(said: Pack | None) -> LicenceRead | None:
    if said is None or said.licence_confirmed_at is None or said.licence_confirmed_by is None:
        return None
    return LicenceRead(
        confirmed_at=said.licence_confirmed_at,
        confirmed_by=said.licence_confirmed_by,
        reference=said.licence_reference,
    )
