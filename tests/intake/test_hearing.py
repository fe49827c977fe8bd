"""What intake learns from clinics, over the bus: from then on it takes their referrals."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from services.clinics import commands
from services.clinics.models import Leaving, SettingsGiven, StaffCreate
from services.intake import consumers
from shared.auth import Actor
from shared.db import Database
from shared.events.words import Role
from shared.keyring import Keyring
from shared.settings import Settings
from tests.harness import Harness
from tests.intake.desk import Desk, calling, person, prepared
from tests.kit import Issuer, service_database
from tests.servers import PostgresServer


FOUNDER = Actor("founder", frozenset(), frozenset())
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SETTINGS = SettingsGiven(
    zone="Pacific/Auckland",
    session_minutes=50,
    crisis_texts={"en": "Call 111 if you are in danger now."},
    sender_name="The Practice",
)


@pytest.fixture
async def settings(postgres: PostgresServer) -> Settings:
    """Databases of clinics, intake and the keyring."""
    made = await prepared(postgres)
    await service_database(made, "clinics")
    return made


@pytest.fixture
async def clinics(settings: Settings) -> AsyncIterator[Database]:
    """The clinics service's own way to its database."""
    database = Database(settings.database("clinics", "worker"), 1)
    yield database
    await database.close()


async def opens_with(settings: Settings, clinics: Database, clinic: UUID, staff: UUID) -> None:
    keyring = Keyring(settings, "api")
    key = await keyring.create(staff)
    await keyring.close()
    joining = StaffCreate(
        staff_id=staff,
        clinic_id=clinic,
        name="Grace Hopper",
        email="grace@example.org",
        roles=[Role.CLINICIAN],
    )
    async with clinics.session([clinic]) as session:
        await commands.open_clinic(session, FOUNDER, clinic, "Harbour", SETTINGS, key, NOW)
        await commands.staff_joins(session, FOUNDER, joining, key, NOW)


async def test_a_clinic_takes_referrals_as_soon_as_intake_has_heard_of_it(
    settings: Settings, clinics: Database, issuer: Issuer
) -> None:
    async with (
        calling(settings, issuer) as http,
        Harness(settings).over(clinics=None, intake=consumers.reader) as harness,
    ):
        desk = Desk(settings, issuer, http)
        assert (await desk.send(desk.referral())).status_code == 422
        await opens_with(settings, clinics, desk.north, desk.clinician)
        await harness.settles()
        case_id = await desk.received()
        assert (await desk.accept(case_id, uuid4())).status_code == 422
        assert (await desk.accept(case_id)).status_code == 200
        assert (await desk.send(desk.referral(clients=[person()]))).status_code == 201
        leaving = Leaving(clinic_id=desk.north, last_day=date(2026, 1, 6))
        async with clinics.session([desk.north]) as session:
            await commands.leave(session, FOUNDER, desk.clinician, leaving, NOW)
        await harness.settles()
        assert (await desk.accept(await desk.received())).status_code == 422
