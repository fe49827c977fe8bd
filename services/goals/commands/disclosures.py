"""A client said in words what a safety item asks."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_change
from services.goals.domain import moments
from services.goals.models.disclosures import Disclosure, DisclosureCreate
from shared import audit, outbox
from shared.auth import Actor
from shared.events.goals import DisclosureRecorded


async def disclose(
    session: AsyncSession, actor: Actor, new: DisclosureCreate, now: datetime
) -> Disclosure:
    """Take down what a client said, as a code; the note stays here."""
    case = await case_to_change(session, actor, new.case_id)
    moments.belongs(new.client_id, case.client_ids)
    at = moments.moment(new.disclosed_at, case.referred_at, now, "disclosed_at")
    disclosure = Disclosure(
        disclosure_id=uuid4(),
        clinic_id=case.clinic_id,
        entered_at=now,
        entered_by=actor.id,
        **new.model_dump(exclude={"disclosed_at"}),
        disclosed_at=at,
    )
    session.add(disclosure)
    await session.flush()
    await audit.record(session, actor, "disclosure_recorded", case.case_id, new.disclosure)
    said = disclosure.model_dump(exclude={"note"})
    await outbox.publish(session, DisclosureRecorded(occurred_at=now, **said))
    return disclosure
