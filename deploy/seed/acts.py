"""One act, one transaction, under a service's api role; told again it finds itself done."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import PARTNER, PEOPLE, Clinic, Person
from shared.auth import Actor
from shared.db import Database
from shared.errors import Invalid, NotFound, Unavailable
from shared.events.words import Role
from shared.keyring import Keyring
from shared.settings import Settings


PATIENCE = 90.0  # seconds until a service has to have heard of what another one did
AGAIN = 0.05
SERVICES = ("clinics", "intake", "scheduling", "goals", "progress")

Done = TypeVar("Done")


class Acts:
    """The databases that the demo is written into, and who writes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.keyring = Keyring(settings, "api")
        self._databases = {name: Database(settings.database(name, "api"), 4) for name in SERVICES}

    async def do(
        self, service: str, clinic: Clinic, work: Callable[[AsyncSession], Awaitable[Done]]
    ) -> Done:
        """Do it now, or as soon as the service has heard of what it rests on."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                async with self._databases[service].session([clinic.clinic_id]) as session:
                    return await work(session)
            except (NotFound, Invalid, Unavailable):
                if time.monotonic() > end:
                    raise
            await asyncio.sleep(AGAIN)

    async def close(self) -> None:
        """Give all connections back."""
        await self.keyring.close()
        for database in self._databases.values():
            await database.close()


def actor(person: Person) -> Actor:
    """Somebody of the demo, as their token would say."""
    return Actor(
        str(person.staff_id), frozenset([person.role]), frozenset([person.clinic.clinic_id])
    )


def somebody(clinic: Clinic, role: Role) -> Actor:
    """Whoever has this role at a clinic."""
    return actor(next(one for one in PEOPLE if (one.clinic, one.role) == (clinic, role)))


def partner() -> Actor:
    """The referring organisation."""
    clinics: frozenset[UUID] = frozenset([PARTNER.clinic.clinic_id])
    return Actor(PARTNER.client_id, frozenset([Role.PARTNER]), clinics)
