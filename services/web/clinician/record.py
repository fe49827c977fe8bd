"""Everything the services say about a case, asked at once; each part may be away."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from services.web.cases import Case, case_of
from services.web.clients import Part, part
from services.web.directory import Clinic
from services.web.problems import NotThere
from services.web.visit import Visit


WAITED = 4.0  # seconds: the projection itself waits two for an act's event
WAITS = 1.9


@dataclass(frozen=True)
class Record:
    """Everything the services said about a case."""

    case: Case
    clinic: Clinic
    progress: Part
    goals: Part
    diary: Part
    messages: Part

    @property
    def shown(self) -> dict[str, Any] | None:
        """The projection, if it answered."""
        found: dict[str, Any] | None = self.progress.value
        return found

    def client(self, client_id: str | None) -> str:
        """A client of the case by first name; of all of them, who they are."""
        known = {c["client_id"]: c["given_name"] for c in self.case.clients}
        if client_id is None:
            return "all" if len(known) > 1 else next(iter(known.values()), "the client")
        return known.get(client_id, "a client")


async def record(visit: Visit, case_id: str) -> Record:
    """All parts of a case at once; NotThere for one that does not exist for this person."""
    ask = visit.api
    case, progress, goals, diary, messages = await asyncio.gather(
        case_seen(visit, case_id),
        part(_progress(visit, case_id)),
        part(ask.every("goals", "/v1/goals", case_id=case_id)),
        part(ask.every("scheduling", "/v1/appointments", case_id=case_id)),
        part(ask.every("notifications", "/v1/messages", case_id=case_id)),
    )
    return Record(case, await visit.clinic_of(case.clinic_id), progress, goals, diary, messages)


async def case_seen(visit: Visit, case_id: str) -> Case:
    """The case itself; NotThere for one that does not exist for this person."""
    cases = await visit.api.get("intake", "/v1/cases", ids=case_id)
    if not cases["items"]:
        raise NotThere
    return case_of(cases["items"][0])


async def _progress(visit: Visit, case_id: str) -> Any:
    began = time.monotonic()
    answer = await visit.api.get(
        "progress",
        f"/v1/cases/{case_id}",
        patient=visit.after is not None,
        within=WAITED,
        after=visit.after,
    )
    # The projection waits two seconds for an own act; when that was not enough the page says so.
    return answer | {"follows": visit.after is not None and time.monotonic() - began > WAITS}
