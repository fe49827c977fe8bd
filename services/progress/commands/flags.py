"""What people do about flags, from the first look to the end: one at a time, and never undone.

The partition number of the case is locked first, as the stream processor does: a flag stands still
while somebody acts, and of two people the second is told who was first.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress import queries
from services.progress.commands.acts import By, Did, in_turn, mine_already, write
from services.progress.commands.undoing import Undoing, held_before, state_before
from services.progress.domain.lifecycle import Act, check_closing, leads, moved
from services.progress.models.flags import FlagRead
from services.progress.models.tables import flag_act, flag_case, lock_case
from services.progress.queries.staff import not_here, working_here
from shared import audit, outbox
from shared.errors import Conflict, Invalid
from shared.events import Event
from shared.events.progress import (
    CloseReason,
    FlagAcknowledged,
    FlagAction,
    FlagActioned,
    FlagAssigned,
    FlagClosed,
    FlagReopened,
    FlagReviewStarted,
    ReopenReason,
)
from shared.events.words import FlagState, Role, Rule


# More came since somebody acknowledged it: "not acknowledged yet" would be read as a mistake.
SEEN_FIRST = (Act.REVIEW_STARTED, Act.ACTIONED, Act.CLOSED)
MORE = "More has come since it was acknowledged: acknowledge it again first."
NOT_THEIRS = "may not open this case: give it to the case's clinician or to a clinical lead"


async def acknowledge(session: AsyncSession, by: By, flag_id: UUID, note: str | None) -> FlagRead:
    """Note that the actor has seen a flag, and tell. The first person's word stands.

    The same person again changes nothing; Conflict, naming the first, for anybody else, and for
    another note, which would be lost.
    """
    row, by = await _held(session, by, flag_id)
    found = queries.read(row)
    if found.acknowledged and found.state is not FlagState.RAISED:
        if found.acknowledged.by == by.actor.id and note in (None, found.acknowledged.note):
            return found
        first = found.acknowledged
        raise Conflict(
            f"Already acknowledged by {first.by}.",
            extra={"acknowledged": {"by": str(first.by), "at": first.at.isoformat()}},
        )
    change = {"acknowledged_by": by.actor.id, "acknowledged_at": by.now, "note": note}
    change |= _saw(row) | {"closed_at": None}
    return await _act(session, by, row, Did(Act.ACKNOWLEDGED, note), change, FlagAcknowledged)


async def review(session: AsyncSession, by: By, flag_id: UUID, note: str | None) -> FlagRead:
    """Say that the actor looks into a flag. Conflict when somebody does already."""
    row, by = await _held(session, by, flag_id)
    did = Did(Act.REVIEW_STARTED, note)
    if await mine_already(session, flag_act, {"flag_id": flag_id}, row.state, by, did):
        return queries.read(row)
    change = {"assigned_to": row.assigned_to or by.actor.id}
    return await _act(session, by, row, did, change, FlagReviewStarted)


async def assign(
    session: AsyncSession, by: By, flag_id: UUID, to: UUID, undoes: UUID | None = None
) -> FlagRead:
    """Take a flag, or hand it over. Whose it is already hands it on, or a lead does.

    Whose it is already has it once. Invalid for somebody who may not open its case: a flag in
    their hands would stand nowhere. Conflict for a flag that is closed or cleared, whoever is to
    have it, and where it `undoes` what is not the actor's own last act; that gives it back to
    whoever had it before, and to nobody else.
    """
    row, by = await _held(session, by, flag_id)
    if undoes:
        await state_before(session, flag_id, Undoing(undoes, by.actor.id, Act.ASSIGNED))
        if to != await held_before(session, flag_id):
            raise Invalid.of("to", "is not whoever had the flag before")
    moved(Act.ASSIGNED, FlagState(row.state))
    if row.assigned_to == to:
        return queries.read(row)
    if to != by.actor.id and not await working_here(session, row.clinic_id, [to], _given(row, to)):
        raise await not_here(session, "to", NOT_THEIRS, by.now, by.partitions)
    mine = row.assigned_to in (None, by.actor.id) or undoes or by.actor.is_any(Role.CLINICAL_LEAD)
    if not mine:
        raise Conflict(
            f"Already taken by {row.assigned_to}.", extra={"assigned_to": str(row.assigned_to)}
        )
    did, change = Did(Act.ASSIGNED, to=to, undoes=undoes), {"assigned_to": to}
    return await _act(session, by, row, did, change, FlagAssigned, to=to)


def _given(row: Row[Any], to: UUID) -> tuple[Role, ...]:
    """In which roles somebody may open a flag's case: as its own clinician, or as a lead."""
    own = row.clinician_id == to
    return (Role.CLINICIAN, Role.CLINICAL_LEAD) if own else (Role.CLINICAL_LEAD,)


