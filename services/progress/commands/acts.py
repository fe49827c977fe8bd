"""Acts about flags and concerns: who did what, written down; of two the first counts."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.lifecycle import Act, leads
from services.progress.domain.packed import MICROSECOND
from shared.auth import Actor
from shared.errors import Conflict
from shared.events.words import FlagState


@dataclass(frozen=True)
class By:
    """Who acts, when, in which installation."""

    actor: Actor
    now: datetime
    partitions: int


@dataclass(frozen=True)
class Did:
    """An act as it is written down; `leads` where it takes one back: to the state before that."""

    act: Act
    note: str | None = None
    code: str | None = None
    to: UUID | None = None
    undoes: UUID | None = None
    leads: FlagState | None = None


async def in_turn(session: AsyncSession, table: Table, whose: dict[str, UUID], by: By) -> By:
    """`by` at a moment behind the last act about the same; what that is about is locked.

    Acts are read back by their moments, and each process has a clock of its own: the lock says who
    was first, and a clock that is behind must not.
    """
    [(subject, subject_id)] = whose.items()
    asked = select(func.max(table.c.at)).where(table.c[subject] == subject_id)
    last: datetime | None = (await session.execute(asked)).scalar_one()
    return by if last is None or last < by.now else replace(by, now=last + MICROSECOND)


async def mine_already(
    session: AsyncSession, table: Table, whose: dict[str, UUID], state: str, by: By, did: Did
) -> bool:
    """Whether the actor has done just this; Conflict, naming the first, when somebody else has.

    Also for the actor's own act with other words: its note would be lost.

    `table` holds the acts; `whose` names the column and the id of what they are about, which is
    locked and stands in `state`.
    """
    if state != leads(did.act):
        return False
    [(subject, subject_id)] = whose.items()
    last = select(table.c.by, table.c.at, table.c.code, table.c.note).where(
        table.c[subject] == subject_id, table.c.act == did.act.value
    )
    newest = last.order_by(table.c.at.desc(), table.c.number.desc())
    first = (await session.execute(newest.limit(1))).one_or_none()
    if first is None:
        return False
    if first.by == by.actor.id and first.code == did.code and did.note in (None, first.note):
        return True
    what = subject.removesuffix("_id")
    raise Conflict(
        f"{first.by} was first: the {what} is {state.replace('_', ' ')} already.",
        extra={"state": state, "by": str(first.by), "at": first.at.isoformat()},
    )


async def write(
    session: AsyncSession, table: Table, whose: dict[str, UUID], did: Did, by: By, before: str
) -> None:
    """Put an act into the list of all, with the state in which it found what it is about."""
    values = {"act": did.act.value, "note": did.note, "code": did.code, "to": did.to}
    row = {"act_id": uuid4(), "at": by.now, "by": by.actor.id}
    row |= {"before": before, "undoes": did.undoes}
    await session.execute(insert(table).inline().values(**whose, **values, **row))
