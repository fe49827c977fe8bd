"""An event that nobody can read is skipped for good by two people, never by one; all goes on."""

from uuid import UUID, uuid4

import httpx
import pytest

from shared.consumer import skipping
from shared.consumer.reading import Reading
from shared.events.words import Role
from tests.eventpath.parking import head, outcome, poisoned, states, wished
from tests.eventpath.world import CLINIC, PART, World, read, scored
from tests.harness import Hand
from tests.kit import Issuer


WHY = {"reason": "its publisher wrote nonsense"}


@pytest.fixture
def second(issuer: Issuer) -> dict[str, str]:
    """Somebody else of operations."""
    return issuer.headers(uuid4(), Role.OPERATIONS, CLINIC)


async def asked(http: httpx.AsyncClient, item: UUID) -> str:
    answer = await http.post(f"/v1/parked/{item}/skip", json=WHY)
    assert answer.status_code == 202, answer.text
    wish_id: str = answer.json()["wish_id"]
    return wish_id


async def confirmed(
    http: httpx.AsyncClient, item: UUID, wish_id: str, who: dict[str, str]
) -> httpx.Response:
    path = f"/v1/parked/{item}/skip/confirm"
    return await http.post(path, json={"wish_id": wish_id}, headers=who)


async def skipped(
    http: httpx.AsyncClient, reading: Reading, item: UUID, who: dict[str, str]
) -> UUID:
    answer = await confirmed(http, item, await asked(http, item), who)
    assert answer.status_code == 202, answer.text
    await reading.tick()
    return UUID(answer.json()["wish_id"])


