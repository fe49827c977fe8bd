"""A service: its name, its calls, its reader. `main.py` of each service is one of these."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import aside, changes, consumer, health, operations, problems, relay, skips
from shared.auth import Authenticator
from shared.db import Database
from shared.hearing import HeardBy
from shared.kafka import KafkaBus
from shared.log import continue_trace, log
from shared.settings import Settings


if TYPE_CHECKING:
    from shared.consumer import Consumer


@dataclass
class Worker:
    """What a worker's tasks have in hand."""

    settings: Settings
    database: Database
    wake: asyncio.Event
    stop: asyncio.Event


Task = Callable[[Worker], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """One service: `api` answers people, `worker` moves events. They share a database only.

    `heard_by` says whose cases are, where clinicians hear live of nothing but their own.
    """

    name: str
    router: APIRouter
    reader: "Consumer | None" = None
    tasks: tuple[Task, ...] = ()
    heard_by: HeardBy | None = None

    def api(self, settings: Settings, wake: asyncio.Event | None = None) -> FastAPI:
        """The HTTP API; `wake` tells a relay in the same process that something is to be sent."""
        app = FastAPI(
            title=f"Tidemark {self.name}",
            version="1",
            lifespan=_lifespan,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,  # the answer would name an address that is ours alone
        )
        app.state.service = self
        app.state.settings = settings
        app.state.wake = wake or asyncio.Event()
        app.state.database = Database(settings.database(self.name, "api"), settings.api_pool)
        app.state.authenticator = Authenticator.of(settings)
        problems.install(app)
        for router in (self.router, operations.router, aside.router, skips.router, changes.router):
            app.include_router(router, prefix="/v1")
        _health(app)
        _pages(app, settings)
        app.add_middleware(RequestLog)
        return app

    async def worker(self, settings: Settings, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Relay, reader and the service's own tasks until `stop`; when one of them dies, all do."""
        # What was imported stays: the collector need not look at all of it for every few events.
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        bus = KafkaBus(settings.kafka)
        database = Database(settings.database(self.name, "worker"), settings.worker_pool)
        worker = Worker(settings, database, wake, stop)
        parts = [relay.run(bus, settings, self.name, wake, stop)]
        if self.reader:
            parts.append(consumer.run(bus, settings, self.name, self.reader, stop, wake))
        parts += [_call(task, worker) for task in self.tasks]
        try:
            async with asyncio.TaskGroup() as group:
                for part in parts:
                    group.create_task(until_told(part, stop))
        finally:
            await database.close()


class Ended(Exception):
    """A part of a worker ended that nobody had told to."""


async def until_told(part: Awaitable[None], stop: asyncio.Event) -> None:
    """Wait for a part of a worker. Ended, whatever its reason, when it ends before `stop`.

    A task group takes a child that returned or was cancelled for one that is done: the process
    would live on without its reader, and nobody would start it again.
    """
    try:
        await part
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
    if not stop.is_set():
        raise Ended


async def _call(task: Task, worker: Worker) -> None:
    await task(worker)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with changes.listening(app):
        yield
    await app.state.database.close()


def _health(app: FastAPI) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/health/ready", include_in_schema=False)
    async def ready(response: Response) -> dict[str, object]:
        missing = health.problems()
        try:
            async with app.state.database.session() as session:
                await session.execute(text("select 1"))
        except Exception as error:  # whatever it is, the answer is that the database is away
            missing["database"] = type(error).__name__
        response.status_code = 503 if missing else 200
        return {"status": "waiting" if missing else "ready", "missing": missing}


def _pages(app: FastAPI, settings: Settings) -> None:
    """The API page, from our own static files: FastAPI's default would load them from elsewhere."""
    swagger = settings.static_folder / "node_modules" / "swagger-ui-dist"
    if swagger.is_dir():
        app.mount("/static/swagger", StaticFiles(directory=swagger))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",  # relative: web passes this page on below a path of its own
            title=app.title,
            swagger_js_url="static/swagger/swagger-ui-bundle.js",
            swagger_css_url="static/swagger/swagger-ui.css",
            swagger_favicon_url="static/swagger/favicon-32x32.png",
        )


class RequestLog:
    """One line a request: method, route, status, seconds; never an address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, then write its line."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = dict(scope["headers"])
        continue_trace(headers.get(b"traceparent", b"").decode("latin-1"))
        started, status = time.perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", None)
            seconds = round(time.perf_counter() - started, 4)
            log.info("request", method=scope["method"], route=route, status=status, seconds=seconds)
