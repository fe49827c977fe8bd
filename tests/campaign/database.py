"""The superuser's look into the database while everybody else is killed: it counts, and it cuts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias
from urllib.parse import urlsplit

import asyncpg

from shared.db import AWAY
from shared.settings import Settings


Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# The lock of a partition number is the first that a batch asks for.
WAITING = """
select count(*) from pg_locks
where not granted and locktype = 'advisory' and classid = 7003
"""
_HOLDING = """
select pid, xact_start from pg_locks join pg_stat_activity using (pid)
where granted and locktype = 'advisory' and classid = 7003 and state = 'idle in transaction'
"""
_CUT = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where usename = $1 and ($2 = '' or application_name = $2)
"""


class Admin:
    """Short connections: the server may be killed at any moment."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.admin_url.get_secret_value()
        self._prefix = settings.database_prefix

    @asynccontextmanager
    async def connected(self, database: str = "") -> AsyncIterator[Connection]:
        """One connection, to the database of a service or to the server's own."""
        address = self._address
        if database:
            address = urlsplit(address)._replace(path=f"/{self._prefix}{database}").geturl()
        connection = await asyncpg.connect(address, timeout=5)
        try:
            yield connection
        finally:
            connection.terminate()

    async def cut(self, role: str, application: str = "") -> int:
        """End a role's sessions; how many there were."""
        with suppress(*AWAY):
            async with self.connected() as connection:
                return int(await connection.fetchval(_CUT, role, application))
        return 0

    async def holds_still(self, seconds: float) -> bool:
        """Whether some worker's transaction holds a number's lock and does not go on."""
        with suppress(*AWAY):
            async with self.connected() as connection:
                first = {tuple(row) for row in await connection.fetch(_HOLDING)}
                await asyncio.sleep(seconds)
                return bool(first & {tuple(row) for row in await connection.fetch(_HOLDING)})
        return False
