"""A small service with which the plumbing is tested: it opens rooms and says what it was told."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends

from shared import outbox
from shared.app import Day, In, Now, Out, Route, Session, WallTime, Whole, YesNo
from shared.auth import Actor, Caller, require
from shared.errors import Conflict, NotFound
from shared.events.clinics import RoomOpened
from shared.events.words import Role
from shared.service import Service


CLINIC = uuid4()


class RoomCreate(In):
    """A room to open."""

    clinic_id: UUID
    seats: Whole
    quiet: YesNo = False
    since: WallTime | None = None
    opened: Day | None = None
    note: str | None = None


class RoomRead(Out):
    """An open room."""

    room_id: UUID
    seats: int


Lead = Annotated[Actor, Depends(require(Role.CLINICAL_LEAD))]
router = APIRouter(route_class=Route)
service = Service("clinics", router=router)


@router.post("/rooms", response_model=RoomRead, status_code=201)
async def open_room(new: RoomCreate, session: Session, actor: Lead, now: Now) -> RoomRead:
    """Publish, then fail when there are too many seats: nothing may stay half done."""
    room = RoomRead(room_id=uuid4(), seats=new.seats)
    event = RoomOpened(occurred_at=now, clinic_id=new.clinic_id, room_id=room.room_id)
    await outbox.publish(session, event)
    if new.seats > 100:
        raise Conflict("That is a hall.", extra={"seats": 100})
    if new.seats < 0:
        raise RuntimeError(new.note)
    return room


@router.get("/rooms/{room_id}")
async def one_room(room_id: UUID, actor: Caller) -> RoomRead:
    """There is none."""
    raise NotFound()


def room(**fields: object) -> dict[str, object]:
    """A body that opens a room."""
    return {"clinic_id": str(CLINIC), "seats": 4} | fields
