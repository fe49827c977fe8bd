"""A running clinics service with two clinics, and the people who call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.clinics import commands
from services.clinics.main import service
from services.clinics.models import SettingsGiven
from shared.auth import Actor
from shared.db import Database
from shared.events.words import Role
from shared.keyring import Keyring
from shared.settings import Settings
from tests.kit import Issuer, application


OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)
FOUNDER = Actor("founder", frozenset(), frozenset())
CRISIS = {"en": "If you are in danger now, call 999 or go to the nearest emergency department."}


def first_settings(zone: str) -> SettingsGiven:
    return SettingsGiven(
        zone=zone, session_minutes=50, crisis_texts=CRISIS, sender_name="The Practice"
    )


class House:
    """Two clinics, north and south, with a lead each."""

    def __init__(self, settings: Settings, issuer: Issuer, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self.issuer = issuer
        self.http = http
        self.north, self.south = uuid4(), uuid4()
        self.lead = self.person(Role.CLINICAL_LEAD, self.north)
        self.south_lead = self.person(Role.CLINICAL_LEAD, self.south)
        self.desk = self.person(Role.FRONT_DESK, self.north)
        self.sees = self.person(Role.CLINICIAN, self.north)
        self.operations = self.person(Role.OPERATIONS, self.north)
        self.partner = self.person(Role.PARTNER, self.north)

    def person(self, role: Role, clinic: UUID) -> dict[str, str]:
        """The Authorization header of somebody."""
        return self.issuer.headers(uuid4(), role, clinic)

    async def open(self) -> None:
        """Open both clinics, as the seed does."""
        database = Database(self.settings.database("clinics", "worker"), 1)
        keyring = Keyring(self.settings, "api")
        for clinic, name, zone in (
            (self.north, "Northgate", "Europe/London"),
            (self.south, "Harbour", "Pacific/Auckland"),
        ):
            key = await keyring.create(clinic)
            async with database.session([clinic]) as session:
                given = first_settings(zone)
                await commands.open_clinic(session, FOUNDER, clinic, name, given, key, OPENED)
        await keyring.close()
        await database.close()

    async def get(self, path: str, who: dict[str, str], **params: Any) -> httpx.Response:
        """Ask."""
        return await self.http.get(f"/v1/{path}", headers=who, params=params)

    async def post(self, path: str, body: Any, who: dict[str, str] | None = None) -> httpx.Response:
        """Act, as the lead unless said otherwise."""
        return await self.http.post(f"/v1/{path}", json=body, headers=who or self.lead)

    async def put(self, body: Any, who: dict[str, str] | None = None) -> httpx.Response:
        """Change north's settings."""
        path = f"/v1/clinics/{self.north}/settings"
        return await self.http.put(path, json=body, headers=who or self.lead)

    def joining(self, **given: Any) -> dict[str, Any]:
        """Somebody who begins to work at north."""
        usual = {
            "staff_id": str(uuid4()),
            "clinic_id": str(self.north),
            "name": "Grace Zebra-Canary",
            "email": "zebra-canary@example.org",
            "roles": ["clinician"],
        }
        return usual | given

    async def events(self) -> list[asyncpg.Record]:
        """What north has published, oldest first."""
        owner = await asyncpg.connect(self.settings.database("clinics", "owner"))
        try:
            return list(
                await owner.fetch(
                    "select * from outbox where clinic_id = $1 order by pos", self.north
                )
            )
        finally:
            await owner.close()


@asynccontextmanager
async def calling(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to a clinics service in this process."""
    app = application(service, settings, issuer)
    app.state.keyring = Keyring(settings, "api")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://clinics.test") as http:
        yield http
    await app.state.keyring.close()
    await app.state.database.close()
