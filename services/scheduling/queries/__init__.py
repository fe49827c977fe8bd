"""Scheduling's questions by noun: the diary, and who missed a session."""

from services.scheduling.queries.diary import (
    appointment,
    appointments,
    case,
    coming,
    entries,
    in_the_way,
    last_entries,
    room,
    said,
    staff,
    zone,
)
from services.scheduling.queries.reaching import count_missed, missed


__all__ = [
    "appointment",
    "appointments",
    "case",
    "coming",
    "count_missed",
    "entries",
    "in_the_way",
    "last_entries",
    "missed",
    "room",
    "said",
    "staff",
    "zone",
]
