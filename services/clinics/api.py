"""Clinics over HTTP: parse, authorise, call one command or query."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request

from services.clinics import commands, models, queries
from shared import keyring
from shared.app import Limit, Now, Page, Route, Session
from shared.auth import Actor, require
from shared.events.words import Role
from shared.operations import Operator
from shared.pages import Ids


router = APIRouter(route_class=Route, lifespan=keyring.lifespan)

# Operations sees which clinics there are; of people's names only those of its own colleagues.
Anybody = Annotated[
    Actor,
    Depends(
        require(
            Role.FRONT_DESK,
            Role.CLINICIAN,
            Role.CLINICAL_LEAD,
            Role.SAFEGUARDING_LEAD,
            Role.OPERATIONS,
        )
    ),
]
Colleague = Annotated[
    Actor,
    Depends(require(Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD, Role.SAFEGUARDING_LEAD)),
]
Lead = Annotated[Actor, Depends(require(Role.CLINICAL_LEAD))]
Keyring = Annotated[keyring.Keyring, Depends(keyring.of_request)]


@router.get("/clinics", response_model=Page[models.ClinicRead])
async def clinics(
    session: Session, _: Anybody, now: Now, limit: Limit = 50, after: str | None = None
) -> Page[models.ClinicRead]:
    """The caller's clinics."""
    return await queries.clinics(session, now, limit, after)


@router.get("/rooms", response_model=Page[models.RoomRead])
async def rooms(
    session: Session,
    _: Colleague,
    clinic_id: UUID | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> Page[models.Room]:
    """Rooms of the caller's clinics."""
    return await queries.rooms(session, clinic_id, limit, after)


@router.post("/rooms", response_model=models.RoomRead, status_code=201)
async def open_room(new: models.RoomCreate, session: Session, actor: Lead, now: Now) -> models.Room:
    """A room that can be booked."""
    return await commands.open_room(session, actor, uuid4(), new, now)


@router.get("/staff", response_model=Page[models.StaffRead])
async def staff(
    session: Session,
    _: Colleague,
    ids: Ids,
    clinic_id: UUID | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> Page[models.Staff]:
    """People of the caller's clinics."""
    return await queries.staff(session, clinic_id, ids, limit, after)


@router.get("/staff/operations", response_model=Page[models.OperatorRead])
async def operators(session: Session, _: Operator) -> Page[models.Staff]:
    """Who works in operations: so that one sees by name what another has asked for."""
    return Page(items=await queries.operators(session), next=None)


@router.post("/staff", response_model=models.StaffRead, status_code=201)
async def staff_joins(
    new: models.StaffCreate, session: Session, actor: Lead, keys: Keyring, now: Now
) -> models.Staff:
    """Somebody begins to work at a clinic."""
    # Another clinic's caller must not make keys. Reading takes no lock, so nobody queues behind
    # the key service here; from the command's first line on nothing leaves this database.
    await queries.clinic(session, new.clinic_id)
    key = await keys.create(new.staff_id)
    return await commands.staff_joins(session, actor, new, key, now)


@router.post("/staff/{staff_id}/roles", response_model=models.StaffRead)
async def change_roles(
    staff_id: UUID, change: models.RolesChange, session: Session, actor: Lead, now: Now
) -> models.Staff:
    """What somebody may do at a clinic."""
    return await commands.change_roles(session, actor, staff_id, change, now)


@router.post("/staff/{staff_id}/leave", response_model=models.StaffRead)
async def leave(
    staff_id: UUID, leaving: models.Leaving, session: Session, actor: Lead, now: Now
) -> models.Staff:
    """Somebody's last day at a clinic."""
    return await commands.leave(session, actor, staff_id, leaving, now)


@router.get("/clinics/{clinic_id}/settings", response_model=models.SettingsRead)
async def settings(
    clinic_id: UUID, session: Session, _: Colleague, now: Now
) -> models.SettingsRead:
    """What holds now, and every version."""
    return await queries.settings(session, clinic_id, now)


class Open(Route):
    """A route for everybody, about the one clinic that the address names.

    Its caller is nobody in particular, and no other clinic's rows exist for them.
    """

    keeps = False

    async def caller(self, request: Request) -> Actor:
        """Nobody, at the clinic of the address; an id that is none is refused when it is read."""
        try:
            named = frozenset({UUID(request.path_params["clinic_id"])})
        except ValueError:
            named = frozenset()
        return Actor("anybody", frozenset(), named)


for_everybody = APIRouter(route_class=Open)


@for_everybody.get("/clinics/{clinic_id}/respondent-texts", response_model=models.RespondentTexts)
async def respondent_texts(clinic_id: UUID, session: Session, now: Now) -> models.RespondentTexts:
    """What a client sees who answers on a link: who asks, and the crisis text by language."""
    return await queries.respondent_texts(session, clinic_id, now)


@router.put("/clinics/{clinic_id}/settings", response_model=models.SettingsRead)
async def change_settings(
    clinic_id: UUID,
    change: models.SettingsChange,
    session: Session,
    actor: Lead,
    keys: Keyring,
    now: Now,
) -> models.SettingsRead:
    """The next version; 409 when it is not made from the newest one."""
    await queries.clinic(session, clinic_id)  # before a key is made, as for staff
    key = await keys.create(clinic_id)
    await commands.change_settings(session, actor, clinic_id, change, key, now)
    return await queries.settings(session, clinic_id, now)


router.include_router(for_everybody)


@router.get("/clinics/{clinic_id}/rules", response_model=models.RulesRead)
async def rules(clinic_id: UUID, session: Session, _: Lead, now: Now) -> models.RulesRead:
    """The flag rules, with the clinic's own numbers, their ranges and sources."""
    return await queries.rules(session, clinic_id, now)


@router.put("/clinics/{clinic_id}/rules", response_model=models.RulesRead)
async def change_rules(
    clinic_id: UUID, change: models.RulesChange, session: Session, actor: Lead, now: Now
) -> models.RulesRead:
    """The next version of all that the clinic sets; 409 when not made from the newest one."""
    await commands.change_rules(session, actor, clinic_id, change, now)
    return await queries.rules(session, clinic_id, now)


@router.get("/clinics/{clinic_id}/calendar", response_model=models.CalendarRead)
async def calendar(
    clinic_id: UUID, session: Session, _: Colleague, now: Now
) -> models.CalendarRead:
    """Working hours, holidays and who stands in."""
    return await queries.calendar(session, clinic_id, now)


@router.put("/clinics/{clinic_id}/calendar", response_model=models.CalendarRead)
async def change_calendar(
    clinic_id: UUID, change: models.CalendarChange, session: Session, actor: Lead, now: Now
) -> models.CalendarRead:
    """The next version of the calendar; 409 when not made from the newest one."""
    await commands.change_calendar(session, actor, clinic_id, change, now)
    return await queries.calendar(session, clinic_id, now)
