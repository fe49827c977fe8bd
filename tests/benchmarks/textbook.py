"""python -m tests.benchmarks.textbook NAME COMMIT_INTERVAL EVENTS [full]: a Faust table.

As its guide shows one: models, JSON, record by record, with our fold. Not how Tidemark does it: the
measure of what it gains, and the control of what it guards against. After so many events it prints
how long they took and ends; with 0 it goes on.
"""

import os
import sys
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import faust
from msgspec import convert, structs, to_builtins

from services.progress.domain.facts import CASE_FACTS
from services.progress.domain.fold import fold
from services.progress.domain.packed import micros
from services.progress.domain.rules import DEFAULTS
from services.progress.domain.state import Case
from shared.settings import Settings


class GoalEvent(faust.Record, serializer="json"):  # type: ignore[misc, call-arg]
    """What stands in the topic, as the guide declares it."""

    case_id: str | None = None
    clinic_id: str | None = None
    goal_id: str | None = None
    client_id: str | None = None
    kind: str | None = None
    owner: str | None = None
    target: int | None = None
    rating_id: str | None = None
    value: int | None = None
    rated_by: str | None = None
    rated_at: str | None = None


LIVED = (
    "intake.case_opened",
    "scheduling.attendance_recorded",
    "goals.goal_set",
    "goals.goal_rated",
    "goals.measure_completed",
)
FIELDS = [each.name for kind in LIVED for each in structs.fields(CASE_FACTS[kind])]
# The same for everything that can be in a case's life: one model, since it is one stream.
CaseEvent: Any = type(
    "CaseEvent",
    (faust.Record,),
    {"__annotations__": dict.fromkeys(FIELDS, Any), **dict.fromkeys(FIELDS)},
    serializer="json",
)


class Cause:
    """An event as the cause of what it does."""

    house = DEFAULTS

    def __init__(self, headers: dict[str, bytes], case_id: str) -> None:
        self.case_id = UUID(case_id).bytes
        self.event_id = UUID(headers["ce_id"].decode()).bytes
        self.at = micros(datetime.fromisoformat(headers["ce_time"].decode()))


def state_of(held: Any) -> Case:
    """A case as the table keeps it: JSON."""
    return convert(held, Case, str_keys=True)


def build(
    settings: Settings, name: str, commit_interval: float, events: int, full: bool = False
) -> Any:
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
        stream_wait_empty=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
    )
    topics = ("intake", "scheduling", "goals") if full else ("goals",)
    topic = app.topic(*topics, key_type=str, value_type=CaseEvent if full else GoalEvent)
    table = app.Table("cases", partitions=settings.partitions)
    seen: list[float] = []

    @app.agent(topic)  # type: ignore[untyped-decorator]
    async def keep(stream: Any) -> None:
        async for event in stream.events():
            said = event.value
            if said.case_id is None:
                continue  # a genesis record
            held = table.get(said.case_id)
            case = state_of(held) if held else Case(UUID(said.clinic_id).bytes)
            headers = dict(event.message.headers)
            told = {name: each for name, each in said.asdict().items() if each is not None}
            fact = convert(told, CASE_FACTS[headers["ce_type"].decode()])
            fold(case, fact, Cause(headers, said.case_id))
            table[said.case_id] = to_builtins(case, str_keys=True)
            seen.append(time.perf_counter())
            if events and len(seen) == events:
                print(seen[-1] - seen[0], flush=True)
                os._exit(0)

    return app


def main(name: str, commit_interval: str, events: str, mix: str = "") -> None:
    """Run the worker."""
    app = build(Settings(), name, float(commit_interval), int(events), mix == "full")
    faust.Worker(
        app, quiet=True, redirect_stdouts=False, override_logging=False, loglevel="warn"
    ).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])
