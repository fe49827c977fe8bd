"""A clinic with people and cases that the scheduling service has heard of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from services.scheduling.commands import copies
from services.scheduling.models import Case
from shared.auth import Actor
from shared.clock import wall_time
from shared.db import Database
from shared.events.words import Role
from shared.settings import Settings
from tests.kit import Issuer


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """One clinic: front desk, two clinicians, a room; cases are opened as a test needs them."""

    settings: Settings
    issuer: Issuer
    zone: str = "Europe/London"
    clinic: UUID = field(default_factory=uuid4)
    desk: UUID = field(default_factory=uuid4)
    clinician: UUID = field(default_factory=uuid4)
    colleague: UUID = field(default_factory=uuid4)
    lead: UUID = field(default_factory=uuid4)
    room: UUID = field(default_factory=uuid4)

    async def open(self) -> "World":
        """Let the service hear of the clinic."""
        async with self.heard() as session:
            await copies.keep_zone(session, self.clinic, LONG_AGO, self.zone)
            await copies.keep_room(session, self.clinic, self.room)
            for person in (self.clinician, self.colleague):
                await copies.keep_staff(session, self.clinic, person, [Role.CLINICIAN])
            await copies.keep_staff(session, self.clinic, self.desk, [Role.FRONT_DESK])
        return self

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[AsyncSession]:
        """A transaction of the worker role, in which facts of others are kept."""
        database = Database(self.settings.database("scheduling", "worker"), 1)
        try:
            async with database.session() as session:
                yield session
        finally:
            await database.close()

    async def case(self, *clients: UUID, clinician: UUID | None = None) -> UUID:
        """An open case of these clients, or of a new one."""
        case = Case(
            case_id=uuid4(),
            clinic_id=self.clinic,
            clinician_id=clinician or self.clinician,
            client_ids=list(clients or [uuid4()]),
        )
        async with self.heard() as session:
            await copies.keep_case(session, case)
        return case.case_id

    def actor(self, role: Role = Role.FRONT_DESK, who: UUID | None = None) -> Actor:
        """Somebody of this clinic."""
        return Actor(str(who or self.desk), frozenset([role]), frozenset([self.clinic]))

    def headers(self, role: Role = Role.FRONT_DESK, who: UUID | None = None) -> dict[str, str]:
        """The same as a call's headers."""
        return self.issuer.headers(who or self.desk, role, self.clinic)

    def wall(self, ahead: timedelta) -> str:
        """A wall time of the clinic, so far from now, on a whole five minutes."""
        then = wall_time(datetime.now(UTC) + ahead, self.zone)
        return then.replace(minute=then.minute // 5 * 5, second=0, microsecond=0).isoformat(
            "T", "minutes"
        )

    def booking(self, case_id: UUID, **given: object) -> dict[str, object]:
        """The body of a call that books an hour of tomorrow."""
        asked = {
            "case_id": str(case_id),
            "clinician_id": str(self.clinician),
            "starts": self.wall(timedelta(days=1)),
            "minutes": 50,
            "kind": "treatment",
            "mode": "in_person",
        }
        return asked | {name: _plain(value) for name, value in given.items()}

    async def books(
        self, http: httpx.AsyncClient, case_id: UUID, **given: object
    ) -> dict[str, str]:
        """A session that front desk booked."""
        body = self.booking(case_id, **given)
        answer = await http.post("/v1/appointments", json=body, headers=self.headers())
        assert answer.status_code == 201, answer.text
        booked: dict[str, str] = answer.json()
        return booked

    async def rows(self, query: str, *given: object) -> list[asyncpg.Record]:
        """What the database holds, as its owner sees it."""
        connection = await asyncpg.connect(self.settings.database("scheduling", "owner"))
        try:
            found: list[asyncpg.Record] = await connection.fetch(query, *given)
            return found
        finally:
            await connection.close()

    async def events(self, case_id: UUID) -> list[str]:
        """The types of a case's events, in order."""
        rows = await self.rows("select type from outbox where key = $1 order by pos", str(case_id))
        return [row["type"].partition(".")[2] for row in rows]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value
