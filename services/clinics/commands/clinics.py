"""What can happen to a clinic: rooms open, people join, change and leave, settings change."""

import json
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.clinics import domain, queries
from services.clinics.models import (
    Clinic,
    Leaving,
    RolesChange,
    Room,
    RoomCreate,
    Setting,
    SettingsChange,
    SettingsGiven,
    Staff,
    StaffCreate,
)
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict
from shared.events.clinics import (
    ClinicOpened,
    ClinicSettingsChanged,
    RoomOpened,
    StaffJoined,
    StaffLeft,
    StaffRolesChanged,
)
from shared.keyring import seal


async def open_clinic(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    name: str,
    given: SettingsGiven,
    key: bytes,
    now: datetime,
) -> Clinic:
    """A clinic with its first settings; `key` is its own. Opening it again changes nothing."""
    domain.check_zone(given.zone)
    await outbox.lock(session, clinic_id)
    if found := await session.get(Clinic, clinic_id):
        return found
    clinic = Clinic(clinic_id=clinic_id, name=name, opened_at=now)
    session.add(clinic)
    await session.flush()
    opened = ClinicOpened(occurred_at=now, clinic_id=clinic_id, zone=given.zone)
    await outbox.publish(session, opened)
    await _set(session, actor, _first(clinic_id, given, actor.sub, now), key, now)
    return clinic


async def open_room(
    session: AsyncSession, actor: Actor, room_id: UUID, new: RoomCreate, now: datetime
) -> Room:
    """A room that can be booked. Opening it again changes nothing."""
    await queries.clinic(session, new.clinic_id)
    await outbox.lock(session, new.clinic_id)
    if found := await session.get(Room, room_id):
        return found
    room = Room(room_id=room_id, clinic_id=new.clinic_id, name=new.name, opened_at=now)
    session.add(room)
    await audit.record(session, actor, "room_opened", room_id)
    await outbox.publish(
        session, RoomOpened(occurred_at=now, clinic_id=new.clinic_id, room_id=room_id)
    )
    return room


async def staff_joins(
    session: AsyncSession, actor: Actor, new: StaffCreate, key: bytes, now: datetime
) -> Staff:
    """A person begins at a clinic; `key` is the person's own. The same again changes nothing.

    Conflict when the person is there already under another name, address or other roles.
    """
    domain.check_roles(new.roles)
    await queries.clinic(session, new.clinic_id)
    await outbox.lock(session, new.clinic_id)
    joining = Staff(**new.model_dump(), joined_at=now)
    if found := await session.get(Staff, (new.clinic_id, new.staff_id)):
        if (found.name, found.email, set(found.roles)) != (new.name, new.email, set(new.roles)):
            raise Conflict("This person is at the clinic already; change what is different.")
        return found
    session.add(joining)
    await audit.record(session, actor, "staff_joined", new.staff_id)
    await outbox.publish(session, _joined(new, key, now))
    return joining


def _joined(new: StaffCreate, key: bytes, now: datetime) -> StaffJoined:
    contact = json.dumps({"name": new.name, "email": new.email})
    return StaffJoined(
        occurred_at=now,
        clinic_id=new.clinic_id,
        staff_id=new.staff_id,
        roles=tuple(new.roles),
        contact=seal(key, new.staff_id, "contact", contact),
    )


async def change_roles(
    session: AsyncSession, actor: Actor, staff_id: UUID, change: RolesChange, now: datetime
) -> Staff:
    """What a person may do at a clinic, from now on. The same roles again change nothing."""
    domain.check_roles(change.roles)
    await outbox.lock(session, change.clinic_id)
    person = await queries.person(session, change.clinic_id, staff_id)
    if set(person.roles) == set(change.roles):
        return person
    person.roles = list(change.roles)
    await audit.record(session, actor, "staff_roles_changed", staff_id)
    await outbox.publish(
        session,
        StaffRolesChanged(
            occurred_at=now,
            clinic_id=change.clinic_id,
            staff_id=staff_id,
            roles=tuple(change.roles),
        ),
    )
    return person


async def leave(
    session: AsyncSession, actor: Actor, staff_id: UUID, leaving: Leaving, now: datetime
) -> Staff:
    """A person's last day at a clinic. Conflict when another last day is known already."""
    await outbox.lock(session, leaving.clinic_id)
    person = await queries.person(session, leaving.clinic_id, staff_id)
    if person.last_day == leaving.last_day:
        return person
    if person.last_day:
        raise Conflict("This person's last day is known already.")
    person.last_day = leaving.last_day
    await audit.record(session, actor, "staff_left", staff_id)
    await outbox.publish(session, _left(staff_id, leaving.clinic_id, leaving.last_day, now))
    return person


def _left(staff_id: UUID, clinic_id: UUID, last_day: date, now: datetime) -> StaffLeft:
    return StaffLeft(occurred_at=now, clinic_id=clinic_id, staff_id=staff_id, last_day=last_day)


async def change_settings(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    change: SettingsChange,
    key: bytes,
    now: datetime,
) -> None:
    """The next version of a clinic's settings, in force from its moment on; `key` is its own.

    Conflict when the caller has not seen the newest one; Invalid when it would begin in the past.
    """
    domain.check_zone(change.zone)
    domain.check_starts(change.effective_from or now, now)
    await outbox.lock(session, clinic_id)
    newest = (await queries.versions(session, clinic_id))[0]
    domain.check_seen(change.version, newest.version)
    await _set(session, actor, _next(newest, change, actor.sub, now), key, now)


async def _set(
    session: AsyncSession, actor: Actor, setting: Setting, key: bytes, now: datetime
) -> None:
    session.add(setting)
    await audit.record(session, actor, "settings_changed", setting.clinic_id)
    await outbox.publish(session, _settings_changed(setting, key, now))


def _first(clinic_id: UUID, given: SettingsGiven, sub: str, now: datetime) -> Setting:
    return Setting(
        clinic_id=clinic_id,
        version=1,
        effective_from=now,
        crisis_text_version=1,
        set_at=now,
        set_by=sub,
        **given.model_dump(include=set(SettingsGiven.model_fields)),
    )


def _next(newest: Setting, change: SettingsChange, sub: str, now: datetime) -> Setting:
    following = _first(newest.clinic_id, change, sub, now)
    following.version = newest.version + 1
    following.effective_from = change.effective_from or now
    following.crisis_text_version = domain.crisis_version(
        newest.crisis_texts, newest.crisis_text_version, change.crisis_texts
    )
    return following


def _settings_changed(setting: Setting, key: bytes, now: datetime) -> ClinicSettingsChanged:
    return ClinicSettingsChanged(
        occurred_at=now,
        clinic_id=setting.clinic_id,
        effective_from=setting.effective_from,
        zone=setting.zone,
        crisis_text_version=setting.crisis_text_version,
        session_minutes=setting.session_minutes,
        sender=seal(key, setting.clinic_id, "sender", setting.sender_name),
    )
