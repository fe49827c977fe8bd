"""What clinics say of themselves."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from services.progress.domain.facts.base import Instant
from shared.events.rules import RuleParameter
from shared.events.words import Role, Rule


class AboutClinic(Struct, frozen=True, gc=False):
    """What every fact about a clinic says."""

    clinic_id: UUID


class ClinicKnown(AboutClinic, frozen=True, gc=False):
    """clinics.clinic_opened and clinic_settings_changed: the zone of the dates in sentences."""

    zone: str


class RuleValue(Struct, frozen=True, gc=False):
    """One number of a rule as a clinic set it."""

    rule: Rule
    parameter: RuleParameter
    value: int


class RulesChanged(AboutClinic, frozen=True, gc=False):
    """clinics.rules_changed: what a clinic set of the rules, in force from a moment on."""

    version: int
    effective_from: Instant
    values: tuple[RuleValue, ...]


class Hours(Struct, frozen=True, gc=False):
    """From when to when a clinic works on a weekday (1 is Monday), in minutes of the day."""

    weekday: int
    begins: int
    ends: int


class CalendarChanged(AboutClinic, frozen=True, gc=False):
    """clinics.calendar_changed: when a clinic works, and who stands in for its clinicians."""

    version: int
    effective_from: Instant
    hours: tuple[Hours, ...]
    holidays: tuple[date, ...]
    deputy_id: UUID | None


class StaffKnown(AboutClinic, frozen=True, gc=False):
    """clinics.staff_roles_changed: what a person may do in a clinic from now on."""

    staff_id: UUID
    roles: tuple[Role, ...]


class StaffJoined(StaffKnown, frozen=True, gc=False):
    """clinics.staff_joined: a person works here, also one who had left."""


class StaffLeft(AboutClinic, frozen=True, gc=False):
    """clinics.staff_left: a person works here up to a day."""

    staff_id: UUID
    last_day: date
