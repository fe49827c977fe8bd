"""Answers that are given and then corrected."""

from datetime import UTC, datetime
from typing import Any

import httpx

from shared.events import Event, decode
from shared.events.intake import CaseOpened
from tests.goals.world import World, answers_body


WRONG = "entered_wrongly"


async def answered(world: World, case: CaseOpened | None = None, **given: object) -> Any:
    """Answers to a PHQ-9, as the service answered."""
    body = answers_body(case or await world.opens_case(), **given)
    answer = await world.post("measures/phq-9/responses", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def amend(world: World, response: Any, **given: object) -> httpx.Response:
    """The clinician amends answers that they last saw as `response`."""
    body = {"version": response["version_number"], "reason": WRONG} | given
    return await world.post(f"responses/{response['response_id']}/amend", body)


async def void(world: World, response: Any, reason: str = WRONG) -> httpx.Response:
    """The clinician voids answers."""
    return await world.post(f"responses/{response['response_id']}/void", {"reason": reason})


async def whole(world: World, response: Any) -> Any:
    """Answers with their history."""
    answer = await world.get(f"responses/{response['response_id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def events(world: World) -> list[Event]:
    """What was published of this clinic."""
    rows = await world.published()
    return [decode(row.type, row.data, row.id, datetime.now(UTC)) for row in rows]
