"""A database from before goals could be revised keeps all that is in it, as first versions."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from shared import db, migrate
from tests.kit import fresh_settings
from tests.servers import PostgresServer


FIRST = Path(migrate.SERVICES) / "goals" / "migrations" / "0001_first.py"
IDS = {name: uuid4() for name in ("case", "clinic", "client", "person", "goal", "rating")}
THEN = (
    "insert into case_copy values (:case, :clinic, :person, array[cast(:client as uuid)], now())",
    """
    insert into goal values (:goal, :clinic, :case, :client, 'insight', 'as it was said', null,
        'client', 8, null, 'active', now(), :person)
    """,
    """
    insert into rating values (:rating, :clinic, :goal, :case, :client, 4, 'client', now(), null,
        now(), :person)
    """,
)
HELD = """
    select g.version, v.title, v.target, g.method, r.version, w.value, w.reason
    from goal g join goal_version v using (goal_id, version)
    join rating r using (goal_id) join rating_version w using (rating_id)
"""


async def test_what_was_there_gets_its_first_version(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    settings = fresh_settings(postgres)
    await migrate.prepare(settings.admin_url.get_secret_value(), "goals", settings)
    owner = settings.database("goals", "owner")
    shutil.copy(FIRST, tmp_path)
    engine = db.engine(owner, 1)
    async with engine.begin() as connection:
        plumbing = migrate.HERE / "versions"
        await connection.run_sync(migrate._upgrade, plumbing, "plumbing_revision", "goals")
        await connection.run_sync(migrate._upgrade, tmp_path, "revision", "goals")
        for statement in THEN:
            await connection.execute(text(statement), IDS)
    await migrate.migrate(owner, "goals")
    async with engine.begin() as connection:
        [row] = (await connection.execute(text(HELD))).all()
    assert tuple(row) == (1, "as it was said", 8, "gbo", 1, 4, None)
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(text("update goal set method = 'gas'"))  # without levels
    await engine.dispose()
