"""Measures are given in a rhythm: what may be given, when a link opens, and that it opens once."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.goals import consumers
from shared.events.intake import CaseClosed, CaseOpened
from shared.events.scheduling import AppointmentCancelled, AppointmentRescheduled
from shared.events.words import EndCode, Role
from shared.keyring import Keyring, open_sealed
from shared.settings import Settings
from tests.goals.answering import (
    assignment_body,
    books,
    follows,
    gives,
    keys,
    listed,
    looks,
    opens_link,
    rows,
)
from tests.goals.world import ANSWERS, World, fields


HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
async def case(world: World) -> CaseOpened:
    return await world.opens_case()


@pytest.fixture
async def keyring(settings: Settings, case: CaseOpened) -> AsyncIterator[Keyring]:
    async with keys(settings, *case.client_ids) as reader:
        yield reader


async def opened(world: World) -> list[Any]:
    kind = "goals.measure_link_opened"
    return [json.loads(row.data) for row in await world.published() if row.type == kind]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"measure": "phq-99"}, "measure"),
        ({"measure": "PHQ 9"}, "measure"),
        ({"rhythm": "every_weeks"}, "weeks"),
        ({"rhythm": "every_weeks", "weeks": 0}, "weeks"),
        ({"rhythm": "every_weeks", "weeks": 53}, "weeks"),
        ({"rhythm": "once", "weeks": 2}, "weeks"),
        ({"rhythm": "daily"}, "rhythm"),
        ({"client_id": str(uuid4())}, "client_id"),
        ({"send": "yes"}, "send"),
    ],
)
async def test_what_cannot_be_given_is_named(
    world: World, case: CaseOpened, given: dict[str, object], field: str
) -> None:
    assert fields(await world.post("assignments", assignment_body(case, **given))) == [field]
    assert await world.count("assignment") == 0


async def test_a_measure_that_is_off_is_not_given(world: World, case: CaseOpened) -> None:
    answer = await world.post("assignments", assignment_body(case, measure="core-10"))
    assert answer.status_code == 409
    assert await world.count("assignment") == 0


async def test_a_closed_case_is_given_nothing(world: World, case: CaseOpened) -> None:
    await world.closes(case)
    assert (await world.post("assignments", assignment_body(case))).status_code == 409


async def test_a_measure_is_given_once_at_a_time(world: World, case: CaseOpened) -> None:
    given = await gives(world, case, rhythm="each_session")
    assert (await world.post("assignments", assignment_body(case))).status_code == 409
    path = f"assignments/{given['assignment_id']}/end"
    first, second = await world.post(path, None), await world.post(path, None)
    assert first.json()["ended_at"] == second.json()["ended_at"] is not None
    assert (await world.post(path.replace("/end", "/links"), None)).status_code == 409
    await gives(world, case)
    told = [row.data for row in await world.published() if row.type == "goals.measure_assigned"]
    assert [json.loads(each)["ended"] for each in told] == [False, True, False]


async def test_a_link_that_is_due_is_sent_sealed_for_the_client(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    await gives(world, case, send=True)
    assert await looks(world, settings, keyring) == 1
    [event] = await opened(world)
    client = case.client_ids[0]
    path = open_sealed(await keyring.fetch(client), client, "link", event["link"])
    respondent = await follows(world, str(path))
    await respondent.answers(ANSWERS)
    assert (await respondent.ask("POST", "/send")).status_code == 200
    [given] = await listed(world, case)
    assert given["ended_at"]  # once is once
    assert given["link"]["sent"]


async def test_a_link_that_was_sent_and_withdrawn_is_not_sent_again_by_itself(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    given = await gives(world, case, send=True)
    await looks(world, settings, keyring)
    [sent] = await opened(world)
    await world.post(f"links/{sent['link_id']}/withdraw", None)
    assert await looks(world, settings, keyring) == 0
    await opens_link(world, given)
    assert len(await opened(world)) == 2


async def test_two_workers_open_a_link_once(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    await gives(world, case, send=True, rhythm="every_weeks", weeks=1)
    await asyncio.gather(*(looks(world, settings, keyring) for _ in range(4)))
    assert await looks(world, settings, keyring) == 0
    assert await world.count("link") == len(await opened(world)) == 1


async def test_the_next_round_opens_when_the_first_is_over(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    await gives(world, case, send=True, rhythm="every_weeks", weeks=1)
    await looks(world, settings, keyring)
    assert await looks(world, settings, keyring, 6 * DAY) == 0
    assert await looks(world, settings, keyring, WEEK + HOUR) == 1
    assert len(await opened(world)) == 2


async def test_what_was_saved_on_an_expired_link_is_forgotten(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    link = await opens_link(world, await gives(world, case))
    respondent = await follows(world, link["address"])
    await respondent.answers({"1": 2})
    await looks(world, settings, keyring, 8 * DAY)
    assert (await rows(world, "link"))[0]["sealed"] is None
    assert await rows(world, "respondent") == []
    assert [each["link"]["state"] for each in await listed(world, case)] == ["expired"]


async def test_a_measure_that_was_switched_off_is_asked_no_more(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    given = await gives(world, case, send=True)
    off = await world.calls.put(
        f"/v1/clinics/{world.clinic_id}/measures/phq-9",
        json={"on": False},
        headers=world.headers(Role.CLINICAL_LEAD),
    )
    assert off.status_code == 200
    assert await looks(world, settings, keyring) == 0
    by_hand = await world.post(f"assignments/{given['assignment_id']}/links", None)
    assert by_hand.status_code == 409


async def test_what_was_handed_over_is_not_sent_as_well(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    given = await gives(world, case, send=True, rhythm="each_session")
    event = await books(world, case, datetime.now(UTC) + HOUR)
    link = await opens_link(world, given)
    respondent = await follows(world, link["address"])
    await respondent.answers(ANSWERS)
    await respondent.ask("POST", "/send")
    assert await looks(world, settings, keyring) == 0
    [response] = await rows(world, "response")
    assert response["appointment_id"] == event.appointment_id


async def test_without_a_key_there_is_no_link(world: World, settings: Settings) -> None:
    world.maker = None
    case = await world.opens_case()
    await gives(world, case, send=True)
    async with keys(settings) as keyring:
        assert await looks(world, settings, keyring) == 0
    [given] = await listed(world, case)
    assert not given["send"]
    answer = await world.post(f"assignments/{given['assignment_id']}/links", None)
    assert (answer.status_code, await world.count("link")) == (409, 0)


async def test_a_sessions_link_follows_the_session(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    await gives(world, case, send=True, rhythm="each_session")
    starts = datetime.now(UTC) + 30 * HOUR
    event = await books(world, case, starts)
    assert await looks(world, settings, keyring) == 0
    assert await looks(world, settings, keyring, 7 * HOUR) == 1
    [before] = await listed(world, case)
    moved = AppointmentRescheduled(
        **event.model_dump(include=set(AppointmentRescheduled.model_fields) - {"type", "event_id"})
        | {"starts_at": event.starts_at + DAY, "ends_at": event.ends_at + DAY}
    )
    async with world.worker.session() as session:
        await consumers.appointment_rescheduled(session, moved)
    [after] = await listed(world, case)
    expires = [datetime.fromisoformat(each["link"]["expires_at"]) for each in (before, after)]
    assert expires[1] - expires[0] == DAY
    off = AppointmentCancelled(
        occurred_at=datetime.now(UTC),
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        appointment_id=event.appointment_id,
        client_ids=case.client_ids,
        by="client",
        starts_at=moved.starts_at,
        zone="Europe/London",
    )
    async with world.worker.session() as session:
        await consumers.appointment_cancelled(session, off)
    assert [each["link"]["state"] for each in await listed(world, case)] == ["withdrawn"]
    assert await looks(world, settings, keyring, 31 * HOUR) == 0


def closing(case: CaseOpened, end_code: EndCode) -> CaseClosed:
    now = datetime.now(UTC)
    return CaseClosed(
        occurred_at=now,
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        end_code=end_code,
        closed_at=now,
    )


async def test_the_last_measure_is_answered_in_the_week_after_closing(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings
) -> None:
    given = await gives(world, case, send=True, rhythm="start_and_end")
    await looks(world, settings, keyring)
    async with world.worker.session() as session:
        await consumers.case_closed(session, closing(case, EndCode.COMPLETED_AS_AGREED))
    assert await looks(world, settings, keyring) == 1
    start, end = await opened(world)
    client = case.client_ids[0]
    path = open_sealed(await keyring.fetch(client), client, "link", end["link"])
    respondent = await follows(world, str(path))
    await respondent.answers(ANSWERS)
    assert (await respondent.ask("POST", "/send")).status_code == 200
    assert start["link_id"] != end["link_id"]
    path = f"assignments/{given['assignment_id']}/links"
    assert (await world.post(path, None)).status_code == 409
    assert await looks(world, settings, keyring) == 0


@pytest.mark.parametrize("code", [EndCode.DECEASED, EndCode.DECLINED, EndCode.NOT_KNOWN])
async def test_who_is_not_there_to_be_asked_is_not_asked(
    world: World, case: CaseOpened, keyring: Keyring, settings: Settings, code: EndCode
) -> None:
    await gives(world, case, send=True, rhythm="start_and_end")
    async with world.worker.session() as session:
        await consumers.case_closed(session, closing(case, code))
    assert await looks(world, settings, keyring) == 0
    assert (await listed(world, case))[0]["ended_at"]
