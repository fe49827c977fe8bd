"""Scheduling over the bus: it books what it has heard of, and what it books is heard."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from services.scheduling import consumers
from shared.events.clinics import (
    ClinicOpened,
    RoomOpened,
    StaffJoined,
    StaffLeft,
    StaffRolesChanged,
)
from shared.events.intake import CaseClosed, CaseOpened
from shared.events.words import EndCode, Modality, Role
from tests.harness import Harness
from tests.scheduling.world import World


NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def test_it_books_as_soon_as_it_has_heard(http: httpx.AsyncClient, world: World) -> None:
    """A clinic of which nothing is known; its facts come one by one, the case first."""
    new = World(world.settings, world.issuer)
    about = {"occurred_at": NOW, "clinic_id": new.clinic}
    case = CaseOpened(
        **about,
        case_id=uuid4(),
        case_number="TM-1",
        client_ids=(uuid4(),),
        modality=Modality.INDIVIDUAL,
        clinician_id=new.clinician,
        referred_at=NOW,
    )
    joined = StaffJoined(
        **about, staff_id=new.clinician, roles=(Role.FRONT_DESK,), contact="sealed:AAAA"
    )
    facts = (case, joined, ClinicOpened(**about, zone="Europe/London"))
    body = new.booking(case.case_id, room_id=new.room)

    async def tried() -> int:
        answer = await http.post("/v1/appointments", json=body, headers=new.headers())
        return answer.status_code

    async with Harness(world.settings).over(scheduling=consumers.reader) as harness:
        for fact in facts:
            assert await tried() in (404, 422)
            await harness.publish(fact)
        assert await tried() == 422  # no clinician yet
        roles = StaffRolesChanged(**about, staff_id=new.clinician, roles=(Role.CLINICIAN,))
        await harness.publish(roles)
        assert await tried() == 404  # no such room yet
        await harness.publish(RoomOpened(**about, room_id=new.room))
        assert await tried() == 201
        assert await tried() == 409
        left = StaffLeft(**about, staff_id=new.clinician, last_day=NOW.date())
        await harness.publish(left)
        assert await tried() == 422
        closed = CaseClosed(
            **about,
            case_id=case.case_id,
            end_code=EndCode.COMPLETED_AS_AGREED,
            closed_at=NOW + timedelta(days=1),
        )
        await harness.publish(closed)
        assert await tried() == 409
