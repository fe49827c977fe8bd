"""Who may hear that something changed: of clinical things nobody hears of what they may not read.

That a case of their clinic came, was booked or was written to, all its clinicians hear, by the
case's id and the kind of change alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor
from shared.db import AWAY, Database
from shared.events.words import Role


Change = dict[str, Any]
Whose = dict[UUID, set[UUID]]  # by case: the staff who may open it as its clinician
HeardBy = Callable[[AsyncSession, Sequence[UUID]], Awaitable[Whose]]
EVERYTHING: Change = {"all": True}

READS = (Role.CLINICIAN, Role.CLINICAL_LEAD)
# In which roles somebody hears of a publisher's events at all: who may not read what is entered
# there must not learn either that something was, in which case, and what kind of thing.
ROLES: dict[str, tuple[Role, ...]] = {
    "goals": READS,
    "progress": READS,
    "intake": (Role.FRONT_DESK, *READS),
    "scheduling": (Role.FRONT_DESK, *READS),
    "notifications": (Role.FRONT_DESK, *READS),
    "clinics": tuple(role for role in Role if role is not Role.PARTNER),
}
CLINICAL = ("goals", "progress")  # of these a clinician hears for their own cases only
WHOSE = "whose"  # where a change keeps who may hear of it, asked once for all who listen


def heard(change: Change, actor: Actor) -> bool:
    """Whether somebody in these roles may hear of a change; it is all of one publisher's."""
    return all(actor.is_any(*ROLES.get(publisher, ())) for publisher in _publishers(change))


def _publishers(change: Change) -> set[str]:
    return {kind.partition(".")[0] for kind in change["kinds"]}


@dataclass(frozen=True)
class Own:
    """What a clinician may hear of: of clinical things those about their own cases.

    Whose the cases are is asked once for each change, however many listen.
    """

    database: Database
    heard_by: HeardBy | None
    actor: Actor

    async def of(self, change: Change) -> Change | None:
        """The change with the keys of one's own cases; None where none of them is.

        Where nobody can say whose they are: that everything had better be asked for again.
        """
        keys = change["keys"]
        if keys is None or not _publishers(change).intersection(CLINICAL):
            return change
        if WHOSE not in change:
            change[WHOSE] = asyncio.ensure_future(self._ask(change))
        try:
            whose = await asyncio.shield(change[WHOSE])
        except AWAY:
            return EVERYTHING
        mine = [key for key in keys if self.actor.id in whose.get(_as_id(key), ())]
        return {**change, "keys": mine} if mine else None

    async def _ask(self, change: Change) -> Whose:
        cases = [found for key in change["keys"] if (found := _as_id(key))]
        if self.heard_by is None or not cases:
            return {}
        async with self.database.session([UUID(change["clinic_id"])]) as session:
            return await self.heard_by(session, cases)


def _as_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
