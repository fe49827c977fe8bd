"""Safeguarding: a concern that somebody raises, and what the lead and those named do about it.

Nothing of it goes where others look: no event says of whom it is, no fact of the case changes, the
note stays here, and its audit rows name the concern alone.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.commands.acts import By, Did, in_turn, mine_already, write
from services.progress.domain.lifecycle import Act, check_closing, moved
from services.progress.domain.packed import octets
from services.progress.models.flags import Concern, ConcernRead
from services.progress.models.tables import concern, concern_act, lock_case
from services.progress.queries import concerns as queries
from services.progress.queries.staff import not_here, working_here
from shared import audit, outbox
from shared.errors import Conflict, Invalid
from shared.events.progress import CloseReason, ConcernNamed, ConcernRaised, FlagAction
from shared.events.words import FlagState, Role, Rule


MAY_SEE = (Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD, Role.SAFEGUARDING_LEAD)
ELSEWHERE = "does not work in this clinic"


async def raise_concern(session: AsyncSession, by: By, said: Concern) -> UUID:
    """Pass a concern on to the safeguarding lead. NotFound for another clinic's case.

    Invalid where somebody named does not work in the clinic. While nobody can read the case the
    client is taken as said.
    """
    clinic_id, case = await queries.case_of(session, said.case_id)
    clients = case.clients if case else ()
    if said.client_id and clients and octets(said.client_id) not in clients:
        raise Invalid.of("client_id", "is not a client of this case")
    await _check(session, by, clinic_id, "named", said.named)
    concern_id = uuid4()
    await session.execute(
        insert(concern).values(
            concern_id=concern_id,
            clinic_id=clinic_id,
            case_id=said.case_id,
            client_id=said.client_id,
            urgent=said.urgent,
            note=said.note,
            raised_by=by.actor.id,
            raised_at=by.now,
            named=list(dict.fromkeys(said.named)),
            state=FlagState.RAISED.value,
        )
    )
    await audit.record(session, by.actor, "concern_raised", concern_id)
    event = ConcernRaised(
        occurred_at=by.now, clinic_id=clinic_id, concern_id=concern_id, urgent=said.urgent
    )
    named = _named(by, clinic_id, concern_id, said.named)
    await outbox.publish(session, event, *named)
    return concern_id


def _named(by: By, clinic_id: UUID, concern_id: UUID, people: Sequence[UUID]) -> list[ConcernNamed]:
    """What tells those who were named that they may see it; whoever named themselves knows."""
    about = {"occurred_at": by.now, "clinic_id": clinic_id, "concern_id": concern_id}
    others = [each for each in dict.fromkeys(people) if each != by.actor.id]
    return [ConcernNamed(**about, person_id=each) for each in others]


async def _check(
    session: AsyncSession, by: By, clinic_id: UUID, field: str, people: Sequence[UUID]
) -> None:
    """Invalid, or Unavailable while that is not known, unless all of them work in the clinic."""
    wanted = set(people) - {by.actor.id}
    if wanted and wanted != await working_here(session, clinic_id, wanted, MAY_SEE):
        words = "holds somebody who does not work in this clinic" if len(people) > 1 else ELSEWHERE
        raise await not_here(session, field, words, by.now, by.partitions)


async def acknowledge(
    session: AsyncSession, by: By, concern_id: UUID, note: str | None
) -> ConcernRead:
    """Note that the actor has seen it. The first person's word stands.

    The same person again changes nothing; Conflict, naming the first person, for anybody else, and
    for another note, which would be lost.
    """
    row, by = await _held(session, by, concern_id)
    if row.state != FlagState.RAISED.value:
        first = await queries.acknowledgement(session, concern_id)
        if first and first.by == by.actor.id and note in (None, first.note):
            return await queries.concern(session, by.actor, concern_id, by.now)
        if first:
            raise Conflict(
                f"The concern is acknowledged already, by {first.by}.",
                extra={"acknowledged": {"by": str(first.by), "at": first.at.isoformat()}},
            )
    change = {"acknowledged_at": by.now}
    return await _act(session, by, row, Did(Act.ACKNOWLEDGED, note), change)


async def act(
    session: AsyncSession, by: By, concern_id: UUID, action: FlagAction, note: str
) -> ConcernRead:
    """Record the referral to the authority, or who was told.

    Only the referral stops the clock that asks for it.
    """
    row, by = await _held(session, by, concern_id)
    return await _act(session, by, row, Did(Act.ACTIONED, note, action.value), {})


async def name(session: AsyncSession, by: By, concern_id: UUID, staff_id: UUID) -> ConcernRead:
    """Let somebody else see it from now on. Who is named already is named once.

    Conflict for a concern that is closed, whoever is to be named.
    """
    row, by = await _held(session, by, concern_id)
    moved(Act.ASSIGNED, FlagState(row.state), "concern")
    if staff_id in row.named:
        return await queries.concern(session, by.actor, concern_id, by.now)
    await _check(session, by, row.clinic_id, "staff_id", [staff_id])
    change = {"named": [*row.named, staff_id]}
    await outbox.publish(session, *_named(by, row.clinic_id, concern_id, [staff_id]))
    return await _act(session, by, row, Did(Act.ASSIGNED, to=staff_id), change)


async def close(
    session: AsyncSession, by: By, concern_id: UUID, reason: CloseReason, note: str | None
) -> ConcernRead:
    """Say that it is done with, and why. Conflict, naming who was first, when it is already."""
    row, by = await _held(session, by, concern_id)
    did = Did(Act.CLOSED, note, reason.value)
    if await mine_already(session, concern_act, {"concern_id": concern_id}, row.state, by, did):
        return await queries.concern(session, by.actor, concern_id, by.now)
    may = by.actor.is_any(Role.CLINICIAN, Role.SAFEGUARDING_LEAD)
    check_closing(Rule.SAFEGUARDING, reason, note, may)
    if reason is CloseReason.REFERRED_TO_AUTHORITY and not await _referred(session, concern_id):
        raise Invalid.of("reason", "needs the referral on record first: to whom, when and how")
    return await _act(session, by, row, did, {"closed_at": by.now})


async def _referred(session: AsyncSession, concern_id: UUID) -> bool:
    acts = concern_act.c
    asked = select(acts.act_id).where(
        acts.concern_id == concern_id, acts.code == FlagAction.REFERRED_TO_AUTHORITY.value
    )
    return (await session.execute(asked.limit(1))).first() is not None


async def _held(session: AsyncSession, by: By, concern_id: UUID) -> tuple[Any, By]:
    """The concern, standing still, and the moment of what is done now.

    It is found before the lock, so nobody learns from waiting.
    """
    await queries.row_of_concern(session, by.actor, concern_id)
    await lock_case(session, concern_id, by.partitions)
    row = await queries.row_of_concern(session, by.actor, concern_id)
    return row, await in_turn(session, concern_act, {"concern_id": concern_id}, by)


async def _act(
    session: AsyncSession, by: By, row: Any, did: Did, change: dict[str, Any]
) -> ConcernRead:
    concern_id: UUID = row.concern_id
    before = FlagState(row.state)
    state = moved(did.act, before, "concern")
    if did.code == FlagAction.OTHERS_TOLD.value:
        state = before
    changed = update(concern).where(concern.c.concern_id == concern_id)
    await session.execute(changed.values(state=state.value, **change))
    whose = {"concern_id": concern_id, "clinic_id": row.clinic_id}
    await write(session, concern_act, whose, did, by, row.state)
    await audit.record(session, by.actor, f"concern_{did.act}", concern_id, did.code)
    return await queries.concern(session, by.actor, concern_id, by.now)
