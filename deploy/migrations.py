"""Databases, roles and revisions of the services and of the key service."""

from pathlib import Path

import shared.keyring
from deploy import topology
from shared import migrate
from shared.settings import Settings


KEYRING = Path(shared.keyring.__file__).parent / "migrations"


async def migrate_one(name: str, settings: Settings) -> None:
    """Prepare and migrate one database; safe to run any number of times."""
    admin_url = settings.admin_url.get_secret_value()
    await migrate.prepare(admin_url, name, settings)
    own = KEYRING if name == "keyring" else None
    await migrate.migrate(settings.database(name, "owner"), name, own)


async def migrate_all(settings: Settings) -> None:
    """Every database of the topology."""
    for name in topology.DATABASES:
        await migrate_one(name, settings)
