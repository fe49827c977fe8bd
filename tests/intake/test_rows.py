"""Row-level security of intake, probed with rows that are there."""

from uuid import UUID

import asyncpg
import pytest

from tests.intake.desk import Desk


TABLES = (
    "clinic_zone",
    "staff",
    "referral",
    "person",
    "client",
    "case_record",
    "case_client",
)


async def api(desk: Desk, *clinics: UUID) -> asyncpg.Connection:
    connection = await asyncpg.connect(desk.settings.database("intake", "api"))
    said = ",".join(map(str, clinics))
    await connection.execute("select set_config('app.clinics', $1, false)", said)
    return connection


async def test_every_table_shows_the_callers_clinics_and_no_others(desk: Desk) -> None:
    await desk.accepted()
    for clinics, seen in (((), 0), ((desk.south,), 0), ((desk.north,), 1)):
        connection = await api(desk, *clinics)
        for table in TABLES:
            north = f"select count(*) from {table} where clinic_id = $1"
            assert (await connection.fetchval(north, desk.north) > 0) == bool(seen), table
        await connection.close()


async def test_nothing_is_written_into_or_moved_to_another_clinic(desk: Desk) -> None:
    said = await desk.accepted()
    client = UUID(said["clients"][0]["client_id"])
    connection = await api(desk, desk.north)
    for statement in (
        "insert into client select gen_random_uuid(), $2, given_name, family_name, date_of_birth,"
        " language, contacts, registered_at from client where client_id = $1",
        "update client set clinic_id = $2 where client_id = $1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement, client, desk.south)
    await connection.close()
    stranger = await api(desk, desk.south)
    changed = "update client set given_name = 'x' where client_id = $1"
    assert await stranger.execute(changed, client) == "UPDATE 0"
    for forbidden in ("delete from client", "delete from audit", "update audit set sub = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await stranger.execute(forbidden)
    await stranger.close()
