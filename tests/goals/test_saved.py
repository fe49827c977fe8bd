"""What is saved and not sent is the client's own: sealed, forgotten at the end, gone with the key;
but a safety item above 0 in it does not stay unheard."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.goals import opener
from services.goals.commands import saved
from services.goals.domain.assignments import UNSENT
from services.goals.models.links import Link
from shared.events.intake import CaseOpened
from shared.keyring import ERASED, Keyring, NotSealedForThis
from shared.settings import Settings
from tests.goals.answering import Client, follows, gives, keys, listed, looks, opens_link
from tests.goals.world import ANSWERS, World


MINUTE = timedelta(minutes=1)


async def row(world: World, link_id: str) -> Any:
    """A link as it lies in the database."""
    asked = text("select * from link where link_id = :id")
    async with world.worker.session() as session:
        return (await session.execute(asked, {"id": link_id})).one()


async def told(world: World) -> list[dict[str, Any]]:
    """What staff was told of safety items that were not sent."""
    kind = "goals.safety_left_unsent"
    return [json.loads(each.data) for each in await world.published() if each.type == kind]


async def open_for(world: World, case: CaseOpened, **given: object) -> tuple[Any, Client]:
    """A link, and the client who has followed it."""
    link = await opens_link(world, await gives(world, case, **given))
    return link, await follows(world, link["address"])


async def looks_at(world: World, ahead: timedelta) -> None:
    """One look of the opener for what was left unsent, so much later."""
    await opener.tell_unsent(world.worker, datetime.now(UTC) + ahead)


async def test_saved_answers_lie_sealed_under_the_clients_key(
    world: World, settings: Settings
) -> None:
    case = await world.opens_case()
    link, client = await open_for(world, case)
    await client.answers({"1": 3, "2": 2})
    kept = await row(world, link["link_id"])
    assert kept.sealed.startswith("sealed:")
    assert '"1"' not in kept.sealed
    async with keys(settings) as keyring:
        key = await keyring.fetch(case.client_ids[0])
    assert saved.answers_on(as_link(kept), key) == {"1": 3, "2": 2}
    other = as_link(kept, link_id=UUID(int=1))
    with pytest.raises(NotSealedForThis):  # moved to another link of the same client
        saved.answers_on(other, key)


def as_link(kept: Any, **other: object) -> Link:
    return Link(**(dict(kept._mapping) | other))


async def test_what_was_sent_is_not_kept_on_the_link(world: World) -> None:
    link, client = await open_for(world, await world.opens_case())
    await client.answers(ANSWERS)
    await client.ask("POST", "/send")
    assert (await row(world, link["link_id"])).sealed is None


async def test_with_the_key_destroyed_nothing_can_be_read_or_added(
    world: World, maker: Keyring
) -> None:
    case = await world.opens_case()
    link, client = await open_for(world, case)
    await client.answers({"1": 3})
    await maker.destroy(case.client_ids[0])
    shown = (await client.ask("GET")).json()
    assert (shown["state"], shown["answers"]) == ("withdrawn", {})
    for answer in (
        await client.ask("PUT", "/answers/2", {"value": 1}),
        await client.ask("POST", "/send"),
    ):
        assert (answer.status_code, answer.json()["state"]) == (409, "withdrawn")
    assert saved.answers_on(as_link(await row(world, link["link_id"])), ERASED) == {}
    assert await world.count("response") == 0


async def test_no_link_is_opened_for_somebody_who_was_erased(world: World, maker: Keyring) -> None:
    case = await world.opens_case()
    given = await gives(world, case)
    await maker.destroy(case.client_ids[0])
    answer = await world.post(f"assignments/{given['assignment_id']}/links", None)
    assert answer.status_code == 409
    assert "erased" in answer.json()["detail"]


async def test_a_safety_item_left_unsent_for_half_an_hour_is_told_once(world: World) -> None:
    case = await world.opens_case()
    link, client = await open_for(world, case)
    await client.answers({"9": 2})
    await looks_at(world, UNSENT - MINUTE)
    assert await told(world) == []
    await asyncio.gather(*(looks_at(world, UNSENT + MINUTE) for _ in range(3)))
    [event] = await told(world)
    assert event["link_id"] == link["link_id"]
    assert set(event) == {
        "clinic_id", "case_id", "client_id", "measure", "link_id", "answered_at",
    }  # fmt: skip
    # They may still send: that is then the whole answer, beside what was told.
    await client.answers(ANSWERS | {"9": 2})
    assert (await client.ask("POST", "/send")).status_code == 200
    await looks_at(world, 2 * UNSENT)
    assert len(await told(world)) == 1


@pytest.mark.parametrize("answers", [{"9": 0}, {"1": 3}, {"9": 0, "1": 3}])
async def test_without_a_safety_item_above_0_nothing_is_told(
    world: World, answers: dict[str, int]
) -> None:
    _, client = await open_for(world, await world.opens_case())
    await client.answers(answers)
    await looks_at(world, 365 * 24 * 60 * MINUTE)
    assert await told(world) == []


async def test_what_was_changed_to_0_or_sent_in_time_is_not_told(world: World) -> None:
    for last in ("changed", "sent"):
        _, client = await open_for(world, await world.opens_case())
        await client.answers(ANSWERS | {"9": 1})
        if last == "changed":
            await client.answers({"9": 0})
        else:
            await client.ask("POST", "/send")
        await looks_at(world, UNSENT + MINUTE)
    assert await told(world) == []


async def test_a_link_that_ends_sooner_is_told_of_at_its_end(
    world: World, settings: Settings, maker: Keyring
) -> None:
    link, client = await open_for(world, await world.opens_case())
    await client.answers({"9": 3})
    past = text("update link set expires_at = now() - interval '1 second' where link_id = :id")
    async with world.worker.session() as session:
        await session.execute(past, {"id": link["link_id"]})
    await looks(world, settings, maker)  # a look that had to miss it does not lose it
    assert (await row(world, link["link_id"])).state == "open"
    await looks_at(world, timedelta())
    assert len(await told(world)) == 1
    await looks(world, settings, maker)
    ended = await row(world, link["link_id"])
    assert (ended.state, ended.sealed) == ("expired", None)


@pytest.mark.parametrize("ends", ["withdrawn", "closed"])
async def test_withdrawing_the_link_or_closing_the_case_does_not_hide_it(
    world: World, ends: str
) -> None:
    case = await world.opens_case()
    link, client = await open_for(world, case)
    await client.answers({"9": 1})
    if ends == "withdrawn":
        await world.post(f"links/{link['link_id']}/withdraw", None)
    else:
        await world.closes(case)
    assert [event["link_id"] for event in await told(world)] == [link["link_id"]]
    assert (await listed(world, case))[0]["link"]["state"] == "withdrawn"
