"""What changed, live: a worker tells its database, an API tells those whose clinics it is."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import StreamingResponse

from shared.app import Route
from shared.auth import Actor, require
from shared.db import AWAY
from shared.events.words import Role
from shared.hearing import EVERYTHING, WHOSE, Change, Own, heard
from shared.log import log


CHANNEL = "changes"
ROOM = 7_000  # bytes of one NOTIFY; PostgreSQL refuses 8,000
KEYS = 40  # ids that one message names; with more, a listener asks again for all it shows
QUIET = 15.0  # seconds until a silent stream says that it lives

# A kind that alone tells a clinical fact is told as its publisher's name and nothing more.
TELLING = ("disclosure_", "safety_")

router = APIRouter(route_class=Route, tags=["operations"])
# A partner has no business with what moves in the clinics it refers to.
Staff = Annotated[Actor, Depends(require(*(role for role in Role if role is not Role.PARTNER)))]


class Teller:
    """Sends NOTIFY on a connection of its own: inside a business transaction it would cost the
    writers most of their rate, and on the relay's it could end a turn."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: asyncpg.Connection | None = None

    async def tell(self, changed: Iterable[tuple[UUID, str, str]]) -> None:
        """Tell of (clinic, kind, key)s that changed. A failure is no matter: pages ask again."""
        await self._send(compact(changed))

    async def tell_all(self) -> None:
        """Tell that so much changed that everybody had better ask again."""
        await self._send(json.dumps(EVERYTHING))

    async def _send(self, message: str) -> None:
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._address, timeout=5)
            await self._connection.execute("select pg_notify($1, $2)", CHANNEL, message)
        except AWAY as error:
            log.warning("changes not told", error=type(error).__name__)

    async def close(self) -> None:
        """End the connection."""
        if self._connection is not None and not self._connection.is_closed():
            with suppress(*AWAY):
                await self._connection.close(timeout=2)


def compact(changed: Iterable[tuple[UUID, str, str]]) -> str:
    """One message: for each clinic and publisher the kinds, how many of each, and which keys.

    Just "all" where that is too much to name.
    """
    kinds: dict[tuple[UUID, str], Counter[str]] = defaultdict(Counter)
    keys: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for clinic, kind, key in changed:
        publisher, _, what = kind.partition(".")
        kinds[clinic, publisher][f"{publisher}.changed" if what.startswith(TELLING) else kind] += 1
        keys[clinic, publisher].add(key)
    said = [
        {
            "clinic_id": str(clinic),
            "kinds": counted,
            "keys": sorted(found) if len(found := keys[clinic, publisher]) <= KEYS else None,
        }
        for (clinic, publisher), counted in kinds.items()
    ]
    message = json.dumps(said, separators=(",", ":"))
    return message if len(message) <= ROOM else json.dumps(EVERYTHING)


class Listener:
    """One LISTEN connection for a whole API process, and the streams that it feeds."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._streams: set[asyncio.Queue[Change]] = set()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[asyncio.Queue[Change]]:
        """A queue of all changes from now on. The first one opens the connection."""
        queue: asyncio.Queue[Change] = asyncio.Queue(maxsize=1_000)
        self._streams.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        try:
            yield queue
        finally:
            self._streams.discard(queue)

    async def _listen(self) -> None:
        while True:
            try:
                connection = await asyncpg.connect(self._address, timeout=5)
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _, lost=lost: lost.set())
                await connection.add_listener(CHANNEL, self._heard)
                self._pass_on(EVERYTHING)  # whatever happened while nobody listened
                try:
                    await lost.wait()
                finally:
                    await connection.close(timeout=1)
            except AWAY as error:
                log.warning("changes not heard", error=type(error).__name__)
            await asyncio.sleep(1)

    def _heard(self, *said: Any) -> None:
        message = json.loads(said[3])
        for change in message if isinstance(message, list) else [message]:
            self._pass_on(change)

    def _pass_on(self, change: Change) -> None:
        for queue in self._streams:
            if not queue.full():
                queue.put_nowait(change)

    async def close(self) -> None:
        """End the connection and every stream."""
        for queue in self._streams:
            queue.put_nowait({"end": True}) if not queue.full() else None
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


def listener(app: FastAPI) -> Listener:
    """The application's one listener."""
    if not hasattr(app.state, "listener"):
        address = app.state.settings.database(app.state.service.name, "api")
        app.state.listener = Listener(address)
    found: Listener = app.state.listener
    return found


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[None]:
    """The application's life: its listener ends with it."""
    yield
    await listener(app).close()


@router.get("/changes", response_class=StreamingResponse)
async def changes(request: Request, actor: Staff) -> StreamingResponse:
    """Server-sent events: what changed in the caller's clinics, as ids, kinds and counts.

    Of what the caller may not read there is nothing: neither of what their roles do not open, nor
    of ratings, answers and flags of a colleague's case.
    `{"clinic_id", "kinds": {kind: count}, "keys": [ids] or null}`, or `{"all": true}` when a
    listener had better ask again for all that it shows. The stream ends with the caller's token.
    """
    clinics = {str(clinic) for clinic in actor.clinics}
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    app = request.app.state
    lead = actor.is_any(Role.CLINICAL_LEAD)
    own = None if lead else Own(app.database, app.service.heard_by, actor)
    body = _events(listener(request.app), clinics, actor, own)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


async def _events(
    source: Listener, clinics: set[str], actor: Actor, own: Own | None = None
) -> AsyncIterator[str]:
    async with source.stream() as queue:
        yield ": listening\n\n"
        while (left := actor.until - time.time()) > 0:
            try:
                async with asyncio.timeout(min(QUIET, left)):
                    change = await queue.get()
            except TimeoutError:
                yield ": quiet\n\n"
                continue
            if "end" in change:
                return
            if "all" in change or (change["clinic_id"] in clinics and heard(change, actor)):
                told = await own.of(change) if own and "all" not in change else change
                if told:
                    said = {name: value for name, value in told.items() if name != WHOSE}
                    yield f"data: {json.dumps(said)}\n\n"
