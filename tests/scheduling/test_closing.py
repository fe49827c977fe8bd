"""Closing a case calls off what is still to come in it, and frees everybody's time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.scheduling.commands import closing
from shared.events import derived_id
from shared.events.intake import CaseClosed
from shared.events.words import EndCode
from tests.scheduling.world import World


def closed(world: World, case_id: UUID, **given: Any) -> CaseClosed:
    """What intake says when a case closes."""
    now = datetime.now(UTC)
    about = {"end_code": EndCode.COMPLETED_AS_AGREED, "closed_at": now} | given
    return CaseClosed(occurred_at=now, clinic_id=world.clinic, case_id=case_id, **about)


async def hears(world: World, event: CaseClosed) -> None:
    """The service hears it."""
    async with world.heard() as session:
        await closing.close(session, event, datetime.now(UTC))


async def cancellations(world: World, case_id: UUID) -> list[dict[str, Any]]:
    rows = await world.rows(
        "select id, data from outbox where key = $1 and type = 'scheduling.appointment_cancelled'"
        " order by pos",
        str(case_id),
    )
    return [json.loads(row["data"]) | {"id": row["id"]} for row in rows]


async def status_of(world: World, session: dict[str, str]) -> tuple[str, str | None]:
    asked = "select status, cancel_reason from appointment where appointment_id = $1"
    [row] = await world.rows(asked, UUID(session["appointment_id"]))
    return row["status"], row["cancel_reason"]


async def test_sessions_to_come_are_off_and_their_time_is_free(
    http: httpx.AsyncClient, world: World
) -> None:
    case, other = await world.case(), await world.case()
    first = await world.books(http, case, room_id=world.room)
    second = await world.books(http, case, starts=world.wall(timedelta(days=8)))
    elsewhere = await world.books(http, other, starts=world.wall(timedelta(days=9)))
    event = closed(world, case)
    await hears(world, event)
    for one in (first, second):
        assert await status_of(world, one) == ("cancelled", closing.REASON)
    assert await status_of(world, elsewhere) == ("booked", None)
    told = await cancellations(world, case)
    assert [each["appointment_id"] for each in told] == [
        first["appointment_id"],
        second["appointment_id"],
    ]
    assert {(each["by"], each["tell_clients"]) for each in told} == {("service", True)}
    name = f"called off {first['appointment_id']}"
    assert told[0]["id"] == derived_id(event.event_id, name)
    await world.books(http, other, room_id=world.room)  # the same hour, clinician and room


async def test_what_has_been_or_was_called_off_before_stays(
    http: httpx.AsyncClient, world: World
) -> None:
    case = await world.case()
    begun = await world.books(http, case, starts=world.wall(timedelta(minutes=20)))
    off = await world.books(http, case, starts=world.wall(timedelta(days=2)))
    path = f"/v1/appointments/{off['appointment_id']}/cancel"
    said = await http.post(path, json={"by": "client", "reason": "ill"}, headers=world.headers())
    assert said.json()["cancelled_by"] == "client", "who called it off can be read back"
    recorded = await world.books(http, case, starts=world.wall(timedelta(minutes=90)))
    await http.post(
        f"/v1/appointments/{recorded['appointment_id']}/attendance",
        json={"outcome": "attended"},
        headers=world.headers(),
    )
    await hears(world, closed(world, case, closed_at=datetime.now(UTC) + timedelta(hours=1)))
    assert await status_of(world, begun) == ("booked", None)
    assert await status_of(world, recorded) == ("booked", None)
    assert await status_of(world, off) == ("cancelled", "ill")
    assert [each["by"] for each in await cancellations(world, case)] == ["client"]


@pytest.mark.parametrize("code", list(EndCode))
async def test_after_a_death_nobody_gets_a_message(
    http: httpx.AsyncClient, world: World, code: EndCode
) -> None:
    case = await world.case(uuid4(), uuid4())
    await world.books(http, case)
    await hears(world, closed(world, case, end_code=code))
    [told] = await cancellations(world, case)
    assert told["tell_clients"] is (code not in (EndCode("17"), EndCode("49")))


async def test_heard_twice_it_is_done_once(http: httpx.AsyncClient, world: World) -> None:
    case = await world.case()
    await world.books(http, case)
    event = closed(world, case)
    await hears(world, event)
    await hears(world, event)
    assert len(await cancellations(world, case)) == 1