async def test_two_people_skip_one_event_and_what_waits_is_handed_on(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        item = await head(world)
        only(world, case, 2)
        wish_id = await asked(http, item)
        await reading.tick()
        assert await states(world) == ["blocking", "waiting"], "one person's word is not enough"
        [shown] = (await http.get("/v1/parked")).json()["items"]
        assert (shown["skip"]["wish_id"], shown["skip"]["reason"]) == (wish_id, WHY["reason"])
        assert (await confirmed(http, item, wish_id, {})).status_code == 409, "the same person"
        answer = await confirmed(http, item, wish_id, second)
        await reading.tick()
        assert await outcome(world, UUID(answer.json()["wish_id"])) == "skipped, 1 handed on"
        assert await world.values() == [1, 100, 3]
        await hand.publish(scored(case, 4))
        await read(reading)
    assert await world.values() == [1, 100, 3, 4]
    assert await states(world) == ["skipped", "done"]
    assert await world.rows("select from parked where state = 'skipped' and value is not null")
    assert (await http.get("/v1/parked")).json()["items"] == []
    [kept] = (await http.get("/v1/parked", params={"skipped": "true"})).json()["items"]
    assert (kept["state"], kept["skip"]["reason"]) == ("skipped", WHY["reason"])
    assert kept["skip"]["confirmed_by"] not in (None, kept["skip"]["by"])
    acts = await world.rows("select act, subject_id from audit order by number")
    assert [row["act"] for row in acts] == ["wish_ask_skip", "wish_skip", "consumer_skip"]
    assert acts[-1]["subject_id"] == item


def only(world: World, case: UUID, value: int) -> None:
    """Let this one event of the case fail for good, and no other."""
    error = world.failing.pop(case)

    async def fails(_: object, event: object) -> None:
        if event.total == value:  # type: ignore[attr-defined]
            raise error

    world.extra = fails


async def test_the_worker_itself_asks_for_two(world: World, hand: Hand) -> None:
    """Whatever the role that may write wishes wrote: nothing is skipped that nobody else asked."""
    async with world.reading() as reading:
        await poisoned(world, hand, reading)
        item = await head(world)
        alone = await wished(world, "skip", item)
        await reading.tick()
        own = await wished(world, "ask_skip", item)
        forged = await wished(world, "skip", item)
        await world.rows("update wish set confirms = $2 where wish_id = $1", forged, own)
        await reading.tick()
    assert await outcome(world, alone) == await outcome(world, forged) == skipping.ALONE
    assert await states(world) == ["blocking", "waiting"]


async def test_what_can_be_read_after_all_is_not_skipped(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    async with world.reading() as reading:
        await poisoned(world, hand, reading)
        world.failing.clear()
        item = await head(world)
        dry = await wished(world, "skip", item, dry=True)
        await reading.tick()
        assert await outcome(world, dry) == f"dry run: {skipping.READABLE}"
        wish = await skipped(http, reading, item, second)
        assert await outcome(world, wish) == skipping.READABLE
        assert await states(world) == ["blocking", "waiting"]
        await wished(world, "redrive", item)
        await reading.tick()
    assert await world.values() == [1, 100, 2, 3]


async def test_a_dry_run_needs_nobody_else_and_keeps_nothing(
    world: World, hand: Hand, http: httpx.AsyncClient
) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        only(world, case, 2)
        path = f"/v1/parked/{await head(world)}/skip"
        answer = await http.post(path, json=WHY | {"dry_run": True})
        await reading.tick()
    wish = UUID(answer.json()["wish_id"])
    assert await outcome(world, wish) == "dry run: skipped, 1 handed on"
    assert await states(world) == ["blocking", "waiting"]
    assert await world.values() == [1, 100]


async def test_one_is_skipped_and_the_next_that_fails_blocks_again(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        wish = await skipped(http, reading, await head(world), second)
        assert await outcome(world, wish) == "skipped, 0 handed on, then KeyError"
        assert await states(world) == ["skipped", "blocking"]
        world.failing.pop(case)
        await wished(world, "redrive", await head(world))
        await reading.tick()
    assert await world.values() == [1, 100, 3]


async def test_what_waits_is_never_skipped_and_twice_changes_nothing(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        rows = await world.rows("select parked_id from parked where state = 'waiting'")
        waiting = rows[0]["parked_id"]
        assert (await http.post(f"/v1/parked/{waiting}/skip", json=WHY)).status_code == 409
        dry = await wished(world, "skip", waiting, dry=True)
        await reading.tick()
        assert await outcome(world, dry) == f"dry run: {skipping.WAITS}"
        only(world, case, 2)
        item = await head(world)
        wish_id = await asked(http, item)
        assert (await http.post(f"/v1/parked/{item}/skip", json=WHY)).status_code == 409
        assert (await confirmed(http, item, wish_id, second)).status_code == 202
        assert (await confirmed(http, item, wish_id, second)).status_code == 409
        await reading.tick()
        again = await wished(world, "skip", item)
        await reading.tick()
        assert (await confirmed(http, item, wish_id, second)).status_code == 409
    assert await outcome(world, again) == "nothing to do"
    assert await world.values() == [1, 100, 3]


async def test_an_ask_holds_for_a_day(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    async with world.reading() as reading:
        await poisoned(world, hand, reading)
        item = await head(world)
        old = await asked(http, item)
        await world.rows("update wish set at = at - interval '25 hours'")
        assert (await http.get("/v1/parked")).json()["items"][0]["skip"] is None
        assert (await confirmed(http, item, old, second)).status_code == 409
        new = await asked(http, item)
        assert (await confirmed(http, item, old, second)).status_code == 409
        assert (await confirmed(http, item, new, second)).status_code == 202


@pytest.mark.parametrize("own", [True, False])
async def test_an_ask_is_taken_back_or_turned_down_and_can_be_made_again(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str], own: bool
) -> None:
    who = {} if own else second
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        only(world, case, 2)
        item = await head(world)
        old = await asked(http, item)
        path = f"/v1/parked/{item}/skip/withdraw"
        ended = await http.post(path, json={"wish_id": old}, headers=who)
        assert ended.status_code == 202, ended.text
        # At once, whatever the worker has done by then.
        assert (await http.get("/v1/parked")).json()["items"][0]["skip"] is None
        assert (await confirmed(http, item, old, second)).status_code == 409
        assert (await http.post(path, json={"wish_id": old}, headers=who)).status_code == 409
        await reading.tick()
        assert await outcome(world, UUID(old)) == await outcome(
            world, UUID(ended.json()["wish_id"])
        )
        assert await states(world) == ["blocking", "waiting"]
        wish = await skipped(http, reading, item, second)
        assert await outcome(world, wish) == "skipped, 1 handed on"
        assert (await http.post(path, json={"wish_id": old}, headers=who)).status_code == 409


async def test_a_confirmed_ask_is_not_withdrawn(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        only(world, case, 2)
        item = await head(world)
        wish_id = await asked(http, item)
        assert (await confirmed(http, item, wish_id, second)).status_code == 202
        answer = await http.post(f"/v1/parked/{item}/skip/withdraw", json={"wish_id": wish_id})
        assert answer.status_code == 409
        await reading.tick()
        assert await states(world) == ["skipped", "done"]
        assert await outcome(world, UUID(wish_id)) == "confirmed"


async def test_whoever_reads_everything_again_skips_it_again(
    world: World, hand: Hand, http: httpx.AsyncClient, second: dict[str, str]
) -> None:
    """Also where it could be read by then: it was said to count for nothing here."""
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        only(world, case, 2)
        await skipped(http, reading, await head(world), second)
    world.extra = None
    await world.rows("truncate effect")
    await world.rows("update consumed set next_offset = 0, last_sequence = 0, last_id = null")
    async with world.reading() as reading:
        reading.reader.seek(PART, 0)
        await read(reading)
    assert sorted(await world.values()) == [1, 3, 100]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATIONS])
@pytest.mark.parametrize("act", ["skip", "skip/confirm", "skip/withdraw"])
async def test_nobody_but_operations(
    http: httpx.AsyncClient, issuer: Issuer, role: Role, act: str
) -> None:
    headers = issuer.headers(uuid4(), role, CLINIC)
    answer = await http.post(f"/v1/parked/{uuid4()}/{act}", headers=headers, json={})
    assert answer.status_code == 403
