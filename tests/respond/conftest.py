"""web, goals and clinics really served, on real databases; a clinic with crisis texts."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from deploy.migrations import migrate_one
from services.clinics import commands as clinics
from services.clinics.main import service as clinics_service
from services.clinics.models import SettingsGiven
from services.goals.main import service as goals_service
from shared.auth import Actor
from shared.clock import utcnow
from shared.db import Database
from shared.events.intake import CaseOpened
from shared.keyring import Keyring
from shared.settings import Settings
from tests.goals.answering import gives, opens_link
from tests.goals.world import World
from tests.kit import Issuer, application, client, fresh_settings
from tests.servers import PostgresServer
from tests.web.serving import served, web


TEXTS = {
    "en": "If you might harm yourself, call 999. Samaritans listen at any hour on 116 123.",
    "pl": "W razie zagrożenia życia dzwoń pod 112. Telefon zaufania: 800 70 22 22.",
}


@pytest.fixture(scope="package")
async def settings(postgres: PostgresServer) -> Settings:
    """Databases of the two services that these pages ask."""
    settings = fresh_settings(postgres)
    for name in ("goals", "clinics", "keyring"):
        await migrate_one(name, settings)
    return settings


@dataclass
class Place:
    """A clinic, its pages' address, and what its clinician does."""

    world: World
    url: str
    upstream: "Upstream"

    async def case(self, clients: int = 1) -> CaseOpened:
        """A case of the clinic."""
        return await self.world.opens_case(clients)

    async def link(self, case: CaseOpened | None = None, **given: object) -> str:
        """The address of a link that was just opened by hand."""
        given_ = await gives(self.world, case or await self.case(), **given)
        return self.url + str((await opens_link(self.world, given_))["address"])


@dataclass
class Upstream:
    """The services as web sees them; one of them may be away."""

    away: set[str] = field(default_factory=set)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def over(self, **services: FastAPI) -> FastAPI:
        """Both services below folders of their own names."""
        app = FastAPI()

        @app.middleware("http")
        async def watch(request: Request, call_next: Any) -> Response:
            self.seen.append((request.url.path, dict(request.headers)))
            if request.url.path.split("/")[1] in self.away:
                return Response(status_code=503)
            answer: Response = await call_next(request)
            return answer

        for name, service in services.items():
            app.mount(f"/{name}", service)
        return app


@pytest.fixture(scope="package")
async def issuer() -> Issuer:
    """Who signs the staff's tokens."""
    return Issuer()


@dataclass
class Running:
    """What all tests share: served once, because to end a server takes a second."""

    calls: httpx.AsyncClient
    worker: Database
    maker: Keyring
    url: str
    upstream: Upstream


@pytest.fixture(scope="package")
async def running(settings: Settings, issuer: Issuer) -> AsyncIterator[Running]:
    """web in front of both services."""
    upstream = Upstream()
    goals, named = (application(one, settings, issuer) for one in (goals_service, clinics_service))
    worker = Database(settings.database("goals", "worker"), 2)
    maker = Keyring(settings, "api")
    async with (
        client(goals_service, settings, issuer) as calls,
        served(upstream.over(goals=goals, clinics=named)) as address,
        served(web(address)) as front,
    ):
        yield Running(calls, worker, maker, front, upstream)
    for database in (goals.state.database, named.state.database, worker, maker):
        await database.close()


@pytest.fixture
async def place(settings: Settings, issuer: Issuer, running: Running) -> Place:
    """A clinic of this test's own and its pages."""
    running.upstream.away.clear()
    running.upstream.seen.clear()
    world = World(running.calls, issuer, running.worker, running.maker)
    await opened(settings, world)
    return Place(world, running.url, running.upstream)


async def opened(settings: Settings, world: World) -> None:
    """The clinic, with a crisis text in two languages."""
    given = SettingsGiven(
        zone="Europe/London", session_minutes=50, crisis_texts=TEXTS, sender_name="Estuary"
    )
    database = Database(settings.database("clinics", "worker"), 1)
    founder = Actor("founder", frozenset(), frozenset())
    async with database.session([world.clinic_id]) as session:
        await clinics.open_clinic(
            session, founder, world.clinic_id, "Northgate", given, b"k" * 32, utcnow()
        )
    await database.close()


@pytest.fixture
async def phone(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without script and without a picture: it follows redirects and keeps cookies."""
    async with httpx.AsyncClient(
        base_url=place.url, timeout=120, follow_redirects=True, headers={"Accept-Language": "en"}
    ) as http:
        yield http
