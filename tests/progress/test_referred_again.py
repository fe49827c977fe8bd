"""Somebody who was here comes again: from the second acceptance in intake to a flag in progress."""

from typing import Any

from services.progress.main import service
from services.progress.projection.polling import Polling
from shared.events.clinics import ClinicOpened
from shared.events.words import Role
from tests.harness import Harness
from tests.intake.deciding import close
from tests.intake.desk import OPENED, Desk, calling, person, prepared
from tests.kit import Issuer, client, service_database
from tests.servers import PostgresServer


SAID = "a course of somebody of the same name and date of birth ended here (within 91 days)"


async def test_a_second_referral_stands_as_a_flag(postgres: PostgresServer) -> None:
    settings, issuer = await prepared(postgres), Issuer()
    await service_database(settings, "progress")
    async with (
        calling(settings, issuer) as http,
        client(service, settings, issuer) as calls,
        Harness(settings).over(intake=None) as harness,
    ):
        desk = Desk(settings, issuer, http)
        await desk.hear()
        zone = ClinicOpened(occurred_at=OPENED, clinic_id=desk.north, zone="Europe/London")
        await harness.publish(zone)
        first = (await desk.accepted())["case_id"]
        await close(desk, first, "46", desk.desk)
        second = (await desk.accepted(clients=[person(given_name="ADA zebra-canary")]))["case_id"]
        other = (await desk.accepted(clients=[person(family_name="Byron")]))["case_id"]
        await harness.settles()
        polling = Polling(harness.bus, settings)
        await polling.begin()
        while await polling.once(0):
            pass
        await polling.close()

        async def flags(case_id: str) -> list[Any]:
            who = issuer.headers(desk.clinician, Role.CLINICIAN, desk.north)
            answer = await calls.get(f"/v1/cases/{case_id}", headers=who)
            assert answer.status_code == 200, answer.text
            found: list[Any] = answer.json()["flags"]
            return found

        [flag] = await flags(second)
        assert (flag["rule"], flag["severity"]) == ("REPEAT_REFERRAL", "info")
        assert SAID in flag["sentence"]
        assert [await flags(first), await flags(other)] == [[], []]
