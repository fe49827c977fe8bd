"""What operations asks for; the worker does it, under its own role, within a second."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.queries.rebuilds import rebuild
from shared import audit
from shared.auth import Actor
from shared.errors import Conflict


# One who asks at a time: of several at once all but the first see that it is under way.
_ALONE = text("select pg_advisory_xact_lock(7004, 2)")
_BUSY = text("select number from rebuild where state in ('asked', 'building') limit 1")
_WAITING = text("select rebuild from rebuild_act where done_at is null limit 1")
_ASK = text("""
    insert into rebuild (reason, sub, role) values (:reason, :sub, :role)
    returning number, rebuild_id
""")
_ACT = text("""
    insert into rebuild_act (rebuild, act, reason, sub, role)
    values (:number, :act, :reason, :sub, :role) returning act_id
""")
_REPAIR = text("""
    insert into repair (case_id, reason, sub, role) values (:case_id, :reason, :sub, :role)
    returning repair_id
""")
# What an act needs: the state the rebuild must be in.
NEEDED = {"switch": "compared", "switch_back": "switched"}


async def ask(session: AsyncSession, actor: Actor, reason: str) -> int:
    """Ask for a new version beside the live one; its number.

    Conflict while one is being built, or a switch waits: a new version takes the place of all that
    are not live, and with them the way back.
    """
    await session.execute(_ALONE)
    if (busy := (await session.execute(_BUSY)).scalar()) is not None:
        raise Conflict(f"Rebuild {busy} is under way.")
    if (waiting := (await session.execute(_WAITING)).scalar()) is not None:
        raise Conflict(f"Rebuild {waiting} is being switched.")
    row = (await session.execute(_ASK, _by(actor, reason))).one()
    await audit.record(session, actor, "rebuild_asked", row.rebuild_id)
    return int(row.number)


async def turn(session: AsyncSession, actor: Actor, number: int, act: str, reason: str) -> None:
    """Ask for a switch or a switch back. Conflict when there is nothing that could be switched."""
    await session.execute(_ALONE)
    found = await rebuild(session, number)
    if found.state != NEEDED[act] or any(each.done_at is None for each in found.acts):
        raise Conflict(f"Rebuild {number} is not {NEEDED[act]}, or is being switched already.")
    if act == "switch_back" and found.previous is None:
        raise Conflict("There is no way back: the version before made room for a later rebuild.")
    said = _by(actor, reason) | {"number": number, "act": act}
    act_id = (await session.execute(_ACT, said)).scalar_one()
    await audit.record(session, actor, f"rebuild_{act}_asked", act_id)


async def repair(session: AsyncSession, actor: Actor, case_id: UUID, reason: str) -> UUID:
    """Ask that one case be folded anew from the log.

    Our tables may have lost it altogether, so whether there is such a case only the worker can say:
    it reads the log, and its outcome tells.
    """
    said = _by(actor, reason) | {"case_id": case_id}
    repair_id: UUID = (await session.execute(_REPAIR, said)).scalar_one()
    await audit.record(session, actor, "repair_asked", case_id)
    return repair_id


def _by(actor: Actor, reason: str) -> dict[str, object]:
    return {"reason": reason, "sub": actor.sub, "role": ",".join(sorted(actor.roles))}
