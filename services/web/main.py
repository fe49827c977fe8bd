"""web: the whole wiring of what a browser reaches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from services.web import (
    assets,
    choosing,
    live,
    problem_pages,
    proxy,
    search,
    signin,
    to_case,
    undoing,
)
from services.web.assets import Assets
from services.web.clients import connected
from services.web.clinician import pages as clinician
from services.web.desk import pages as desk
from services.web.directory import Directory
from services.web.lead import pages as lead
from services.web.operations import pages as operations
from services.web.operations import streams_api
from services.web.operations.log_ends import LogEnds
from services.web.respond import pages as respond
from services.web.safeguarding import pages as safeguarding
from services.web.security import Compressed, Door
from services.web.templates import environment
from shared.auth import Authenticator
from shared.service import RequestLog
from shared.settings import Settings


ROUTERS = (
    assets.router,
    signin.router,
    choosing.router,
    to_case.router,
    undoing.router,
    live.router,
    search.router,
    clinician.router,
    desk.router,
    lead.router,
    safeguarding.router,
    operations.router,
    respond.router,
    streams_api.router,  # before the proxy, which would take its address
    proxy.router,
)


def app(settings: Settings) -> FastAPI:
    """The web application: pages, their live stream, and the way to the services' APIs."""
    made = FastAPI(title="Tidemark web", docs_url=None, redoc_url=None, lifespan=_lifespan)
    made.state.settings = settings
    made.state.assets = Assets(settings.static_folder / "node_modules")
    made.state.templates = environment()
    made.state.authenticator = Authenticator.of(settings)
    made.state.issuer = None
    made.state.directory = Directory()
    made.state.log_ends = LogEnds(settings.kafka, settings.partitions)
    made.state.streams_known = {}
    problem_pages.add_handlers(made)
    for router in ROUTERS:
        made.include_router(router)
    _health(made)
    made.add_middleware(Compressed)
    made.add_middleware(Door, settings=settings)
    made.add_middleware(RequestLog)
    return made


@dataclass(frozen=True)
class Web:
    """web as deploy/run.py starts it, beside the services."""

    name: str = "web"

    def api(self, settings: Settings) -> FastAPI:
        """The whole of it: web has no worker."""
        return app(settings)


service = Web()


@asynccontextmanager
async def _lifespan(made: FastAPI) -> AsyncIterator[None]:
    async with connected(made.state.settings) as services:
        made.state.services = services
        async with made.state.log_ends:
            yield


def _health(made: FastAPI) -> None:
    @made.get("/health/live", include_in_schema=False)
    async def live_() -> dict[str, str]:
        return {"status": "alive"}

    @made.get("/health/ready", include_in_schema=False)
    async def ready() -> dict[str, object]:
        return {"status": "ready", "missing": {}}
