"""A connection that breaks off while it lies in the pool is nobody's trouble."""

import asyncio
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from shared.db import Database, _open
from shared.events.words import Role
from shared.settings import Settings
from tests.eventpath.world import until
from tests.kit import Issuer, application
from tests.shared import toy


BACKEND = text("select pg_backend_pid()")
KEPT = text("insert into audit (sub, role, act, subject_id) values ('s', 'r', 'a', :subject)")


async def broken_off(settings: Settings, database: Database) -> None:
    """One connection lies in the pool, and the server has ended it."""
    async with database.session() as session:
        backend = await session.scalar(BACKEND)
        held = (await (await session.connection()).get_raw_connection()).driver_connection
    assert held is not None
    same = await asyncpg.connect(settings.database("clinics", "api"))  # who may end its own
    await same.execute("select pg_terminate_backend($1)", backend)
    await same.close()
    await until(held.is_closed)


async def test_another_one_is_given_out(settings: Settings) -> None:
    database = Database(settings.database("clinics", "api"), 1)
    await broken_off(settings, database)
    async with database.session() as session:
        assert await session.scalar(text("select 1")) == 1
    await database.close()


async def test_control_without_the_look_it_is_given_out(settings: Settings) -> None:
    database = Database(settings.database("clinics", "api"), 1)
    event.remove(database.engine.sync_engine, "checkout", _open)
    await broken_off(settings, database)
    with pytest.raises(DBAPIError):
        async with database.session():
            pass
    await database.close()


@pytest.mark.parametrize("turns", range(40))
async def test_a_glance_that_is_broken_off_takes_nobodys_writing_along(
    settings: Settings, turns: int
) -> None:
    """Its transaction would stay open, and what the next ones write would never be committed."""
    database = Database(settings.database("clinics", "api"), 1)
    await database.glance([], "select 1")  # connected
    glance = asyncio.create_task(database.glance([], "select pg_sleep(0.001)"))
    for _ in range(turns):
        await asyncio.sleep(0)
    glance.cancel()
    await asyncio.gather(glance, return_exceptions=True)
    subject = uuid4()
    async with database.session() as session:
        await session.execute(KEPT, {"subject": subject})
    await database.close()
    outside = await asyncpg.connect(settings.database("clinics", "owner"))
    found = await outside.fetchval("select count(*) from audit where subject_id = $1", subject)
    await outside.close()
    assert found == 1


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [("GET", "streams", Role.OPERATIONS, 200), ("POST", "rooms", Role.CLINICAL_LEAD, 503)],
)
async def test_a_question_is_asked_again_where_nobody_had_heard_of_the_end(
    settings: Settings, issuer: Issuer, method: str, path: str, role: Role, status: int
) -> None:
    """An act is not: nobody knows whether it was done."""
    app = application(toy.service, settings, issuer)
    event.remove(app.state.database.engine.sync_engine, "checkout", _open)
    await broken_off(settings, app.state.database)
    headers = issuer.headers(uuid4(), role, toy.CLINIC)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as http:
        answer = await http.request(method, f"/v1/{path}", headers=headers, json=toy.room())
    await app.state.database.close()
    assert answer.status_code == status, answer.text
