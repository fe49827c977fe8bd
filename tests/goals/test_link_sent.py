"""From giving a questionnaire to the mail with its link, and back to a score: two services."""

from collections.abc import AsyncIterator
from email import message_from_bytes
from pathlib import Path

import pytest

from deploy.migrations import migrate_one
from services.goals import consumers as goals_hear
from services.goals.main import service
from services.notifications import consumers as notifications_hear
from shared.db import Database
from shared.events.intake import ClientRegistered
from shared.keyring import Keyring, seal
from shared.settings import Settings
from tests.goals.answering import follows, gives, keys, looks
from tests.goals.world import ANSWERS, World
from tests.harness import Harness
from tests.kit import Issuer, client, fresh_settings
from tests.notifications.world import World as Mailbox
from tests.servers import PostgresServer


CONTACT = (
    '{"given_name": "Ada", "language": null, '
    '"contacts": [{"kind": "email", "value": "ada@example.org", "safe": true}]}'
)


@pytest.fixture
async def both(postgres: PostgresServer) -> Settings:
    """Databases of both services, and the keys that they share."""
    settings = fresh_settings(postgres)
    for name in ("goals", "notifications", "keyring"):
        await migrate_one(name, settings)
    return settings


@pytest.fixture
async def harness(both: Settings) -> AsyncIterator[Harness]:
    readers = {"goals": goals_hear.reader, "notifications": notifications_hear.reader}
    async with Harness(both).over(**readers) as harness:
        yield harness


@pytest.fixture
async def world(both: Settings, issuer: Issuer) -> AsyncIterator[World]:
    worker = Database(both.database("goals", "worker"), 2)
    maker = Keyring(both, "api")
    async with client(service, both, issuer) as calls:
        yield World(calls, issuer, worker, maker)
    await worker.close()
    await maker.close()


async def test_a_clients_link_comes_by_mail_and_is_answered(
    both: Settings, harness: Harness, world: World, issuer: Issuer, tmp_path: Path
) -> None:
    case = world.opened()
    ada = case.client_ids[0]
    await world.has_settings()
    async with keys(both, ada) as keyring:
        key = await keyring.fetch(ada)
        assert isinstance(key, bytes)
        await harness.publish(
            ClientRegistered(
                occurred_at=case.occurred_at,
                clinic_id=case.clinic_id,
                client_id=ada,
                contact=seal(key, ada, "contact", CONTACT),
            ),
            case,
        )
        await gives(world, case, send=True)
        assert await looks(world, both, keyring) == 1
    await harness.settles()
    await Mailbox(both, issuer, tmp_path).sends()
    [mail] = sorted((tmp_path / "mailbox").glob("*.eml"))
    body = str(message_from_bytes(mail.read_bytes()).get_payload())
    [line] = [each for each in body.splitlines() if "/respond/" in each]
    respondent = await follows(world, line.removeprefix(both.web_url))
    await respondent.answers(ANSWERS)
    assert (await respondent.ask("POST", "/send")).status_code == 200
    await harness.settles()
    log = repr(harness.bus.logs)
    assert "goals.measure_link_opened" in log
    assert "goals.measure_completed" in log  # the control: what is in the log is found there
    assert line.rpartition("/")[2] not in log
