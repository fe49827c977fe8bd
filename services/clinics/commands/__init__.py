"""What can happen to a clinic, one file per noun."""

from services.clinics.commands.clinics import (
    change_roles,
    change_settings,
    leave,
    open_clinic,
    open_room,
    staff_joins,
)
from services.clinics.commands.rules import change_calendar, change_rules


__all__ = [
    "change_calendar",
    "change_roles",
    "change_rules",
    "change_settings",
    "leave",
    "open_clinic",
    "open_room",
    "staff_joins",
]
