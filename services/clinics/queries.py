"""Questions about clinics; row-level security has already left out everybody else's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, func, literal, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.clinics.models import (
    CalendarRead,
    CalendarVersion,
    CalendarVersionRead,
    Clinic,
    ClinicRead,
    RespondentTexts,
    Room,
    RuleRead,
    RulesRead,
    RulesVersion,
    RulesVersionRead,
    Setting,
    SettingRead,
    SettingsRead,
    Staff,
)
from shared.app import Page
from shared.errors import NotFound
from shared.events.rules import DEFINITIONS
from shared.events.words import Role
from shared.pages import paged, parts_of


async def clinic(session: AsyncSession, clinic_id: UUID) -> Clinic:
    """One clinic. NotFound when it is unknown or not the caller's."""
    if found := await session.get(Clinic, clinic_id):
        return found
    raise NotFound()


async def clinics(
    session: AsyncSession, now: datetime, limit: int, after: str | None
) -> Page[ClinicRead]:
    """The caller's clinics by name, with what is in force now."""
    wanted = select(Clinic, Setting).join(
        Setting,
        (col(Setting.clinic_id) == col(Clinic.clinic_id)) & (col(Setting.effective_from) <= now),
    )
    if since := parts_of(after, str, UUID):
        wanted = wanted.where(tuple_(col(Clinic.name), col(Clinic.clinic_id)) > since)
    # Of the settings that have begun, the one that began last; of those, the one written last.
    place = (col(Clinic.name), col(Clinic.clinic_id))
    latest = (col(Setting.effective_from).desc(), col(Setting.version).desc())
    wanted = wanted.ext(distinct_on(*place)).order_by(*place, *latest)
    rows = (await session.execute(wanted.limit(limit + 1))).all()
    page, following = paged(rows, limit, lambda row: (row[0].name, row[0].clinic_id))
    return Page(items=[_clinic_read(*row) for row in page], next=following)


def _clinic_read(clinic: Clinic, setting: Setting) -> ClinicRead:
    return ClinicRead(
        clinic_id=clinic.clinic_id,
        name=clinic.name,
        zone=setting.zone,
        session_minutes=setting.session_minutes,
    )


async def rooms(
    session: AsyncSession, clinic_id: UUID | None, limit: int, after: str | None
) -> Page[Room]:
    """Rooms by name."""
    wanted = select(Room).order_by(col(Room.name), col(Room.room_id))
    if clinic_id:
        wanted = wanted.where(Room.clinic_id == clinic_id)
    if since := parts_of(after, str, UUID):
        wanted = wanted.where(tuple_(col(Room.name), col(Room.room_id)) > since)
    rows = (await session.scalars(wanted.limit(limit + 1))).all()
    page, following = paged(rows, limit, lambda room: (room.name, room.room_id))
    return Page(items=page, next=following)


async def staff(
    session: AsyncSession,
    clinic_id: UUID | None,
    ids: Sequence[UUID] | None,
    limit: int,
    after: str | None,
) -> Page[Staff]:
    """People by name; who has left stays on the list, for what they did before."""
    wanted = select(Staff).order_by(col(Staff.name), col(Staff.clinic_id), col(Staff.staff_id))
    if clinic_id:
        wanted = wanted.where(Staff.clinic_id == clinic_id)
    if ids is not None:
        wanted = wanted.where(col(Staff.staff_id).in_(ids))
    if since := parts_of(after, str, UUID, UUID):
        place = tuple_(col(Staff.name), col(Staff.clinic_id), col(Staff.staff_id))
        wanted = wanted.where(place > since)
    rows = (await session.scalars(wanted.limit(limit + 1))).all()
    page, following = paged(rows, limit, lambda one: (one.name, one.clinic_id, one.staff_id))
    return Page(items=page, next=following)


async def operators(session: AsyncSession) -> list[Staff]:
    """People of operations at the caller's clinics, also who has left: it is about past acts."""
    wanted = select(Staff).where(literal(Role.OPERATIONS.value) == any_(col(Staff.roles)))
    return list(await session.scalars(wanted.order_by(col(Staff.name), col(Staff.staff_id))))


