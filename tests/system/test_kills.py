"""kill -9 at any process: it comes back, nothing is lost, nothing happens twice."""

import asyncio
import os
import signal
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.local import records
from deploy.processes import alive, command
from tests.system.cases import open_case, progress, rate, set_goal
from tests.system.running import System, free_base, runner, until


pytestmark = pytest.mark.system


@dataclass
class Ledger:
    """What was answered 201, kept by whoever asked: the log's own view proves nothing."""

    goals: dict[str, str] = field(default_factory=dict)  # case → goal
    ratings: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))


async def test_nothing_is_lost_and_nothing_doubled(system: System) -> None:
    ledger, stop = Ledger(), asyncio.Event()
    cases = [await open_case(system) for _ in range(4)]
    for case in cases:
        ledger.goals[case["case_id"]] = await set_goal(system, case, "resilience")
    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(_keep_rating(system, case, ledger, stop))
        group.create_task(_kill_everything_once(system, stop))
    for case in cases:
        goal = ledger.goals[case["case_id"]]
        await until(_shows(system, case, ledger.ratings[goal]), 60, "what the ledger says")


async def _keep_rating(
    system: System, case: dict[str, Any], ledger: Ledger, stop: asyncio.Event
) -> None:
    goal, value = ledger.goals[case["case_id"]], 0
    while not stop.is_set():
        value = (value + 3) % 11
        ledger.ratings[goal].append((await rate(system, case, goal, value), value))


async def _kill_everything_once(system: System, stop: asyncio.Event) -> None:
    """One process after the other; the next one when the last one is back."""
    try:
        for name in system.processes():
            entry = await until(_living(system, name), 30, f"{name} lives")
            os.kill(entry["pid"], signal.SIGKILL)
            await until(_living(system, name, entry["restarts"] + 1), 30, f"{name} is back")
    finally:
        stop.set()


def _living(system: System, name: str, restarts: int = 0) -> Any:
    """A question: the process's entry once it lives, after so many restarts at least."""

    async def asked() -> dict[str, Any] | None:
        entry = system.processes()[name]
        there = entry["restarts"] >= restarts and alive(entry["pid"])
        return entry if there else None

    return asked


def _shows(system: System, case: dict[str, Any], facts: list[tuple[str, int]]) -> Any:
    async def asked() -> bool:
        [goal] = (await progress(system, case))["goals"]
        shown = [(point["rating_id"], point["value"]) for point in goal["points"]]
        return shown == facts

    return asked


def test_a_killed_runner_takes_all_with_it_and_the_next_start_is_clean(tmp_path: Path) -> None:
    folder, base = tmp_path / "local", free_base()
    with runner(folder, base) as first:
        left = {entry["pid"] for entry in records.processes(folder).values()}
        first.kill()
        first.wait()
    with runner(folder, base):
        assert not {pid for pid in left if str(folder) in command(pid)}
        assert left.isdisjoint(entry["pid"] for entry in records.processes(folder).values())
