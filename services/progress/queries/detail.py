"""One flag with everything: acts, who has been told, what it rests on, parameters in words."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.lifecycle import Act, closings
from services.progress.domain.state import decode_because, readable
from services.progress.models import tables
from services.progress.models.flags import (
    ActRead,
    FlagActRead,
    FlagDetail,
    ParameterRead,
    ToldRead,
)
from services.progress.queries import evidence
from services.progress.queries.clearing import ended
from services.progress.queries.flags import read, row_of
from services.progress.queries.still import still_of
from shared.auth import Actor
from shared.events.rules import DEFINITIONS, Teller
from shared.events.words import Rule


_acts = tables.flag_act.c
_PEOPLE_DID = (
    select(tables.flag_act)
    .where(_acts.flag_id == any_(bindparam("flags", type_=ARRAY(Uuid))), _acts.by.is_not(None))
    .order_by(_acts.at, _acts.number)
)


async def detail(session: AsyncSession, actor: Actor, flag_id: UUID) -> FlagDetail:
    """One flag and its history. NotFound when the actor may not see it."""
    row = await row_of(session, actor, flag_id)
    acts = await acts_of(session, tables.flag_act, "flag_id", flag_id)
    asked = select(tables.case_state.c.state).where(tables.case_state.c.case_id == row.case_id)
    case = readable((await session.execute(asked)).scalar_one())
    rule = Rule(row.rule)
    return FlagDetail(
        **dict(read(row)),
        acts=acts,
        told=_told(row, acts),
        **evidence.lists(case, rule, row.client_id, row.evidence),
        ended=ended(case, rule, decode_because(row.because), row.evidence) if row.cleared else [],
        parameters_in_words=_in_words(rule, row.parameters),
        still=(await still_of(session, [row.case_id])).get(row.case_id),
        may_close_with=closings(rule),
    )


async def acts_of(
    session: AsyncSession, table: Table, subject: str, subject_id: UUID
) -> list[ActRead]:
    """Every act about a flag or a concern, oldest first."""
    asked = select(table).where(table.c[subject] == subject_id).order_by(table.c.at, table.c.number)
    return [ActRead(**_act(row)) for row in await session.execute(asked)]


async def people_did(session: AsyncSession, flag_ids: Sequence[UUID]) -> list[FlagActRead]:
    """Everything that people did about these flags, oldest first; the clock's own is left out."""
    if not flag_ids:
        return []
    rows = await session.execute(_PEOPLE_DID, {"flags": flag_ids})
    return [FlagActRead(flag_id=row.flag_id, **_act(row)) for row in rows]


def _act(row: Row[Any]) -> dict[str, Any]:
    """An act's row as it is shown."""
    return {name: getattr(row, name) for name in ActRead.model_fields}


def _told(row: Row[Any], acts: Sequence[ActRead]) -> list[ToldRead]:
    """Those whom the rule names, those to whom the clock took it or people gave it, by time.

    What came since the last look is told to the first again. A step whose word nobody knows told
    somebody that nobody can name: reconcile names the act.
    """
    again = {row.asks_since, row.grown_at} if row.unseen else set()
    raised = [row.raised_at, *again]
    named = [
        ToldRead(
            role=role,
            person_id=row.clinician_id if role is Teller.CLINICIAN else None,
            at=at,
        )
        for at in raised
        for role in DEFINITIONS[Rule(row.rule)].tell
    ]
    later = [
        ToldRead(role=_teller(row, act), person_id=act.to, at=act.at) for act in acts if _tells(act)
    ]
    return sorted([*named, *later], key=lambda each: each.at)


def _tells(act: ActRead) -> bool:
    if act.act is Act.ESCALATED:
        return act.code in set(Teller)
    return act.act is Act.ASSIGNED and act.to != act.by


def _teller(row: Row[Any], act: ActRead) -> Teller:
    """As whom somebody was told: who was given it is the case's clinician, or a lead."""
    if act.act is Act.ESCALATED:
        return Teller(act.code or "")
    return Teller.CLINICIAN if act.to == row.clinician_id else Teller.CLINICAL_LEAD


def _in_words(rule: Rule, values: dict[str, int]) -> list[ParameterRead]:
    return [
        ParameterRead(
            name=each.name.value,
            value=values[each.name.value],
            words=each.words,
            unit=each.unit,
            default=each.default,
            source=each.source,
        )
        for each in DEFINITIONS[rule].parameters
        if each.name.value in values
    ]
