"""What people do in progress: say that they have seen a flag."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress import queries
from services.progress.models.shapes import FlagRead
from services.progress.models.tables import flag_case, lock_case
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict
from shared.events.progress import FlagAcknowledged


async def acknowledge(
    session: AsyncSession, actor: Actor, flag_id: UUID, note: str, now: datetime, partitions: int
) -> FlagRead:
    """Note that the actor has seen a flag, and tell. The first person's word stands.

    The same person again changes nothing; Conflict, naming the first person, for anybody else.
    """
    seen = await queries.flag(session, actor, flag_id)
    await lock_case(session, seen.case_id, partitions)
    found = await queries.flag(session, actor, flag_id)
    if found.acknowledged:
        return _same_person(found, actor)
    await session.execute(
        insert(flag_case).values(
            flag_id=flag_id,
            clinic_id=found.clinic_id,
            case_id=found.case_id,
            acknowledged_by=actor.id,
            acknowledged_at=now,
            note=note,
        )
    )
    await audit.record(session, actor, "flag_acknowledged", flag_id)
    await outbox.publish(session, _told(found, actor, now))
    return await queries.flag(session, actor, flag_id)


def _same_person(found: FlagRead, actor: Actor) -> FlagRead:
    first = found.acknowledged
    if first and first.by != actor.id:
        raise Conflict(
            f"Already acknowledged by {first.by}.",
            extra={"acknowledged": {"by": str(first.by), "at": first.at.isoformat()}},
        )
    return found


def _told(found: FlagRead, actor: Actor, now: datetime) -> FlagAcknowledged:
    return FlagAcknowledged(
        occurred_at=now,
        clinic_id=found.clinic_id,
        flag_id=found.flag_id,
        case_id=found.case_id,
        client_id=found.client_id,
        rule=found.rule,
        rule_version=found.rule_version,
        by=actor.id,
    )
