"""The relay against a raw idempotent producer: the same messages, in turns."""

import asyncio
import statistics
import time
from collections.abc import Sequence

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings
from tests.benchmarks.table import Row
from tests.harness import relaying
from tests.kit import fresh_settings, service_database
from tests.servers import KafkaServer, PostgresServer


PUBLISHER = "goals"
EVENTS, ROUNDS = 40_000, 5
AIM = 0.6
FILL = """
insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
select md5(n::text)::uuid::text, gen_random_uuid(), 'goals.goal_rated', md5((n % 40)::text)::uuid,
    convert_to(rpad('{"value":5', 300, ' ') || '}', 'UTF8'), '{"traceparent": "00-0-0-01"}', now()
from generate_series(1, $1::int) as n
"""


async def measure(postgres: PostgresServer, kafka: KafkaServer) -> list[Row]:
    """Events per second of both, and the median of the rounds' ratios."""
    settings = fresh_settings(postgres, kafka=kafka.address)
    await service_database(settings, PUBLISHER)
    await kafka.recreate_topics(PUBLISHER, "raw")
    await create_topics(settings)
    relayed, raw = [], []
    for round_ in range(ROUNDS):
        await _fill(settings)
        pair = [_relay(settings), _raw(settings)]
        order = (0, 1) if round_ % 2 == 0 else (1, 0)
        seconds = {which: await pair[which] for which in order}
        relayed.append(EVENTS / seconds[0])
        raw.append(EVENTS / seconds[1])
    ratio = statistics.median(a / b for a, b in zip(relayed, raw, strict=True))
    figure, baseline = statistics.median(relayed), statistics.median(raw)
    return [Row("relay, outbox to acknowledged", figure, "events/s", baseline, ratio, AIM)]


async def _fill(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database(PUBLISHER, "owner"))
    await connection.execute("truncate outbox")
    await connection.execute(FILL, EVENTS)
    await connection.execute("analyze outbox")
    await connection.close()


async def _relay(settings: Settings) -> float:
    async with relaying(KafkaBus(settings.kafka), settings, PUBLISHER) as turn:
        await turn.begin()
        started = time.perf_counter()
        while await turn.step():
            pass
        return time.perf_counter() - started


async def _raw(settings: Settings) -> float:
    """What the library does when it is only told to send: same sizes, same headers, same keys."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        enable_idempotence=True,
        compression_type="lz4",
        linger_ms=5,
        max_batch_size=256 * 1024,
    )
    await producer.start()
    value = b'{"value":5'.ljust(300) + b"}"
    headers = _headers()
    started = time.perf_counter()
    for _ in range(0, EVENTS, 5_000):
        sent = [
            await producer.send("raw", value, key=str(n).rjust(36).encode(), headers=headers)
            for n in range(5_000)
        ]
        await asyncio.gather(*sent)
    seconds = time.perf_counter() - started
    await producer.stop()
    return seconds


def _headers() -> Sequence[tuple[str, bytes]]:
    names = "sequence incarnation source id type time specversion subject partitionkey clinicid"
    return [(f"ce_{name}", b"x" * 24) for name in names.split()] + [("traceparent", b"y" * 55)]
