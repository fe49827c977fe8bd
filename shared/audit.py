"""Who did or read what, on which id, and why as a code: one row, in the same transaction."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    insert,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor


audit = Table(
    "audit",
    MetaData(),
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sub", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("reason_code", Text),
)
_KEEP = insert(audit).inline()


async def record(
    session: AsyncSession,
    actor: Actor,
    act: str,
    subject_id: UUID | Iterable[UUID],
    reason_code: str | None = None,
) -> None:
    """Write a row for each subject; no row, no act: a failure here takes the transaction along."""
    row = {
        "sub": actor.sub,
        "role": ",".join(sorted(actor.roles)),
        "act": act,
        "reason_code": reason_code,
    }
    subjects = [subject_id] if isinstance(subject_id, UUID) else list(subject_id)
    if subjects:
        rows = [row | {"subject_id": one} for one in subjects]
        await session.execute(_KEEP, rows)
