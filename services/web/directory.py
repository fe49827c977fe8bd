"""Clinics with their zone, staff and rooms: asked often, so kept for half a minute."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from services.web.clients import Caller, part
from services.web.walltime import wall
from shared.clock import utcnow


KEPT = 30.0  # seconds
CLINICAL = {"clinician", "clinical_lead"}
# Whom a concern can be shown to (the service decides).
CONCERNED = {"front_desk", "clinician", "clinical_lead", "safeguarding_lead"}


@dataclass(frozen=True)
class Clinic:
    """What pages need of a clinic: its clock, and names for ids."""

    clinic_id: str
    name: str
    zone: str
    staff: dict[str, str] = field(default_factory=dict)
    clinicians: tuple[str, ...] = ()
    rooms: dict[str, str] = field(default_factory=dict)
    known: bool = True
    clinical: tuple[str, ...] = ()  # clinicians and leads: who may answer for a flag
    leads: tuple[str, ...] = ()
    concerned: tuple[str, ...] = ()  # who may be let see a concern
    gone: frozenset[str] = frozenset()  # who has left: named for what they did, offered no more

    def offered(self, ids: Iterable[str]) -> list[tuple[str, str]]:
        """Of these members of staff those who work here now, and their names, by name."""
        here = ((each, self.who(each)) for each in ids if each not in self.gone)
        return sorted(here, key=lambda each: each[1])

    def who(self, staff_id: str | None) -> str:
        """A member of staff by name; pages never show an id instead."""
        return self.staff.get(staff_id or "", "a colleague") if staff_id else "nobody yet"

    def room(self, room_id: str | None) -> str:
        """A room by name, empty for none."""
        return self.rooms.get(room_id or "", "")


@dataclass
class Directory:
    """Known clinics, by id. Only ids from a person's own token are ever looked up."""

    known: dict[str, tuple[float, Clinic]] = field(default_factory=dict)

    async def clinics(self, api: Caller, ids: Iterable[str]) -> list[Clinic]:
        """The clinics of these ids; the last known facts while the clinics service is away."""
        return list(await asyncio.gather(*(self.clinic(api, each) for each in ids)))

    async def clinic(self, api: Caller, clinic_id: str) -> Clinic:
        """One clinic."""
        kept = self.known.get(clinic_id)
        if kept and kept[0] > time.monotonic() - KEPT:
            return kept[1]
        found = await self._ask(api, clinic_id)
        if found is None:
            return kept[1] if kept else Clinic(clinic_id, "Your clinic", "UTC", known=False)
        self.known[clinic_id] = (time.monotonic(), found)
        return found

    async def _ask(self, api: Caller, clinic_id: str) -> Clinic | None:
        clinics, staff, rooms = await asyncio.gather(
            part(api.every("clinics", "/v1/clinics")),
            part(api.every("clinics", "/v1/staff", clinic_id=clinic_id)),
            part(api.every("clinics", "/v1/rooms", clinic_id=clinic_id)),
        )
        mine = [each for each in clinics.items if each["clinic_id"] == clinic_id]
        if not mine or staff.away or rooms.away:
            return None
        return Clinic(
            clinic_id,
            mine[0]["name"],
            mine[0]["zone"],
            {each["staff_id"]: each["name"] for each in staff.items},
            tuple(each["staff_id"] for each in staff.items if "clinician" in each["roles"]),
            {each["room_id"]: each["name"] for each in rooms.items},
            clinical=tuple(s["staff_id"] for s in staff.items if CLINICAL & set(s["roles"])),
            leads=tuple(s["staff_id"] for s in staff.items if "clinical_lead" in s["roles"]),
            concerned=tuple(s["staff_id"] for s in staff.items if CONCERNED & set(s["roles"])),
            gone=gone(staff.items, mine[0]["zone"]),
        )


def gone(staff: list[dict[str, Any]], zone: str) -> frozenset[str]:
    """Who has left: they stay on the list of staff."""
    today = wall(utcnow(), zone).date().isoformat()
    left = (each for each in staff if (each.get("last_day") or today) < today)
    return frozenset(each["staff_id"] for each in left)
