"""Cases whose state nobody can read: a list of flags is not whole while there are any.

One case is looked at itself; among many those count that are open incidents. No list takes states
apart to say so.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, column, func, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.state import readable
from services.progress.models import tables
from services.progress.models.incidents import UNREADABLE
from services.progress.queries.flags import GIVEN, THEIRS, by
from shared.auth import Actor


_case, _acts = tables.case_state.c, tables.flag_case.c
_incident = table("incident", column("case_id"), column("what"), column("repaired_at"))
_FOUND = select(_incident.c.case_id).where(
    _incident.c.what == UNREADABLE, _incident.c.repaired_at.is_(None)
)


async def unreadable_cases(
    session: AsyncSession, actor: Actor, about: Mapping[str, UUID | None]
) -> int:
    """How many of the cases that a list of flags is about nobody can read."""
    wanted = [_about(name, each) for name, each in about.items() if each is not None]
    wanted.append(or_(THEIRS, _has(GIVEN)))
    if about.get("case_id"):
        states = (await session.execute(select(_case.state).where(*wanted), by(actor))).scalars()
        return sum(readable(state) is None for state in states)
    asked = select(func.count()).select_from(tables.case_state)
    asked = asked.where(_case.case_id.in_(_FOUND), *wanted)
    return int((await session.execute(asked, by(actor))).scalar_one())


def _about(name: str, wanted: UUID) -> ColumnElement[bool]:
    match name:
        case "whose":
            return or_(_case.clinician_id == wanted, _has(_acts.assigned_to == wanted))
        case _:
            same: ColumnElement[bool] = _case[name] == wanted
            return same


def _has(what: ColumnElement[Any]) -> ColumnElement[bool]:
    return select(_acts.flag_id).where(_acts.case_id == _case.case_id, what).exists()
