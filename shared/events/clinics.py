"""What the clinics service publishes. Keyed by clinic."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.base import Event, Instant, Sealed, Zone
from shared.events.rules import RuleParameter
from shared.events.words import Role, Rule


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


class RuleValue(BaseModel):
    """One number of a rule as a clinic set it."""

    model_config = ConfigDict(frozen=True)

    rule: Rule
    parameter: RuleParameter
    value: int


class RulesChanged(_ClinicEvent):
    """What a clinic set of the flag rules, in force from a moment on; the rest has its default."""

    type: Literal["clinics.rules_changed"] = "clinics.rules_changed"
    version: int
    effective_from: Instant
    values: tuple[RuleValue, ...]


class Hours(BaseModel):
    """From when to when a clinic works on a weekday (1 is Monday), in minutes of the day."""

    model_config = ConfigDict(frozen=True)

    weekday: int
    begins: int
    ends: int


class CalendarChanged(_ClinicEvent):
    """When a clinic works, and who stands in for its clinicians, from a moment on."""

    type: Literal["clinics.calendar_changed"] = "clinics.calendar_changed"
    version: int
    effective_from: Instant
    hours: tuple[Hours, ...]
    holidays: tuple[date, ...]
    deputy_id: UUID | None


ClinicsEvent = (
    ClinicOpened
    | ClinicSettingsChanged
    | RulesChanged
    | CalendarChanged
    | RoomOpened
    | StaffJoined
    | StaffRolesChanged
    | StaffLeft
)
