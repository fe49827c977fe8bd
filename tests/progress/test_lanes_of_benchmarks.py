"""What `make bench` measures ends by itself: each lane folds all that lies there, and counts it."""

from pathlib import Path

import asyncpg
import pytest

from tests.benchmarks.filling import filled
from tests.benchmarks.lanes import Lanes
from tests.benchmarks.mixes import FULL, PER_CASE
from tests.kit import fresh_settings, service_database
from tests.servers import KafkaServer, PostgresServer


CASES = 20


@pytest.mark.parametrize("kind", ["stream", "plain"])
async def test_a_lane_folds_all_that_lies_there_and_ends(
    kind: str, postgres: PostgresServer, kafka: KafkaServer, tmp_path: Path
) -> None:
    settings = fresh_settings(postgres, kafka=kafka.address)
    await service_database(settings, "progress")
    records = await filled(settings, kafka, FULL, 1, CASES)
    ran = await Lanes(settings, kafka, tmp_path).lane(kind, records)
    reached, _, _ = ran.marks[-1]
    assert reached == records > CASES * PER_CASE
    connection = await asyncpg.connect(settings.database("progress", "owner"))
    held = await connection.fetchval("select count(*) from progress_v1.case_state")
    await connection.close()
    assert held == CASES
