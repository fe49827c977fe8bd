"""python -m tests.benchmarks.textbook: a Faust table as its guide shows, with our fold.

Not how Tidemark does it: the measure of what it gains, and the control of what it guards against.
`EVENTS` events make it print how long they took, then it ends; without, it goes on.
"""

import os
import sys
import time
from typing import Any

import faust

from services.progress.domain.fold import fold
from services.progress.domain.state import Case, decode, encode
from services.progress.projection.folding import Batch, gather
from shared.settings import Settings


def build(settings: Settings, name: str, commit_interval: float, events: int) -> Any:
    """The app: one agent, one table, record by record."""
    app = faust.App(
        name,
        broker=f"kafka://{settings.kafka}",
        store="memory://",
        datadir=str(settings.data_folder / "faust"),
        topic_partitions=settings.partitions,
        broker_commit_interval=commit_interval,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.5,
        consumer_group_instance_id="textbook",
        consumer_auto_offset_reset="earliest",
        key_serializer="raw",
        value_serializer="raw",
        stream_wait_empty=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
    )
    topic = app.topic("goals", key_type=bytes, value_type=bytes)
    table = app.Table("cases", partitions=settings.partitions, key_type=bytes, value_type=bytes)
    seen: list[float] = []

    @app.agent(topic)  # type: ignore[untyped-decorator]
    async def keep(stream: Any) -> None:
        async for event in stream.events():
            batch = Batch()
            gather([event.message], batch)
            for key, items in batch.keys.items():
                held = table.get(key)
                case = decode(held) if held else Case(items[0].fact.clinic_id.bytes)
                for item in items:
                    fold(case, item.fact, item)
                table[key] = encode(case)
                seen.append(time.perf_counter())
            if events and len(seen) == events:
                print(seen[-1] - seen[0], flush=True)
                os._exit(0)

    return app


def main(name: str, commit_interval: str, events: str) -> None:
    """Run the worker."""
    app = build(Settings(), name, float(commit_interval), int(events))
    faust.Worker(
        app, quiet=True, redirect_stdouts=False, override_logging=False, loglevel="warn"
    ).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])
