"""A clinic's rows exist for its own people only: in every table, over every connection."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

import services
from shared.db import Database
from shared.settings import Settings
from tests.kit import fresh_settings, service_database
from tests.servers import PostgresServer


NAMES = sorted(folder.parent.name for folder in Path(services.__path__[0]).glob("*/migrations"))
OURS = "namespace.nspname not in ('pg_catalog', 'information_schema')"
# Tables that hold a clinic's rows and that the API may touch at all.
TENANT_TABLES = f"""
    select relation.oid, relation.oid::regclass::text as name,
        relation.relrowsecurity and relation.relforcerowsecurity as guarded,
        array(
            select coalesce(policy.qual, policy.with_check)
                || ' / ' || coalesce(policy.with_check, policy.qual)
            from pg_policies as policy
            where (policy.schemaname, policy.tablename) = (namespace.nspname, relation.relname)
                and $1 = any(policy.roles)
        ) as policies
    from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    join pg_attribute as attribute on attribute.attrelid = relation.oid
    where {OURS} and relation.relkind in ('r', 'p') and attribute.attname = 'clinic_id'
        and relation.relname <> 'outbox'
        and has_any_column_privilege($1, relation.oid, 'select, insert, update')
    order by name
"""
READABLE = "select has_table_privilege($1, $2, 'select')"
TOO_MUCH = f"""
    select relation.oid::regclass::text as name from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    where {OURS} and relation.relkind in ('r', 'p', 'v', 'm') and (
        pg_get_userbyid(relation.relowner) = $1
        or has_table_privilege($1, relation.oid, 'delete')
        or has_table_privilege($1, relation.oid, 'truncate')
    )
"""
OUTBOX = """
    select attname from pg_attribute
    where attrelid = 'outbox'::regclass and attnum > 0
        and has_column_privilege($1, attrelid, attnum, 'select, update')
"""
OPEN_VIEWS = f"""
    select relation.oid::regclass::text as name from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    where {OURS} and relation.relkind in ('v', 'm')
        and not coalesce(relation.reloptions @> array['security_invoker=true'], false)
"""
MAY_IGNORE_POLICIES = """
    select rolname from pg_roles where rolname = any($1) and (rolbypassrls or rolsuper)
"""
CLINICS = text("select app_clinics()")


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    """A database for each service there is."""
    made = fresh_settings(postgres)
    for name in NAMES:
        await service_database(made, name)
    return made


async def asked(settings: Settings, service: str, statement: str, *values: object) -> list[Any]:
    owner = await asyncpg.connect(settings.database(service, "owner"))
    try:
        return list(await owner.fetch(statement, *values))
    finally:
        await owner.close()


def test_there_are_services_to_look_at() -> None:
    assert {"clinics", "intake", "scheduling", "goals", "notifications", "progress"} <= set(NAMES)


@pytest.mark.parametrize("service", NAMES)
async def test_every_table_with_a_clinic_is_guarded(settings: Settings, service: str) -> None:
    tables = await asked(settings, service, TENANT_TABLES, f"{service}_api")
    assert tables
    for table in tables:
        assert table["guarded"], table["name"]
        assert table["policies"], table["name"]
        for policy in table["policies"]:
            assert policy.count("app_clinics()") == 2, table["name"]


@pytest.mark.parametrize("service", NAMES)
async def test_of_the_outbox_the_api_reads_what_is_waiting_and_changes_nothing(
    settings: Settings, service: str
) -> None:
    readable = await asked(settings, service, OUTBOX, f"{service}_api")
    assert {row["attname"] for row in readable} == {"pos", "batch", "written_at"}


@pytest.mark.parametrize("service", NAMES)
async def test_the_api_owns_nothing_deletes_nothing_and_passes_no_policy(
    settings: Settings, service: str
) -> None:
    roles = [f"{service}_{role}" for role in ("owner", "api", "worker")]
    assert await asked(settings, service, MAY_IGNORE_POLICIES, roles) == []
    assert await asked(settings, service, TOO_MUCH, f"{service}_api") == []


@pytest.mark.parametrize("service", NAMES)
async def test_a_view_shows_no_more_than_its_reader_may_see(
    settings: Settings, service: str
) -> None:
    assert await asked(settings, service, OPEN_VIEWS) == []


@pytest.mark.parametrize("service", NAMES)
async def test_a_transaction_without_clinics_sees_no_row(settings: Settings, service: str) -> None:
    tables = await asked(settings, service, TENANT_TABLES, f"{service}_api")
    api = await asyncpg.connect(settings.database(service, "api"))
    try:
        for table in tables:
            if await api.fetchval(READABLE, f"{service}_api", table["name"]):
                assert await api.fetchval(f"select count(*) from {table['name']}") == 0
    finally:
        await api.close()


@pytest.fixture
async def small_pool(settings: Settings) -> AsyncIterator[Database]:
    """Two connections for everybody."""
    made = Database(settings.database("intake", "api"), 2)
    yield made
    await made.close()


async def left_behind(database: Database) -> list[UUID]:
    """The clinics that a connection from the pool still stands for, when nobody has said any."""
    async with database.engine.begin() as connection:
        return list((await connection.execute(CLINICS)).scalar_one())


async def test_control_a_setting_of_the_session_goes_to_the_next_caller(
    settings: Settings,
) -> None:
    database, clinic = Database(settings.database("intake", "api"), 1), uuid4()
    async with database.engine.begin() as connection:
        await connection.execute(
            text("select set_config('app.clinics', :clinic, false)"), {"clinic": str(clinic)}
        )
    assert await left_behind(database) == [clinic]
    await database.close()


async def test_our_setting_ends_with_its_transaction_however_that_ends(settings: Settings) -> None:
    database, clinic = Database(settings.database("intake", "api"), 1), uuid4()
    async with database.session([clinic]) as session:
        assert list((await session.execute(CLINICS)).scalar_one()) == [clinic]
    assert await left_behind(database) == []
    with pytest.raises(RuntimeError):
        async with database.session([clinic]):
            raise RuntimeError
    assert await left_behind(database) == []
    await database.close()


async def test_callers_who_share_connections_never_see_each_others_rows(
    settings: Settings, small_pool: Database
) -> None:
    clinics = [uuid4() for _ in range(5)]
    worker = Database(settings.database("intake", "worker"), 1)
    async with worker.session() as session:
        for clinic in clinics:
            await session.execute(
                text("insert into clinic_zone values (:clinic, now(), 'Europe/London')"),
                {"clinic": clinic},
            )
    await worker.close()

    async def looks(number: int) -> None:
        clinic = clinics[number % len(clinics)]
        async with small_pool.session([clinic]) as session:
            seen = await session.scalars(text("select clinic_id from clinic_zone"))
            assert list(seen) == [clinic]
            match number % 3:
                case 0:
                    raise RuntimeError("an error in the middle")
                case 1:
                    raise asyncio.CancelledError

    ends = await asyncio.gather(*(looks(n) for n in range(600)), return_exceptions=True)
    assert {type(end) for end in ends} == {RuntimeError, asyncio.CancelledError, type(None)}
    assert [await left_behind(small_pool) for _ in range(4)] == [[]] * 4
