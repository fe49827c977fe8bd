"""Data keys: made once a person, wrapped under the master key, fetched, destroyed for good.

The embedded default is a database of its own. Its api role (intake, clinics) makes and destroys
keys, its worker role (notifications, goals) reads them. Keys are never cached: gone is gone.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI, Request
from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import db
from shared.errors import Conflict, Unavailable
from shared.keyring.sealing import ERASED, Erased, Masters
from shared.settings import Settings


MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 5.0  # seconds until a key service that does not answer counts as away
POOL = 2

data_key = Table(
    "data_key",
    MetaData(),
    Column("subject_id", Uuid, primary_key=True),
    Column("master_id", Text),
    Column("wrapped", LargeBinary),
    Column("made_at", DateTime(timezone=True), server_default=func.now()),
    Column("destroyed_at", DateTime(timezone=True)),
)


class Keyring:
    """One role's way to the key service."""

    def __init__(self, settings: Settings, role: str) -> None:
        self._masters = Masters(settings.master_key.get_secret_value())
        self._engine = db.engine(settings.database("keyring", role), POOL)

    async def create(self, subject_id: UUID) -> bytes:
        """The subject's key, made now if there was none; for ever the same one.

        Call it before the business transaction takes its first lock: this is another database, that
        may be slow or away, and nobody should queue behind that. A key that is then not used does
        no harm, and the repeated call finds it again. Unavailable when the key service is away;
        Conflict when the subject's key was destroyed.
        """
        made = {
            "subject_id": subject_id,
            "master_id": self._masters.newest,
            "wrapped": self._masters.wrap(subject_id, secrets.token_bytes(32)),
        }
        async with self._reach() as connection:
            await connection.execute(insert(data_key).values(made).on_conflict_do_nothing())
            key = await self._key(connection, subject_id)
        if isinstance(key, Erased):
            raise Conflict(
                "This person's data was erased; nothing new can be kept under the old id."
            )
        return key

    async def fetch(self, subject_id: UUID) -> bytes | Erased:
        """The subject's key, or ERASED once it is destroyed.

        LookupError when there never was one; Unavailable when the key service is away.
        """
        async with self._reach() as connection:
            return await self._key(connection, subject_id)

    async def destroy(self, subject_id: UUID) -> None:
        """Make everything that was or will be sealed for the subject unreadable for ever."""
        gone = {"master_id": None, "wrapped": None, "destroyed_at": func.now()}
        first = insert(data_key).values({"subject_id": subject_id} | gone)
        async with self._reach() as connection:
            await connection.execute(
                first.on_conflict_do_update(
                    index_elements=["subject_id"],
                    set_=gone,
                    where=data_key.c.destroyed_at.is_(None),
                )
            )

    async def rewrap(self) -> int:
        """Wrap every key under the newest master key; then the older ones may be forgotten."""
        old = select(data_key).where(data_key.c.master_id != self._masters.newest)
        async with self._reach() as connection:
            rows = (await connection.execute(old.with_for_update())).all()
            for row in rows:
                key = self._masters.unwrap(row.subject_id, row.master_id, row.wrapped)
                await connection.execute(
                    data_key.update()
                    .where(data_key.c.subject_id == row.subject_id)
                    .values(
                        master_id=self._masters.newest,
                        wrapped=self._masters.wrap(row.subject_id, key),
                    )
                )
        return len(rows)

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self._engine.dispose()

    async def _key(self, connection: AsyncConnection, subject_id: UUID) -> bytes | Erased:
        found = select(data_key).where(data_key.c.subject_id == subject_id)
        row = (await connection.execute(found)).one_or_none()
        if row is None:
            raise LookupError(f"no key was ever made for {subject_id}")
        if row.wrapped is None:
            return ERASED
        return self._masters.unwrap(subject_id, row.master_id, row.wrapped)

    @asynccontextmanager
    async def _reach(self) -> AsyncIterator[AsyncConnection]:
        """One transaction at the key service; whatever it cannot do now is Unavailable."""
        try:
            async with asyncio.timeout(PATIENCE), self._engine.begin() as connection:
                yield connection
        except db.AWAY as error:
            raise Unavailable("The key service is away. Nothing was done.") from error


async def of_request(request: Request) -> Keyring:
    """The API process's way to the key service; a dependency."""
    return _kept(request, "api")


async def reader_of_request(request: Request) -> Keyring:
    """The same for an API that only uses keys which others made; a dependency."""
    return _kept(request, "worker")


def _kept(request: Request, role: str) -> Keyring:
    state = request.app.state
    if not hasattr(state, "keyring"):
        state.keyring = Keyring(state.settings, role)
    keyring: Keyring = state.keyring
    return keyring


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """For a router whose calls need keys: closes the way to the key service with the app."""
    yield
    if keyring := getattr(app.state, "keyring", None):
        await keyring.close()
