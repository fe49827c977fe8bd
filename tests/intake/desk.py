"""A running intake with two clinics, and the people who call it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.intake import consumers
from services.intake.main import service
from shared import migrate
from shared.db import Database
from shared.events.clinics import ClinicOpened, StaffJoined
from shared.events.words import Role
from shared.keyring import MIGRATIONS, Keyring
from shared.settings import Settings
from tests.kit import Issuer, application, fresh_settings, service_database
from tests.servers import PostgresServer


CANARY = "zebra-canary"
OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Desk:
    """Two clinics, north and south, each with a front desk, two clinicians and a lead."""

    def __init__(self, settings: Settings, issuer: Issuer, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self.issuer = issuer
        self.http = http
        self.north, self.south = uuid4(), uuid4()
        self.clinician, self.colleague, self.southerner = uuid4(), uuid4(), uuid4()
        self.desk = self.person(Role.FRONT_DESK, self.north)
        self.south_desk = self.person(Role.FRONT_DESK, self.south)
        self.lead = self.person(Role.CLINICAL_LEAD, self.north)
        self.sees = self.person(Role.CLINICIAN, self.north, sub=self.clinician)
        self.other_sees = self.person(Role.CLINICIAN, self.north, sub=self.colleague)
        self.south_sees = self.person(Role.CLINICIAN, self.south, sub=self.southerner)
        self.operations = self.person(Role.OPERATIONS, self.north, self.south)
        self.partner = self.person(Role.PARTNER, self.north, sub="surgery")

    def person(self, role: Role, *clinics: UUID, sub: object = None) -> dict[str, str]:
        """The Authorization header of somebody."""
        return self.issuer.headers(sub or uuid4(), role, *clinics)

    async def hear(self) -> None:
        """Let intake know what clinics said about the two clinics and their clinicians."""
        worker = Database(self.settings.database("intake", "worker"), 1)
        async with worker.session() as session:
            for clinic, zone in ((self.north, "Europe/London"), (self.south, "Pacific/Auckland")):
                opened = ClinicOpened(occurred_at=OPENED, clinic_id=clinic, zone=zone)
                await consumers.know_clinic(session, opened)
            for clinic, staff in (
                (self.north, self.clinician),
                (self.north, self.colleague),
                (self.south, self.southerner),
            ):
                await consumers.know_staff(session, _joined(clinic, staff))
        await worker.close()

    def referral(self, **given: Any) -> dict[str, Any]:
        """A referral as a partner sends it."""
        usual = {
            "clinic_id": str(self.north),
            "sender_reference": f"ref-{uuid4()}",
            "modality": "individual",
            "urgency": "routine",
            "reason": "depression",
            "note": f"{CANARY} low mood",
            "clients": [person()],
        }
        return usual | given

    async def send(self, body: dict[str, Any], who: dict[str, str] | None = None) -> httpx.Response:
        """Post a referral."""
        return await self.http.post("/v1/referrals", json=body, headers=who or self.partner)

    async def received(self, **given: Any) -> str:
        """The case id of a referral that was taken."""
        answer = await self.send(self.referral(**given))
        assert answer.status_code == 201, answer.text
        case_id: str = answer.json()["case_id"]
        return case_id

    async def accept(
        self, case_id: str, clinician: UUID | None = None, who: dict[str, str] | None = None
    ) -> httpx.Response:
        """Accept a referral, as front desk unless said otherwise."""
        return await self.http.post(
            f"/v1/referrals/{case_id}/accept",
            json={"clinician_id": str(clinician or self.clinician)},
            headers=who or self.desk,
        )

    async def accepted(self, **given: Any) -> dict[str, Any]:
        """A referral that was taken and accepted."""
        answer = await self.accept(await self.received(**given))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def get(self, path: str, who: dict[str, str], **params: Any) -> httpx.Response:
        """Ask."""
        return await self.http.get(f"/v1/{path}", headers=who, params=params)

    async def rows(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """What stands in the database, seen by its owner."""
        owner = await asyncpg.connect(self.settings.database("intake", "owner"))
        try:
            return list(await owner.fetch(statement, *values))
        finally:
            await owner.close()


def person(**given: Any) -> dict[str, Any]:
    """A person as a referral gives them."""
    usual = {
        "given_name": f"Ada {CANARY}",
        "family_name": "Lovelace",
        "date_of_birth": "1988-02-29",
        "contacts": [
            {"kind": "email", "value": f"{CANARY}@example.org", "safe": True},
            {"kind": "mobile", "value": "+44 7700 900123", "safe": False},
        ],
    }
    return usual | given


def _joined(clinic: UUID, staff: UUID) -> StaffJoined:
    return StaffJoined(
        occurred_at=OPENED,
        clinic_id=clinic,
        staff_id=staff,
        roles=(Role.CLINICIAN,),
        contact="sealed:AAAA",
    )


async def prepared(postgres: PostgresServer) -> Settings:
    """Settings with an intake database and a keyring."""
    settings = fresh_settings(postgres)
    await service_database(settings, "intake")
    await migrate.prepare(postgres.admin_url, "keyring", settings)
    await migrate.migrate(settings.database("keyring", "owner"), "keyring", MIGRATIONS)
    return settings


@asynccontextmanager
async def calling(
    settings: Settings, issuer: Issuer, keyring: Keyring | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to an intake in this process, over which its way to the keyring is closed too."""
    app = application(service, settings, issuer)
    app.state.keyring = keyring or Keyring(settings, "api")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as http:
        yield http
    await app.state.keyring.close()
    await app.state.database.close()


def fields(answer: Any) -> tuple[int, set[str]]:
    """Status and the fields that a refusal names."""
    return answer.status_code, {error["field"] for error in answer.json()["errors"]}
