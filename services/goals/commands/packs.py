"""A clinic's measures are switched on and off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.domain import packs
from services.goals.models.packs import Pack, PackChange, PackRead
from services.goals.queries import cases
from services.goals.queries import packs as queries
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.measures import Measure


async def switch(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    measure: Measure,
    change: PackChange,
    now: datetime,
) -> PackRead:
    """Switch a measure on or off; who confirmed its licence, and when, is kept.

    Conflict when it cannot be on, Invalid when its licence has to be confirmed first.
    """
    if clinic_id not in actor.clinics:
        raise NotFound()
    await outbox.lock(session, clinic_id)
    found = await session.get(Pack, (clinic_id, measure.code))
    pack = found or Pack(
        clinic_id=clinic_id,
        measure=measure.code,
        is_on=change.on,
        changed_at=now,
        changed_by=actor.id,
    )
    if change.licence_confirmed and packs.needs_licence(measure):
        _confirm(pack, actor.id, change.licence_reference, now)
    if change.on:
        text = await cases.crisis_text(session, clinic_id, now)
        packs.switch_on(measure, text, pack.licence_confirmed_at is not None)
    pack.is_on, pack.changed_at, pack.changed_by = change.on, now, actor.id
    session.add(pack)
    await session.flush()
    act = "measure_switched_on" if change.on else "measure_switched_off"
    await audit.record(session, actor, act, clinic_id, measure.code)
    return await queries.pack(session, clinic_id, measure, now)


def _confirm(pack: Pack, by: UUID, reference: str | None, now: datetime) -> None:
    pack.licence_confirmed_at, pack.licence_confirmed_by = now, by
    pack.licence_reference = reference


async def must_be_on(
    session: AsyncSession, clinic_id: UUID, measure: Measure, now: datetime
) -> None:
    """Conflict, in words, when a measure is not in use in a clinic.

    NotFound when that rests on the clinic's crisis text and its settings were not heard of yet.
    """
    text = await cases.crisis_text(session, clinic_id, now)
    if measure.safety_items and text is None:
        raise NotFound()
    said = await session.get(Pack, (clinic_id, measure.code))
    packs.in_use(measure, said.is_on if said else None, text)
