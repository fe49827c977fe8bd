"""A client said in words what a safety item asks; what was recorded wrongly is voided."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_change, case_to_correct
from services.goals.domain import moments
from services.goals.domain.voiding import is_voided_again
from services.goals.models.disclosures import Disclosure, DisclosureCreate, DisclosureVoid
from services.goals.queries import disclosures as queries
from shared import audit, outbox
from shared.auth import Actor
from shared.events.goals import DisclosureRecorded, DisclosureVoided


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
    said = disclosure.model_dump(include=set(DisclosureRecorded.model_fields))
    await outbox.publish(session, DisclosureRecorded(occurred_at=now, **said))
    return disclosure


async def void(
    session: AsyncSession, actor: Actor, disclosure_id: UUID, given: DisclosureVoid, now: datetime
) -> Disclosure:
    """It does not count any more, and stays to be seen; also in a case that was closed since.

    The same again changes nothing; for another reason: Conflict. A flag that rested on it alone is
    cleared; what people did about that stays.
    """
    case_id = await queries.case_of_disclosure(session, actor, disclosure_id)
    await case_to_correct(session, actor, case_id)
    disclosure = await queries.disclosure(session, disclosure_id)
    if is_voided_again("disclosure", disclosure.void_reason, given.reason):
        return disclosure
    disclosure.voided_at, disclosure.voided_by = now, actor.id
    disclosure.void_reason = given.reason
    await session.flush()
    await audit.record(session, actor, "disclosure_voided", case_id, given.reason)
    said = disclosure.model_dump(include=set(DisclosureVoided.model_fields))
    voided = DisclosureVoided(occurred_at=now, reason=given.reason, **said)
    await outbox.publish(session, voided)
    return disclosure