async def person(session: AsyncSession, clinic_id: UUID, staff_id: UUID) -> Staff:
    """One person at one clinic. NotFound when nobody of that id works there."""
    if found := await session.get(Staff, (clinic_id, staff_id)):
        return found
    raise NotFound()


async def versions(session: AsyncSession, clinic_id: UUID) -> Sequence[Setting]:
    """A clinic's settings, the newest version first. NotFound when there is no such clinic."""
    wanted = select(Setting).where(Setting.clinic_id == clinic_id)
    found = (await session.scalars(wanted.order_by(col(Setting.version).desc()))).all()
    if not found:
        raise NotFound()
    return found


async def settings(session: AsyncSession, clinic_id: UUID, now: datetime) -> SettingsRead:
    """A clinic's settings: what holds at `now`, and the history."""
    found = await versions(session, clinic_id)
    begun = [one for one in found if one.effective_from <= now]
    return SettingsRead(
        clinic_id=clinic_id,
        version=found[0].version,
        in_force=SettingRead.model_validate(
            max(begun, key=lambda one: (one.effective_from, one.version))
        ),
        history=[SettingRead.model_validate(one) for one in found],
    )


async def respondent_texts(
    session: AsyncSession, clinic_id: UUID, now: datetime
) -> RespondentTexts:
    """What holds at `now` of that which clients on a link see. NotFound without such a clinic."""
    in_force = (await settings(session, clinic_id, now)).in_force
    names = {"sender_name", "crisis_texts", "crisis_text_version"}
    return RespondentTexts(clinic_id=clinic_id, **in_force.model_dump(include=names))


async def newest(
    session: AsyncSession, table: type[RulesVersion | CalendarVersion], clinic_id: UUID
) -> int:
    """The newest version's number; 0 while the defaults hold."""
    wanted = select(func.max(col(table.version))).where(col(table.clinic_id) == clinic_id)
    return await session.scalar(wanted) or 0


async def works_here(
    session: AsyncSession, clinic_id: UUID, staff_id: UUID, now: datetime
) -> Sequence[Role]:
    """What somebody may do at a clinic; nothing when they do not work there, or no longer."""
    person = await session.get(Staff, (clinic_id, staff_id))
    if person is None or (person.last_day and person.last_day < now.date()):
        return ()
    return person.roles


async def rules(session: AsyncSession, clinic_id: UUID, now: datetime) -> RulesRead:
    """The flag rules with a clinic's numbers: what holds at `now`, and every version."""
    await clinic(session, clinic_id)
    wanted = select(RulesVersion).where(RulesVersion.clinic_id == clinic_id)
    found = (await session.scalars(wanted.order_by(col(RulesVersion.version).desc()))).all()
    in_force = next((one for one in found if one.effective_from <= now), None)
    held = in_force.values_set if in_force else []
    values = {(each["rule"], each["parameter"]): int(each["value"]) for each in held}
    return RulesRead(
        clinic_id=clinic_id,
        version=found[0].version if found else 0,
        in_force=in_force.version if in_force else 0,
        rules=[RuleRead.of(definition, values) for definition in DEFINITIONS.values()],
        history=[RulesVersionRead.model_validate(one) for one in found],
    )


async def calendar(session: AsyncSession, clinic_id: UUID, now: datetime) -> CalendarRead:
    """When a clinic works and who stands in: what holds at `now`, and every version."""
    await clinic(session, clinic_id)
    wanted = select(CalendarVersion).where(CalendarVersion.clinic_id == clinic_id)
    found = (await session.scalars(wanted.order_by(col(CalendarVersion.version).desc()))).all()
    in_force = next((one for one in found if one.effective_from <= now), None)
    return CalendarRead(
        clinic_id=clinic_id,
        version=found[0].version if found else 0,
        in_force=CalendarVersionRead.of(in_force) if in_force else None,
        history=[CalendarVersionRead.of(one) for one in found],
    )
