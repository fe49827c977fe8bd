"""What tests of links need: measures given, links opened, and a client who answers on one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from services.goals import consumers, opener
from shared.events.intake import CaseOpened
from shared.events.scheduling import AppointmentBooked, AppointmentCancelled
from shared.events.words import SessionKind, SessionMode
from shared.keyring import Keyring
from shared.settings import Settings
from tests.goals.world import World


def assignment_body(case: CaseOpened, **given: object) -> dict[str, object]:
    """A PHQ-9 that may be given once, to be handed over."""
    return {
        "case_id": str(case.case_id),
        "client_id": str(case.client_ids[0]),
        "measure": "phq-9",
        "rhythm": "once",
        "send": False,
    } | given


async def gives(world: World, case: CaseOpened, **given: object) -> Any:
    """A measure that was given, as the service answered."""
    answer = await world.post("assignments", assignment_body(case, **given))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def opens_link(world: World, given: Any) -> Any:
    """A link opened by hand, with its address."""
    answer = await world.post(f"assignments/{given['assignment_id']}/links", None)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(world: World, case: CaseOpened) -> list[Any]:
    """What the case's clients are given, as the clinician sees it."""
    asked = {"case_id": str(case.case_id)}
    answer = await world.calls.get("/v1/assignments", params=asked, headers=world.headers())
    items: list[Any] = answer.json()["items"]
    return items


@dataclass
class Client:
    """Somebody who has followed a link."""

    calls: httpx.AsyncClient
    secret: str

    async def ask(self, method: str, path: str = "", body: object = None) -> httpx.Response:
        """A call in the respondent's name."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        place = f"/v1/respondents/me{path}"
        return await self.calls.request(method, place, json=body, headers=headers)

    async def answers(self, items: dict[str, int]) -> None:
        """Answer items one by one."""
        for item, value in items.items():
            saved = await self.ask("PUT", f"/answers/{item}", {"value": value})
            assert saved.status_code == 200, saved.text


async def follow(world: World, address: str) -> httpx.Response:
    """Swap the token that stands in an address."""
    token = address.removeprefix("/respond/")
    return await world.calls.post("/v1/respondents", json={"token": token})


async def follows(world: World, address: str) -> Client:
    """A client who has followed a link."""
    answer = await follow(world, address)
    assert answer.status_code == 201, answer.text
    return Client(world.calls, answer.json()["secret"])


async def client_of(world: World, case: CaseOpened) -> Client:
    """A client who has followed a new link of the case."""
    return await follows(world, (await opens_link(world, await gives(world, case)))["address"])


def booked(case: CaseOpened, starts: datetime) -> AppointmentBooked:
    """A session of a case."""
    return AppointmentBooked(
        occurred_at=datetime.now(UTC),
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        appointment_id=uuid4(),
        clinician_id=case.clinician_id,
        client_ids=case.client_ids,
        room_id=None,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=50),
        zone="Europe/London",
        kind=SessionKind.TREATMENT,
        mode=SessionMode.IN_PERSON,
        tzdata="2026.1",
    )


async def books(world: World, case: CaseOpened, starts: datetime) -> AppointmentBooked:
    """A session that the service has heard of."""
    event = booked(case, starts)
    async with world.worker.session() as session:
        await consumers.appointment_booked(session, event)
    return event


async def calls_off(world: World, event: AppointmentBooked) -> None:
    """The service hears that a session is off."""
    said = event.model_dump(
        include={"clinic_id", "case_id", "appointment_id", "client_ids", "starts_at", "zone"}
    )
    cancelled = AppointmentCancelled(occurred_at=datetime.now(UTC), by="service", **said)
    async with world.worker.session() as session:
        await consumers.appointment_cancelled(session, cancelled)


@asynccontextmanager
async def keys(settings: Settings, *people: UUID) -> AsyncIterator[Keyring]:
    """The worker's way to a key service that has a key for these people."""
    maker, reader = Keyring(settings, "api"), Keyring(settings, "worker")
    try:
        for each in people:
            await maker.create(each)
        yield reader
    finally:
        await maker.close()
        await reader.close()


async def looks(
    world: World, settings: Settings, keyring: Keyring, ahead: timedelta = timedelta()
) -> int:
    """One look of the opener, now or later; how many links it opened in this clinic."""
    before = await world.count("link")
    windows = opener.windows_of(settings)
    await opener.open_due(world.worker, keyring, windows, datetime.now(UTC) + ahead)
    return await world.count("link") - before


async def rows(world: World, table: str) -> list[Any]:
    """The clinic's rows of a table."""
    asked = text(f"select * from {table} where clinic_id = :clinic")
    async with world.worker.session() as session:
        found = await session.execute(asked, {"clinic": world.clinic_id})
        return list(found.mappings())
