"""A clinic brings its own wording of a measure, or withdraws it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.domain import packs
from services.goals.domain.fhir.wording import words_from
from services.goals.models.packs import Pack
from services.goals.models.wording import Wording
from services.goals.queries import wording as queries
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict, NotFound
from shared.events.measures import Measure


async def bring(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    measure: Measure,
    document: dict[str, Any],
    now: datetime,
) -> Wording:
    """Keep a Questionnaire's words as the measure's wording in its language, as a new version.

    Invalid, naming each item, when it is not this measure; Conflict while nobody confirmed that the
    clinic has the licence which the measure needs.
    """
    if clinic_id not in actor.clinics:
        raise NotFound()
    await outbox.lock(session, clinic_id)
    await _licensed(session, clinic_id, measure)
    words = words_from(document, measure)
    last = await queries.last_number(session, clinic_id, measure, words.language)
    wording = Wording(
        wording_id=uuid4(),
        clinic_id=clinic_id,
        measure=measure.code,
        version=measure.version,
        language=words.language,
        number=last + 1,
        words=asdict(words),
        imported_at=now,
        imported_by=actor.id,
    )
    session.add(wording)
    await session.flush()
    await audit.record(session, actor, "wording_imported", clinic_id, measure.code)
    return wording


async def _licensed(session: AsyncSession, clinic_id: UUID, measure: Measure) -> None:
    if not packs.needs_licence(measure):
        return
    pack = await session.get(Pack, (clinic_id, measure.code))
    if pack is None or pack.licence_confirmed_at is None:
        tier = packs.TIERS[measure.licence.tier]
        raise Conflict(f"Nobody has confirmed this clinic's licence for {measure.name}. {tier}")


async def withdraw(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    measure: Measure,
    language: str,
    now: datetime,
) -> Wording:
    """From now on the wording in this language is not shown; it stays on record."""
    if clinic_id not in actor.clinics:
        raise NotFound()
    await outbox.lock(session, clinic_id)
    wording = await queries.current(session, clinic_id, measure, language)
    if wording is None:
        raise NotFound()
    wording.withdrawn_at, wording.withdrawn_by = now, actor.id
    session.add(wording)
    await session.flush()
    await audit.record(session, actor, "wording_withdrawn", clinic_id, measure.code)
    return wording
