"""What the clinics service publishes. Keyed by clinic."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event, Instant, Sealed, Zone
from shared.events.words import Role


class _ClinicEvent(Event):
    keyed_by: ClassVar[str] = "clinic_id"


class ClinicOpened(_ClinicEvent):
    """A clinic exists, in a time zone."""

    type: Literal["clinics.clinic_opened"] = "clinics.clinic_opened"
    zone: Zone


class ClinicSettingsChanged(_ClinicEvent):
    """Settings in force from a moment on; the crisis text itself stays in the service.

    Under which name messages go out is sealed under the clinic's own key: it may say what for.
    """

    type: Literal["clinics.clinic_settings_changed"] = "clinics.clinic_settings_changed"
    effective_from: Instant
    zone: Zone
    crisis_text_version: int
    session_minutes: int
    sender: Sealed | None = None


class RoomOpened(_ClinicEvent):
    """A room can be booked."""

    type: Literal["clinics.room_opened"] = "clinics.room_opened"
    room_id: UUID


class StaffJoined(_ClinicEvent):
    """A person works here; the contact is sealed under that person's own key."""

    type: Literal["clinics.staff_joined"] = "clinics.staff_joined"
    staff_id: UUID
    roles: tuple[Role, ...]
    contact: Sealed


class StaffRolesChanged(_ClinicEvent):
    """What a person may do here changed."""

    type: Literal["clinics.staff_roles_changed"] = "clinics.staff_roles_changed"
    staff_id: UUID
    roles: tuple[Role, ...]


class StaffLeft(_ClinicEvent):
    """A person no longer works here."""

    type: Literal["clinics.staff_left"] = "clinics.staff_left"
    staff_id: UUID
    last_day: date


ClinicsEvent = (
    ClinicOpened | ClinicSettingsChanged | RoomOpened | StaffJoined | StaffRolesChanged | StaffLeft
)