async def act(
    session: AsyncSession, by: By, flag_id: UUID, action: FlagAction, note: str
) -> FlagRead:
    """Say what was done about a flag, and why."""
    row, by = await _held(session, by, flag_id)
    did = Did(Act.ACTIONED, note, action.value)
    return await _act(session, by, row, did, {}, FlagActioned, action=action)


async def close(
    session: AsyncSession, by: By, flag_id: UUID, reason: CloseReason, note: str | None
) -> FlagRead:
    """Say that a flag is done with. Conflict, naming who was first, when it is closed already."""
    row, by = await _held(session, by, flag_id)
    did = Did(Act.CLOSED, note, reason.value)
    if await mine_already(session, flag_act, {"flag_id": flag_id}, row.state, by, did):
        return queries.read(row)
    check_closing(Rule(row.rule), reason, note, by.actor.is_any(Role.CLINICIAN))
    change = _saw(row) | {"closed_at": by.now}
    return await _act(session, by, row, did, change, FlagClosed, reason=reason)


async def reopen(
    session: AsyncSession, by: By, flag_id: UUID, reason: ReopenReason, undoes: UUID | None = None
) -> FlagRead:
    """Say that a closed flag was not done with after all: it is in review.

    Where it `undoes` a closing the flag is as it was before; Conflict, naming who acted last,
    unless that closing is the actor's own and the last act.
    """
    row, by = await _held(session, by, flag_id)
    leads = None
    if undoes:
        leads = await state_before(session, flag_id, Undoing(undoes, by.actor.id, Act.CLOSED))
    did = Did(Act.REOPENED, code=reason.value, undoes=undoes, leads=leads)
    return await _act(session, by, row, did, {"closed_at": None}, FlagReopened, reason=reason)


def _saw(row: Row[Any]) -> dict[str, Any]:
    """The flag as whoever acts on it sees it: what comes to more than this asks for a new look."""
    return {
        "seen": row.evidence,
        "seen_grown_at": row.grown_at,
        "seen_severity": row.severity,
        "asks_since": None,
        "risen": False,
    }


async def _held(session: AsyncSession, by: By, flag_id: UUID) -> tuple[Row[Any], By]:
    """The flag, standing still until the transaction ends, and the moment of what is done now."""
    seen = await queries.row_of(session, by.actor, flag_id)
    await lock_case(session, seen.case_id, by.partitions)
    row = await queries.row_of(session, by.actor, flag_id)
    return row, await in_turn(session, flag_act, {"flag_id": flag_id}, by)


async def _act(
    session: AsyncSession,
    by: By,
    row: Row[Any],
    did: Did,
    change: dict[str, Any],
    event: type[Event],
    **said: Any,
) -> FlagRead:
    """Write an act down: the row of what stands, the list of acts, an audit row, and tell."""
    over = row.state == FlagState.CLEARED  # there is nothing to acknowledge any more
    if row.unseen and did.act in SEEN_FIRST and not over:
        raise Conflict(MORE, extra={"state": row.state})
    usual = moved(did.act, FlagState(row.state))  # possible at all, also where it undoes another
    if leads(did.act) is None:  # nobody looked: what came since goes on asking
        usual = FlagState(row.held or FlagState.RAISED)
    state = did.leads or usual
    whose = {"flag_id": row.flag_id, "clinic_id": row.clinic_id}
    change = change | {"state": state.value}
    held = upsert(flag_case).values(**whose, case_id=row.case_id, told=[], **change)
    await session.execute(held.on_conflict_do_update(index_elements=["flag_id"], set_=change))
    await write(session, flag_act, whose, did, by, row.state)
    await audit.record(session, by.actor, f"flag_{did.act}", row.flag_id, did.code)
    await outbox.publish(
        session,
        event(
            occurred_at=by.now,
            case_id=row.case_id,
            client_id=row.client_id,
            rule=Rule(row.rule),
            rule_version=row.rule_version,
            by=by.actor.id,
            **whose,
            **said,
        ),
    )
    return await queries.acted_on(session, row.flag_id)
