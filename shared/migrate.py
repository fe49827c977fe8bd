"""Databases, roles and revisions: every service's own, plus the plumbing that all have."""

from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from shared import db
from shared.settings import Settings


HERE = Path(__file__).parent / "migrations"
SERVICES = Path(__file__).parent.parent / "services"
ROLES = ("owner", "api", "worker")

# A transaction that hangs must not hold locks for ever; both are far above what any command needs.
TIMEOUTS = {
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "10s",
    "transaction_timeout": "120s",
}


async def prepare(admin_url: str, service: str, settings: Settings) -> None:
    """Make a service's roles and database, or bring them up to date; may be run again any time."""
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute("select pg_advisory_lock(77, 1)")  # roles belong to the whole server
        for role in ROLES:
            await _role(admin, f"{service}_{role}", settings)
        # A revision may make things that are to be the worker's own.
        await admin.execute(f"grant {service}_worker to {service}_owner")
        name = settings.database_prefix + service
        if not await admin.fetchval("select 1 from pg_database where datname = $1", name):
            await admin.execute(f'create database "{name}" owner {service}_owner')
        await admin.execute(f'revoke all on database "{name}" from public')
        await admin.execute(
            f'grant connect on database "{name}" to {service}_api, {service}_worker'
        )
    finally:
        await admin.close()


async def _role(admin: asyncpg.Connection, name: str, settings: Settings) -> None:
    if not await admin.fetchval("select 1 from pg_roles where rolname = $1", name):
        await admin.execute(f"create role {name} login nosuperuser nobypassrls")
    await admin.execute(f"alter role {name} password '{settings.password(name)}'")  # hexadecimal
    if not name.endswith("_owner"):
        for setting, value in TIMEOUTS.items():
            await admin.execute(f"alter role {name} set {setting} = '{value}'")


async def migrate(owner_url: str, service: str, own: Path | None = None) -> None:
    """Bring a service's database to its newest revision: the shared plumbing first, then its own.

    A database that is not a service's (the keyring) gives the folder of its `own` revisions and
    gets no plumbing.
    """
    engine = db.engine(owner_url, 1)
    try:
        async with engine.begin() as connection:
            if own is None:
                await connection.run_sync(_upgrade, HERE / "versions", "plumbing_revision", service)
                own = SERVICES / service / "migrations"
            await connection.run_sync(_upgrade, own, "revision", service)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, versions: Path, version_table: str, service: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, version_table=version_table, service=service)
    command.upgrade(config, "head")


def service_of(op: Any) -> str:
    """The service whose database is being migrated, for revisions that all services share."""
    attributes = op.get_context().opts["attributes"]
    name: str = attributes["service"]
    return name


def guard(op: Any, *tables: str, api: str = "select, insert, update") -> None:
    """Let the api role see only the rows of the caller's clinics; the tables have clinic_id."""
    service = service_of(op)
    for table in tables:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy clinics on {table} to {service}_api "
            "using (clinic_id = any(app_clinics())) with check (clinic_id = any(app_clinics()))"
        )
        op.execute(
            f"create policy everything on {table} to {service}_worker, {service}_owner using (true)"
        )
        share(op, table, api=api)


def share(op: Any, *tables: str, api: str = "", worker: str = "all") -> None:
    """Grants for tables that belong to no clinic: nothing for the api role unless said."""
    service = service_of(op)
    for table in tables:
        op.execute(f"grant {worker} on {table} to {service}_worker")
        if api:
            op.execute(f"grant {api} on {table} to {service}_api")
