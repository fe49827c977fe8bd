"""Flags, with what people did about them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.packed import instant
from services.progress.domain.sentences import sentence
from services.progress.domain.state import decode_because
from services.progress.models import tables
from services.progress.models.shapes import Acknowledgement, FlagRead
from shared.auth import Actor
from shared.clock import wall_time
from shared.errors import NotFound
from shared.events.words import FlagState, Role, Rule, Severity
from shared.pages import paged, parts_of


OPEN = (FlagState.RAISED, FlagState.ACKNOWLEDGED, FlagState.IN_REVIEW, FlagState.ACTIONED)

_flag, _acts = tables.flag.c, tables.flag_case.c
_state = case(
    (_flag.cleared, literal(FlagState.CLEARED.value)),
    (_acts.acknowledged_at.is_not(None), literal(FlagState.ACKNOWLEDGED.value)),
    else_=literal(FlagState.RAISED.value),
)


def theirs(actor: Actor, clinician: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """A lead sees all cases of its clinics, a clinician those that are theirs."""
    return [] if actor.is_any(Role.CLINICAL_LEAD) else [clinician == actor.id]


def _select(actor: Actor) -> Select[Any]:
    joined = (
        tables.flag.join(tables.case_state, tables.case_state.c.case_id == _flag.case_id)
        .outerjoin(tables.flag_case, _acts.flag_id == _flag.flag_id)
        .outerjoin(tables.clinic, tables.clinic.c.clinic_id == _flag.clinic_id)
    )
    acts = (_acts.acknowledged_by, _acts.acknowledged_at, _acts.note)
    found = select(tables.flag, *acts, tables.clinic.c.zone, _state.label("state"))
    return found.select_from(joined).where(*theirs(actor, tables.case_state.c.clinician_id))


async def flag(session: AsyncSession, actor: Actor, flag_id: UUID) -> FlagRead:
    """One flag. NotFound when the actor may not see it."""
    row = (await session.execute(_select(actor).where(_flag.flag_id == flag_id))).one_or_none()
    if row is None:
        raise NotFound()
    return _read(row)


async def flags(
    session: AsyncSession,
    actor: Actor,
    about: Mapping[str, UUID | None],
    states: Sequence[FlagState],
    limit: int,
    after: str | None,
) -> tuple[list[FlagRead], str | None]:
    """Flags of a clinic, a case or a caseload, the oldest first; where the next page begins."""
    found = _select(actor)
    for name, wanted in about.items():
        column = tables.case_state.c.clinician_id if name == "clinician_id" else _flag[name]
        found = found if wanted is None else found.where(column == wanted)
    if states:
        found = found.where(_state.in_([state.value for state in states]))
    if place := parts_of(after, datetime.fromisoformat, UUID):
        found = found.where(tuple_(_flag.raised_at, _flag.flag_id) > tuple_(*place))
    found = found.order_by(_flag.raised_at, _flag.flag_id).limit(limit + 1)
    rows = [_read(row) for row in await session.execute(found)]
    return paged(rows, limit, lambda read: (read.raised_at.isoformat(), read.flag_id))


async def flags_of(
    session: AsyncSession, actor: Actor, case_ids: Iterable[UUID]
) -> dict[UUID, list[FlagRead]]:
    """All flags of these cases."""
    found: dict[UUID, list[FlagRead]] = {case_id: [] for case_id in case_ids}
    asked = _select(actor).where(_flag.case_id.in_(list(found))).order_by(_flag.raised_at)
    for row in await session.execute(asked):
        found[row.case_id].append(_read(row))
    return found


def _read(row: Row[Any]) -> FlagRead:
    because = decode_because(row.because)
    day = wall_time(instant(because.at), row.zone or "UTC").date()
    acknowledged = row.acknowledged_at and Acknowledgement(
        by=row.acknowledged_by, at=row.acknowledged_at, note=row.note
    )
    return FlagRead(
        flag_id=row.flag_id,
        rule=Rule(row.rule),
        rule_version=row.rule_version,
        severity=Severity(row.severity),
        case_id=row.case_id,
        clinic_id=row.clinic_id,
        client_id=row.client_id,
        state=FlagState(row.state),
        raised_at=row.raised_at,
        sentence=sentence(because, day),
        evidence=row.evidence,
        acknowledged=acknowledged or None,
    )
