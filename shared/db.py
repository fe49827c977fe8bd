"""Sessions: one request or one batch, one transaction, and always within somebody's clinics."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from enum import StrEnum
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Enum, ExceptionContext, event, text
from sqlalchemy.engine.interfaces import AdaptedConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine


# A connection that is gone; asyncpg's InternalClientError is what comes out of one that broke off
# in the middle of an answer.
LOST = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# Or a database that cannot do it now, by whichever library we asked: who works on in the background
# waits for it.
AWAY = (*LOST, asyncpg.PostgresError, SQLAlchemyError)
# It has become a copy of another one, or somebody lets it only be read: a connection to it is of no
# more use, the next one may find the database that takes what is written.
READ_ONLY = "25006"
# Connection, resources, intervention.
_CANNOT_NOW, _LOCK_TIMED_OUT = ("08", "53", "57"), "55P03"
INSTANT = DateTime(timezone=True)


def coded(codes: type[StrEnum]) -> Enum:
    """The type of a text column that holds one of these codes and is read as a member of theirs.

    With plain Text a code comes back as str, and `status is Status.CLOSED` is never true.
    """
    return Enum(codes, native_enum=False, values_callable=lambda kind: [one.value for one in kind])


_SET = "select set_config('app.clinics', $1, true)"
_SET_CLINICS = text(_SET.replace("$1", ":clinics"))


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of an error, whichever library wraps it; "" for other errors."""
    inner = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(getattr(inner, "sqlstate", None) or "")


def cannot_now(code: str) -> bool:
    """Whether a database says by this code that it may well do later what it could not do now."""
    return code[:2] in _CANNOT_NOW or code in (_LOCK_TIMED_OUT, READ_ONLY)


def engine(address: str, pool: int, **server_settings: str) -> AsyncEngine:
    """An engine for one role of one service's database; parameters never get into an error."""
    made = create_async_engine(
        address.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"server_settings": server_settings},
    )
    event.listen(made.sync_engine, "checkout", _open)
    event.listen(made.sync_engine, "handle_error", _leave)
    return made


def _open(connection: AdaptedConnection, *_: object) -> None:
    """What broke off while it lay in the pool is not given out.

    The end of a connection is told; to ask the server each time is three ways there and back.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _leave(context: ExceptionContext) -> None:
    """Of a database that only reads no connection goes back into the pool."""
    if sqlstate(context.original_exception) == READ_ONLY:
        context.is_disconnect = True


class Database:
    """One role's way into one service's database."""

    def __init__(self, address: str, pool: int) -> None:
        self.address = address
        self.engine = engine(address, pool)

    @asynccontextmanager
    async def session(self, clinics: Iterable[UUID] = ()) -> AsyncIterator[AsyncSession]:
        """One transaction that sees the rows of `clinics`; commits at the end, rolls back on error.

        The setting dies with the transaction: a pooled connection can not carry it to the next
        caller. Without clinics the api role sees nothing; the worker role sees everything.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await within(session, clinics)
            yield session

    async def glance(
        self, clinics: Iterable[UUID], asked: str, *given: object
    ) -> asyncpg.Record | None:
        """A row within `clinics`, by the driver alone: for what is asked again and again."""
        async with self.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            try:
                async with driver.transaction():
                    await driver.execute(_SET, _named(clinics))
                    row: asyncpg.Record | None = await driver.fetchrow(asked, *given)
                    return row
            except BaseException:
                # A transaction that was broken off stays open, and the pool knows of none: whoever
                # had the connection next would write into it, and nothing would be committed.
                await connection.invalidate()
                raise

    async def close(self) -> None:
        """Give all connections back to the server."""
        await self.engine.dispose()


async def within(session: AsyncSession, clinics: Iterable[UUID]) -> None:
    """Let this transaction see the rows of `clinics`, and no others, until it ends."""
    await session.execute(_SET_CLINICS, {"clinics": _named(clinics)})


def _named(clinics: Iterable[UUID]) -> str:
    return ",".join(sorted(map(str, clinics)))
