"""Databases, roles, revisions and topics: what has to be there before any process starts."""

from deploy import topology
from shared import keyring, migrate
from shared.settings import Settings


async def run(service: str, settings: Settings) -> None:
    """Prepare and migrate one service's database; safe to run any number of times."""
    admin_url = settings.admin_url.get_secret_value()
    await migrate.prepare(admin_url, service, settings)
    own = keyring.MIGRATIONS if service == "keyring" else None
    await migrate.migrate(settings.database(service, "owner"), service, own)


async def run_all(settings: Settings) -> None:
    """Every database of the topology."""
    for service in topology.DATABASES:
        await run(service, settings)
