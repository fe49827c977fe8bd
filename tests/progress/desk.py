"""A clinic with a case, and the people at its desks who call progress."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.events.words import Role
from tests.kit import Issuer
from tests.progress.histories import Story
from tests.progress.world import World


@dataclass
class Desk:
    """Somebody at work in a clinic."""

    calls: httpx.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.calls.get(f"/v1/{path}", params=params, headers=self.headers)

    async def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return await self.calls.post(f"/v1/{path}", json=body, headers=headers)


@dataclass
class Clinic:
    """A case in a clinic, and the people who may look at it."""

    world: World
    calls: httpx.AsyncClient
    issuer: Issuer
    story: Story

    def desk(self, role: Role, sub: UUID | None = None, clinic: UUID | None = None) -> Desk:
        """Somebody with a role; of this clinic unless said otherwise."""
        where = clinic or self.story.clinic_id
        return Desk(self.calls, self.issuer.headers(sub or uuid4(), role, where))

    @property
    def clinician(self) -> Desk:
        """Whose case it is."""
        return self.desk(Role.CLINICIAN, self.story.clinician_id)

    async def shown(self) -> Any:
        """The case as its clinician sees it."""
        answer = await self.clinician.get(f"cases/{self.story.case_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


async def flagged(clinic: Clinic) -> str:
    """The case gets a flag; its id."""
    await clinic.world.happens(clinic.story.answered(1, 1, 1))
    return str((await clinic.shown())["flags"][0]["flag_id"])
