"""One request, one transaction: the route class in which every call runs, and its parts."""

import re
from collections.abc import Callable, Coroutine
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    field_validator,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from shared import idempotency, outbox
from shared.auth import Actor, Authenticator
from shared.clock import utcnow
from shared.db import LOST, cannot_now, sqlstate
from shared.errors import Unavailable
from shared.events.base import Instant
from shared.incoming import address_without_nul, read_body
from shared.text import readable


Item = TypeVar("Item")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

# Another transaction was in the way; PostgreSQL rolled this one back whole, so it can be run again.
TRY_AGAIN = {"40001", "40P01"}
TRIES = 4


class In(BaseModel):
    """A request body: a field that we do not know is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        return readable(value)


# JSON's "7", true and 7.0 are not whole numbers here, though pydantic would take them.
Whole = Annotated[int, Strict()]
YesNo = Annotated[bool, Strict()]
Words = Annotated[str, Field(min_length=1, max_length=4000)]


# Written out, as a person would: pydantic would also take seconds since 1970, and their text.
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def _a_day(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise PydanticCustomError("date_parsing", "not a date")


def _a_time(value: object) -> object:
    if isinstance(value, datetime) or (isinstance(value, str) and _TIME.match(value)):
        return value
    raise PydanticCustomError("datetime_parsing", "not a time")


def _a_day_or_time(value: object) -> object:
    is_day = isinstance(value, str) and _DAY.match(value)
    return value if is_day else _a_time(value)


def _within_the_calendar(value: datetime) -> datetime:
    """The calendar's first and last year are refused: databases read its ends as "for ever"."""
    if not MINYEAR < value.year < MAXYEAR:
        raise PydanticCustomError("out_of_range", "out of range")
    return value


Moment = Annotated[Instant, BeforeValidator(_a_time), AfterValidator(_within_the_calendar)]
Day = Annotated[date, BeforeValidator(_a_day)]
DayOrTime = Annotated[datetime, BeforeValidator(_a_day_or_time)]  # where a list begins or ends
Limit = Annotated[int, Query(ge=1, le=200)]


def _no_offset(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError("wall time")
    return value


# The clinic's own clock: a date and a time without an offset.
WallTime = Annotated[datetime, BeforeValidator(_a_time), AfterValidator(_no_offset)]


class Out(BaseModel):
    """An answer; no field has a default, so a generated client knows that every one is there."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Page(Out, Generic[Item]):
    """One page of a list; `next` goes into `?after=` for the following one, null at the end."""

    items: list[Item]
    next: str | None


# Dependencies are async though they wait for nothing: FastAPI runs the others in threads.
async def _session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


async def called_at() -> datetime:
    """The moment of this call."""
    return utcnow()


Session = Annotated[AsyncSession, Depends(_session)]
Now = Annotated[datetime, Depends(called_at)]


class Route(APIRoute):
    """Authenticates, runs the handler in one transaction within the caller's clinics, commits.

    A POST with an `Idempotency-Key` keeps its serialised answer in the same transaction, so the
    same key gives the same answer byte for byte, whatever died in between. Neither a middleware nor
    a dependency could do that: the one comes after the commit, the other before any answer.
    """

    keeps = True  # an answer that holds a secret is never kept: such a route says so
    kinds: ClassVar[tuple[str, ...]] = ("application/json",)  # which bodies it takes: kinds of JSON

    async def caller(self, request: Request) -> Actor:
        """Who calls; a route for callers that are no staff has its own way to know them."""
        authenticator: Authenticator = request.app.state.authenticator
        return await authenticator.actor(request.headers.get("authorization"))

    async def before(self, request: Request) -> None:
        """What has to be waited for before the transaction begins; it holds no connection."""

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler, inside our transaction."""
        handler = super().get_route_handler()

        async def run(request: Request) -> Response:
            app = request.app.state
            request.state.actor = await self.caller(request)
            address_without_nul(request)
            request.state.keeps = self.keeps
            if request.method not in ("GET", "HEAD"):
                await read_body(request, app.settings.body_limit, self.kinds)
            await self.before(request)
            return await _with_tries(request, handler)

        return run


async def _with_tries(request: Request, handler: Handler) -> Response:
    for attempt in range(TRIES):
        try:
            response, events = await _in_transaction(request, handler)
        except DBAPIError as error:
            code = sqlstate(error)
            if code in TRY_AGAIN and attempt < TRIES - 1:
                continue
            # The server has ended the connection, and this loop had not heard of it yet.
            if request.method == "GET" and error.connection_invalidated and not attempt:
                continue
            if code in TRY_AGAIN or _is_away(error):
                raise Unavailable("The database is busy or away. Ask again.") from error
            raise
        except (*LOST, PoolTimeout) as error:
            raise Unavailable("The database is away. Ask again.") from error
        if events:
            request.app.state.wake.set()
        return response
    raise AssertionError("unreachable")


def _is_away(error: DBAPIError) -> bool:
    code = sqlstate(error)
    lost = not code and isinstance(error, InterfaceError | OperationalError)
    return lost or error.connection_invalidated or cannot_now(code)


async def _in_transaction(request: Request, handler: Handler) -> tuple[Response, bool]:
    app, actor = request.app.state, request.state.actor
    async with app.database.session(actor.clinics) as session:
        request.state.session = session
        keeps = request.state.keeps
        call = await idempotency.begin(session, request, actor) if keeps else None
        if call and call.answer:
            return call.answer, False
        response = await handler(request)
        events = outbox.published(session)
        if events:
            response.headers["Tidemark-Event"] = str(events[-1])
        if call:
            await idempotency.keep(session, call, response)
    return response, bool(events)
