"""After an outage: a million events wait, of a hundred thousand cases. How fast, and how large?

The cases come in blocks of a thousand that move at the same time, so at the end a hundred times as
many cases stand in the database as at the first block, while as many move as then.
"""

import tempfile
from pathlib import Path

from tests.benchmarks.filling import filled
from tests.benchmarks.lanes import Lanes, Ran
from tests.benchmarks.mixes import FULL
from tests.benchmarks.sizes import sized
from tests.benchmarks.table import Row
from tests.kit import fresh_settings, service_database
from tests.servers import KafkaServer, PostgresServer


BLOCKS, CASES = 100, 1_000
MILLION = 1_000_000
MINUTE = 60.0
MEGABYTES = 400.0
FLAT, STEADY = 1.5, 1.1  # times the first cost, times the memory after the first third


async def measure(postgres: PostgresServer, kafka: KafkaServer) -> list[Row]:
    """One run over everything, looked at on its way."""
    settings = fresh_settings(postgres, kafka=kafka.address)
    await service_database(settings, "progress")
    records = await filled(settings, kafka, FULL, sized(BLOCKS, 10), CASES)
    with tempfile.TemporaryDirectory() as folder:
        ran = await Lanes(settings, kafka, Path(folder)).lane("stream", records)
    return rows(ran, records)


def rows(ran: Ran, records: int) -> list[Row]:
    """The figures of one run; where less is better, ratio is allowed ÷ seen."""
    a_million = ran.wall * MILLION / records
    largest = max(megabytes for _, _, megabytes in ran.marks)
    third = ran.marks[len(ran.marks) // 3][2]
    first, last = cost(ran, 0.1, 0.3), cost(ran, 0.8, 1.0)
    return [
        _less("catch-up, a million events", a_million, "s", MINUTE),
        _less("memory of the processor", largest, "MB", MEGABYTES),
        _less("memory, last to first third", ran.marks[-1][2] / third, "times", STEADY),
        _less("cost per event, last to first cases", last / first, "times", FLAT),
    ]


def cost(ran: Ran, begin: float, end: float) -> float:
    """Seconds per record between two parts of the way."""
    marks = ran.marks
    first = marks[int(begin * len(marks))]
    last = marks[min(len(marks), int(end * len(marks))) - 1]
    return (last[1] - first[1]) / (last[0] - first[0])


def _less(name: str, seen: float, unit: str, allowed: float) -> Row:
    return Row(name, seen, unit, allowed, allowed / seen, 1.0)
