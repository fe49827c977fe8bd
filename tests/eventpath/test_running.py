"""Relay and reader as they run in a worker, over real Kafka: stand-by, absence, lag, freshness."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest

from shared import consumer, health, relay
from shared.bus import Away, Bus
from shared.kafka import KafkaBus, create_topics
from shared.kafka.lag import Behind, Lag
from shared.settings import Settings
from tests.eventpath.parking import wished
from tests.eventpath.world import PUBLISHER, READER, World, scored, until
from tests.kit import only_read


@asynccontextmanager
async def relaying(world: World, bus: Bus | None = None) -> AsyncIterator[asyncio.Event]:
    """A relay as a worker runs it; the event wakes it."""
    wake, stop = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(relay.run(bus or world.bus, world.settings, PUBLISHER, wake, stop))
    try:
        yield wake
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)
        health.going("relay")


@asynccontextmanager
async def reading(world: World) -> AsyncIterator[None]:
    """A reader as a worker runs it."""
    stop = asyncio.Event()
    task = asyncio.create_task(
        consumer.run(world.bus, world.settings, READER, world.consumer, stop)
    )
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)
        health.going("reader")


async def arrived(world: World, count: int) -> None:
    async def there() -> bool:
        return len(await world.effects()) >= count

    await until(there)


async def test_what_is_published_arrives_once_and_in_order(kafka_world: World) -> None:
    cases = [uuid4() for _ in range(7)]
    async with relaying(kafka_world) as wake, reading(kafka_world):
        for value in range(30):
            await kafka_world.publish(*(scored(case, value) for case in cases))
            wake.set()
        await arrived(kafka_world, 210)
    for case in cases:
        found = await kafka_world.rows(
            "select value from effect where key = $1 order by number", str(case)
        )
        assert [row["value"] for row in found] == list(range(30))


async def test_a_second_relay_and_a_second_reader_take_over(kafka_world: World) -> None:
    async with relaying(kafka_world), reading(kafka_world):
        first_relay, first_reader = relaying(kafka_world), reading(kafka_world)
        await kafka_world.publish(scored(value=1))
        await arrived(kafka_world, 1)
        await first_relay.__aenter__()
        await first_reader.__aenter__()
    try:
        await kafka_world.publish(scored(value=2))
        await arrived(kafka_world, 2)
    finally:
        await first_relay.__aexit__(None, None, None)
        await first_reader.__aexit__(None, None, None)
    assert await kafka_world.values() == [1, 2]


async def test_without_a_broker_publishing_goes_on_and_readiness_names_it(
    kafka_world: World, unused_tcp_port: int
) -> None:
    nowhere = KafkaBus(f"127.0.0.1:{unused_tcp_port}")
    async with relaying(kafka_world, nowhere):
        await kafka_world.publish(scored(value=1))
        await until(lambda: "Kafka" in health.problems().get("relay", ""))
    async with relaying(kafka_world), reading(kafka_world):
        await arrived(kafka_world, 1)
        await until(lambda: "relay" not in health.problems())


async def test_a_cut_session_begins_another_turn(kafka_world: World) -> None:
    async with relaying(kafka_world), reading(kafka_world):
        await kafka_world.publish(scored(value=1))
        await arrived(kafka_world, 1)
        for database in (PUBLISHER, READER):
            await _terminate(kafka_world, database)
        await kafka_world.publish(scored(value=2))
        await arrived(kafka_world, 2)
    assert await kafka_world.values() == [1, 2]


async def _terminate(world: World, database: str) -> None:
    """End the sessions of relay and reader, as the role that owns them may."""
    connection = await asyncpg.connect(world.settings.database(database, "worker"))
    try:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user"
            " and application_name like 'tidemark%'"
        )
    finally:
        await connection.close()


async def test_a_database_that_only_reads_is_waited_for(kafka_world: World) -> None:
    """Also by those who begin on it: nothing is set aside, and nobody ends."""
    case_id = uuid4()
    await kafka_world.publish(scored(case_id, 1))
    settings = kafka_world.settings
    nowhere = only_read(settings, PUBLISHER), only_read(settings, READER)
    async with nowhere[0], nowhere[1], relaying(kafka_world), reading(kafka_world):

        async def both_wait() -> bool:
            said = health.problems()
            return all("ReadOnly" in said.get(part, "") for part in ("relay", "reader"))

        await until(both_wait)
    async with relaying(kafka_world), reading(kafka_world):
        await arrived(kafka_world, 1)
        async with only_read(settings, READER):
            await kafka_world.publish(scored(case_id, 2))

            async def waits() -> bool:
                return "ReadOnly" in health.problems().get("reader", "")

            await until(waits)
            assert len(await kafka_world.effects()) == 1
        await arrived(kafka_world, 2)
    assert not await kafka_world.rows("select 1 from parked")


async def test_lag_is_counted_from_kafka_alone_also_for_the_dead(kafka_world: World) -> None:
    case = uuid4()
    lag = Lag(kafka_world.settings.kafka, 12)
    groups = {READER: [PUBLISHER], "nobody": [PUBLISHER]}

    async def behind(consumer_name: str) -> Behind:
        found = await lag.count(groups)
        return next(each for each in found if each.consumer == consumer_name)

    async def level() -> bool:
        return (await behind(READER)).lag_events == 0

    try:
        async with relaying(kafka_world):
            async with reading(kafka_world):
                await kafka_world.publish(scored(case, 1), scored(case, 2), scored())
                await arrived(kafka_world, 3)
                await until(level)
                await wished(kafka_world, "pause")

                async def is_paused() -> bool:
                    paused = "select 1 from consumed where paused_since is not null"
                    return bool(await kafka_world.rows(paused))

                await until(is_paused)
            await kafka_world.publish(scored(case, 3), scored(case, 4), scored())

            async def three() -> bool:
                return (await behind(READER)).lag_events == 3

            await until(three)
            dead = await behind(READER)
            assert dead.cases_waiting == 2
            assert dead.lag_seconds > 0
            never = await behind("nobody")
            assert (never.lag_events, never.cases_waiting) == (6, 3)
            await wished(kafka_world, "resume")
            async with reading(kafka_world):
                await until(level)
    finally:
        await lag.close()


async def test_lag_of_a_broker_that_is_away_is_not_known(unused_tcp_port: int) -> None:
    lag = Lag(f"127.0.0.1:{unused_tcp_port}", 12)
    with pytest.raises(Away):
        await lag.count({READER: [PUBLISHER]})
    await lag.close()


async def test_topics_are_made_once_and_kept_for_ever(kafka_settings: Settings) -> None:
    await create_topics(kafka_settings)
    bus = KafkaBus(kafka_settings.kafka)
    assert await bus.partitions("intake") == 12
    assert await bus.partitions("watermarks") == 1
