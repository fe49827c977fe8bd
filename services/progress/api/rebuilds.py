"""Rebuilds, incidents and repairs: for operations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from services.progress.commands import rebuilds as commands
from services.progress.models.rebuilds import (
    Asked,
    Incident,
    Rebuild,
    RebuildRead,
    Repairing,
    RepairRead,
    Why,
)
from services.progress.queries import rebuilds as queries
from shared.app import Limit, Page, Route, Session
from shared.auth import Actor, require
from shared.events.words import Role


router = APIRouter(route_class=Route, tags=["operations"])
Operator = Annotated[Actor, Depends(require(Role.OPERATIONS))]
Number = Annotated[int, Path(ge=1, le=(1 << 31) - 1)]  # what its column holds


@router.post("/rebuilds", status_code=202)
async def ask(new: Why, session: Session, actor: Operator) -> Asked:
    """Build the projection anew from the beginning of the log, beside the live one."""
    return Asked(number=await commands.ask(session, actor, new.reason))


@router.get("/rebuilds")
async def rebuilds(session: Session, actor: Operator) -> Page[Rebuild]:
    """Every rebuild, the newest first: how far it is, what came of it."""
    return Page[Rebuild](items=await queries.rebuilds(session), next=None)


@router.get("/rebuilds/{number}")
async def rebuild(number: Number, session: Session, actor: Operator) -> RebuildRead:
    """One rebuild with its differences: case and what, never a value."""
    return await queries.rebuild(session, number)


@router.post("/rebuilds/{number}/switch", status_code=202)
async def switch(number: Number, new: Why, session: Session, actor: Operator) -> Asked:
    """Let everybody read the rebuilt version; flags that differ are raised or cleared once."""
    await commands.turn(session, actor, number, "switch", new.reason)
    return Asked(number=number)


@router.post("/rebuilds/{number}/switch-back", status_code=202)
async def switch_back(number: Number, new: Why, session: Session, actor: Operator) -> Asked:
    """Let everybody read the version of before again, once it has caught up."""
    await commands.turn(session, actor, number, "switch_back", new.reason)
    return Asked(number=number)


@router.get("/incidents")
async def incidents(session: Session, actor: Operator, limit: Limit = 50) -> Page[Incident]:
    """Cases that are not what an independent fold of the log comes to; open ones first."""
    return Page[Incident](items=await queries.incidents(session, limit), next=None)


@router.get("/repairs")
async def repairs(session: Session, actor: Operator, limit: Limit = 50) -> Page[RepairRead]:
    """Repairs that were asked for, the newest first, with what came of each."""
    return Page[RepairRead](items=await queries.repairs(session, limit), next=None)


@router.post("/cases/{case_id}/repair", status_code=202)
async def repair(case_id: UUID, new: Why, session: Session, actor: Operator) -> Repairing:
    """Fold this one case anew from the log, also one that the read tables have lost."""
    return Repairing(repair_id=await commands.repair(session, actor, case_id, new.reason))
