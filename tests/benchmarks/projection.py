"""The projection lane against its peers: a textbook Faust table, plain aiokafka, Kafka Streams.

Each peer has the same fold: the small one (goals and ratings), and the full one (a case as it is
lived, with all rules). Kafka Streams has the small one only, in Java.
"""

import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from shared.settings import Settings
from tests.benchmarks import streams
from tests.benchmarks.filling import filled
from tests.benchmarks.lanes import Lanes
from tests.benchmarks.mixes import FULL, PER_CASE, SMALL
from tests.benchmarks.sizes import sized
from tests.benchmarks.table import Row
from tests.kit import fresh_settings, service_database
from tests.servers import KafkaServer, PostgresServer


ROUNDS = 3
BLOCKS, CASES = 6, 2_000
AIM_TABLE = {SMALL: 20.0, FULL: 10.0}
AIM_PLAIN, AIM_STREAMS, AIM_STREAMS_FULL = 0.8, 1.5, 0.75
NO_JDK = "not run: no JDK"

Rates = dict[str, list[float]]


async def measure(postgres: PostgresServer, kafka: KafkaServer) -> list[Row]:
    """Events per second of the lane, and its ratios to each peer."""
    settings = fresh_settings(postgres, kafka=kafka.address)
    await service_database(settings, "progress")
    with tempfile.TemporaryDirectory() as folder:
        lanes = Lanes(settings, kafka, Path(folder))
        small = await _rates(lanes, settings, kafka, SMALL)
        full = await _rates(lanes, settings, kafka, FULL)
    return [
        *_rows(SMALL, small),
        *_rows(FULL, full),
        _streams("small fold against Kafka Streams", small, small, AIM_STREAMS),
        _streams("full fold against Kafka Streams' small", full, small, AIM_STREAMS_FULL),
    ]


async def _rates(lanes: Lanes, settings: Settings, kafka: KafkaServer, mix: str) -> Rates:
    """Rounds there and back, so that what drifts, drifts for all."""
    cases, rates = sized(CASES, 50), defaultdict[str, list[float]](list)
    records = await filled(settings, kafka, mix, BLOCKS, cases)
    peer = mix == SMALL and streams.compiler() is not None
    events, block = BLOCKS * cases * PER_CASE, cases * PER_CASE
    for _ in range(ROUNDS):
        for kind in ("stream", "plain", "table", "streams", "plain", "stream"):
            if kind == "table":  # one whole block: a table is slow
                rates[kind].append(block / await lanes.table(mix, block))
            elif kind != "streams":
                rates[kind].append(events / (await lanes.lane(kind, records)).seconds)
            elif peer:
                rates[kind].append(events / await lanes.streams(events))
    return rates


def _rows(mix: str, rates: Rates) -> list[Row]:
    ours = statistics.median(rates["stream"])
    return [
        Row(f"{mix} fold against {name}", ours, "events/s", *_against(rates, rates, peer), aim)
        for name, peer, aim in (
            ("a Faust table", "table", AIM_TABLE[mix]),
            ("plain aiokafka", "plain", AIM_PLAIN),
        )
    ]


def _streams(name: str, ours: Rates, theirs: Rates, aim: float) -> Row:
    figure = statistics.median(ours["stream"])
    if not theirs["streams"]:
        return Row(name, figure, "events/s", aim=aim, note=NO_JDK)
    return Row(name, figure, "events/s", *_against(ours, theirs, "streams"), aim)


def _against(ours: Rates, theirs: Rates, peer: str) -> tuple[float, float]:
    """The peer's rate, and the median of the rounds' ratios: each round has its own weather."""
    ratios = [a / b for a, b in zip(_rounds(ours["stream"]), _rounds(theirs[peer]), strict=True)]
    return statistics.median(theirs[peer]), statistics.median(ratios)


def _rounds(rates: list[float]) -> list[float]:
    """One figure a round, of one run or two."""
    runs = len(rates) // ROUNDS
    return [statistics.mean(rates[n : n + runs]) for n in range(0, len(rates), runs)]
