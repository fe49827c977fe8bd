"""A clinic with cases in the goals service, and the calls that its people make."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import Row, text

from services.goals import consumers
from shared.db import Database
from shared.events.clinics import ClinicSettingsChanged
from shared.events.intake import CaseClosed, CaseOpened
from shared.events.words import EndCode, Modality, Role
from shared.keyring import Keyring
from tests.kit import Issuer


CANARY = "zebra-canary"
ANSWERS = {str(number): 0 for number in range(1, 10)}


@dataclass
class World:
    """One clinic, one clinician, one lead; every test has its own, in a shared database."""

    calls: httpx.AsyncClient
    issuer: Issuer
    worker: Database
    maker: Keyring | None = None  # who makes clients' keys; without one they have none
    clinic_id: UUID = field(default_factory=uuid4)
    clinician: UUID = field(default_factory=uuid4)
    settled: bool = False  # whether the service has heard of the clinic's settings

    def headers(self, role: Role = Role.CLINICIAN, **given: Any) -> dict[str, str]:
        """Who calls: the clinic's clinician, or somebody else by `sub` and `clinic`."""
        sub = given.get("sub", self.clinician if role is Role.CLINICIAN else uuid4())
        return self.issuer.headers(sub, role, given.get("clinic", self.clinic_id))

    def opened(self, clients: int = 1) -> CaseOpened:
        """What intake says when a case opens, referred ninety days ago."""
        now = datetime.now(UTC)
        return CaseOpened(
            occurred_at=now,
            clinic_id=self.clinic_id,
            case_id=uuid4(),
            case_number="T-1",
            client_ids=tuple(uuid4() for _ in range(clients)),
            modality=Modality.INDIVIDUAL if clients == 1 else Modality.FAMILY,
            clinician_id=self.clinician,
            referred_at=now - timedelta(days=90),
        )

    def closed(self, case: CaseOpened) -> CaseClosed:
        """What intake says when a case closes."""
        now = datetime.now(UTC)
        return CaseClosed(
            occurred_at=now,
            clinic_id=self.clinic_id,
            case_id=case.case_id,
            end_code=EndCode.COMPLETED_AS_AGREED,
            closed_at=now,
        )

    async def opens_case(self, clients: int = 1) -> CaseOpened:
        """A case that this service has heard of, in a clinic with a crisis text."""
        if not self.settled:
            await self.has_settings()
        case = self.opened(clients)
        if self.maker:
            for client_id in case.client_ids:
                await self.maker.create(client_id)
        async with self.worker.session() as session:
            await consumers.case_opened(session, case)
        return case

    async def has_settings(
        self, crisis_text_version: int = 1, from_now: timedelta = timedelta(0)
    ) -> None:
        """The service hears of the clinic's settings; the first hold since a year."""
        now = datetime.now(UTC)
        said = ClinicSettingsChanged(
            occurred_at=now,
            clinic_id=self.clinic_id,
            effective_from=now + from_now if self.settled else now - timedelta(days=365),
            zone="Europe/London",
            crisis_text_version=crisis_text_version,
            session_minutes=50,
        )
        self.settled = True
        async with self.worker.session() as session:
            await consumers.clinic_settings_changed(session, said)

    async def closes(self, case: CaseOpened) -> None:
        """The service hears that a case was closed."""
        await self.hears(self.closed(case))

    async def hears(self, closed: CaseClosed) -> None:
        """The service hears this very closing."""
        async with self.worker.session() as session:
            await consumers.case_closed(session, closed)

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """A call of the clinician's, unless the headers say otherwise."""
        return await self.calls.post(f"/v1/{path}", json=body, headers=self.headers() | headers)

    async def get(self, path: str, role: Role = Role.CLINICIAN, **query: object) -> httpx.Response:
        """What the clinician, or somebody of this role, reads."""
        params = {name: str(value) for name, value in query.items()}
        return await self.calls.get(f"/v1/{path}", params=params, headers=self.headers(role))

    async def switches(self, code: str, on: bool = True, **given: object) -> httpx.Response:
        """The lead switches a measure on or off."""
        return await self.calls.put(
            f"/v1/clinics/{self.clinic_id}/measures/{code}",
            json={"on": on} | given,
            headers=self.headers(Role.CLINICAL_LEAD),
        )

    async def sets_goal(self, case: CaseOpened, **given: object) -> Any:
        """A goal that was agreed, as the service answered."""
        answer = await self.post("goals", goal_body(case) | given)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def count(self, table: str) -> int:
        """How many rows of this clinic a table has."""
        asked = text(f"select count(*) from {table} where clinic_id = :clinic")
        async with self.worker.session() as session:
            return int(await session.scalar(asked, {"clinic": self.clinic_id}))

    async def published(self) -> list[Row[Any]]:
        """What stands in the outbox for this clinic, in the order in which it will be sent."""
        asked = text(
            "select id, key, type, data from outbox where clinic_id = :clinic order by pos"
        )
        async with self.worker.session() as session:
            return list((await session.execute(asked, {"clinic": self.clinic_id})).all())


def goal_body(case: CaseOpened, **given: object) -> dict[str, object]:
    """A goal that may be set."""
    return {
        "case_id": str(case.case_id),
        "client_id": str(case.client_ids[0]),
        "kind": "resilience",
        "title": f"{CANARY} run twice a week",
        "owner": "client",
        "target": 8,
    } | given


def answers_body(case: CaseOpened, **given: object) -> dict[str, object]:
    """Answers to a PHQ-9 that may be taken down."""
    return {
        "case_id": str(case.case_id),
        "client_id": str(case.client_ids[0]),
        "items": ANSWERS,
    } | given


def fields(answer: httpx.Response) -> list[str]:
    """The fields that a 422 names."""
    assert answer.status_code == 422, answer.text
    assert CANARY not in answer.text
    return [error["field"] for error in answer.json()["errors"]]
