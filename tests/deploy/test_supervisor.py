"""Who dies comes back; what a killed runner left is ended; one folder has one runner."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest

from deploy import topology
from deploy.embedded import Leash, Postgres
from deploy.local import leftovers, records
from deploy.local.children import spawner
from deploy.local.controls import kill, reset, status
from deploy.local.place import Place, environment
from deploy.local.supervisor import CHANCES, Supervisor, Told
from deploy.ports import NotStarted, answers, free_ports
from deploy.processes import alive


SLEEPER = "import sys; print('up', flush=True); sys.stdin.read()"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "local")
    made.make()
    return made


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(place: Place, said: list[str]) -> Iterator[Supervisor]:
    with Leash() as leash:
        running = Supervisor(place, leash, said.append)
        yield running
        running.told = False
        running.stop()


def sleeper(script: str = SLEEPER) -> Callable[[], "subprocess.Popen[bytes]"]:
    def spawn() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )

    return spawn


def pid(place: Place, name: str) -> int:
    found: int = records.processes(place.folder)[name]["pid"]
    return found


def test_a_killed_process_comes_back_and_the_record_is_kept_true(
    place: Place, supervisor: Supervisor, said: list[str]
) -> None:
    supervisor.start("goals", sleeper())
    first = pid(place, "goals")
    kill(place.folder, "goals")
    supervisor.until(lambda: pid(place, "goals") != first, 10, "it did not come back")
    entry = records.processes(place.folder)["goals"]
    assert entry["restarts"] == 1
    assert alive(entry["pid"])
    assert said == ["goals ended (killed by signal 9) and is started again"]
    assert "restarts 1" in status(place.folder)


def test_one_that_dies_at_once_comes_back_more_and_more_slowly(
    supervisor: Supervisor, said: list[str]
) -> None:
    supervisor.starting = False
    supervisor.start("broken", sleeper("raise SystemExit(3)"))
    times: list[float] = []

    def died_four_times() -> bool:
        if len(said) > len(times):
            times.append(time.monotonic())
        return len(times) == 4

    supervisor.until(died_four_times, 20, "it lived")
    first, *_, last = (after - before for before, after in pairwise(times))
    assert last > first
    assert "exit 3" in said[0]


def test_one_that_never_starts_is_given_up_in_one_sentence(
    supervisor: Supervisor, place: Place
) -> None:
    (place.logs / "broken.log").write_text("first\nno such module\n")
    supervisor.start("broken", sleeper("raise SystemExit(3)"))
    with pytest.raises(NotStarted, match=r"broken does not start: no such module \(see .*log\)"):
        supervisor.until(lambda: False, 20, "never")


def test_a_port_that_was_taken_meanwhile_is_named(supervisor: Supervisor, place: Place) -> None:
    """Between our look and the process' own somebody may have had it lent."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        values = {**place.values, "port_base": str(port - topology.ISSUER_PORT)}
        command = ["deploy.run", "issuer", "--leashed"]
        spawn = spawner(place.logs / "issuer.log", command, environment(values))
        supervisor.start("issuer", spawn)
        with pytest.raises(NotStarted, match=rf"issuer does not start: port {port} cannot be had"):
            supervisor.until(lambda: False, 60, "never")


@pytest.fixture
def headless(supervisor: Supervisor, tmp_path: Path) -> Iterator[tuple[Postgres, int]]:
    """A PostgreSQL whose data nobody may open yet, and the process that holds it.

    As after a kill in the middle of its last checkpoint: the head is gone, a part goes on.
    """
    [port] = free_ports(1)
    server = Postgres(tmp_path / "data", port, tmp_path / "postgres.log", quick=True)
    head = server.start()
    try:
        part = asyncio.run(_checkpointer(server))
        os.kill(part, signal.SIGSTOP)
    finally:
        head.kill()
        head.wait()
    yield server, part
    with suppress(ProcessLookupError):
        os.kill(part, signal.SIGKILL)
    supervisor.stop()
    server.erase()


async def _checkpointer(server: Postgres) -> int:
    connection = await asyncpg.connect(server.admin_url)
    asked = "select pid from pg_stat_activity where backend_type = 'checkpointer'"
    found: int = await connection.fetchval(asked)
    await connection.close()
    return found


def test_a_killed_server_that_still_writes_is_waited_for(
    supervisor: Supervisor, said: list[str], headless: tuple[Postgres, int]
) -> None:
    server, part = headless
    supervisor.start("postgres", server.spawn, patience=30)
    supervisor.until(lambda: len(said) > CHANCES, 20, "it was not kept away")
    os.kill(part, signal.SIGCONT)
    supervisor.until(lambda: answers(server.port), 20, "it did not come up")
    assert said == ["postgres ended (exit 1) and is started again"] * len(said)


def test_control_without_patience_it_is_given_up(
    supervisor: Supervisor, headless: tuple[Postgres, int]
) -> None:
    server, _ = headless
    supervisor.start("postgres", server.spawn)
    with pytest.raises(NotStarted, match="postgres does not start"):
        supervisor.until(lambda: answers(server.port), 20, "it was not given up")


def test_being_told_ends_whatever_is_waited_for(supervisor: Supervisor) -> None:
    supervisor.told = True
    with pytest.raises(Told):
        supervisor.until(lambda: False, 10, "nothing")


def test_all_end_within_five_seconds_even_the_stubborn(
    place: Place, supervisor: Supervisor
) -> None:
    supervisor.start("goals", sleeper())
    supervisor.start("stubborn", sleeper(STUBBORN))
    pids = [pid(place, "goals"), pid(place, "stubborn")]
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 5
    assert not any(alive(each) for each in pids)


def test_what_a_killed_runner_left_is_ended(place: Place) -> None:
    folder = str(place.folder.resolve())
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", folder])
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        written = {"kafka": {"pid": left.pid}, "goals": {"pid": stranger.pid}}
        records.write_processes(place.folder, written)
        assert leftovers.clear(place.folder) == ["kafka"]
        assert left.wait(5) == -signal.SIGKILL
        assert stranger.poll() is None, "a number that was given out again is not ours"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_second_runner_is_told_where_the_first_one_is(place: Place) -> None:
    with records.only_runner(place.folder, place.web):
        with (
            pytest.raises(NotStarted, match="already running at http"),
            records.only_runner(place.folder, place.web),
        ):
            raise AssertionError("two runners in one folder")
        with pytest.raises(NotStarted, match="make stop first"):
            reset(place.folder)
    assert records.runner(place.folder) is None


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    records.write(file, {"web": "one"})
    held = file.open()
    records.write(file, {"web": "two"})
    assert json.load(held) == {"web": "one"}
    held.close()
    assert records.read(file) == {"web": "two"}


def test_a_child_ends_when_its_owner_does(place: Place) -> None:
    """Every process of ours is started with --leashed: its standard input is our life sign."""
    log = place.logs / "issuer.log"
    values = {**place.values, "port_base": "0"}
    child = spawner(log, ["deploy.run", "issuer", "--leashed"], environment(values))()
    assert child.stdin is not None
    child.stdin.close()
    child.wait(20)


def test_reset_keeps_downloads(place: Place) -> None:
    (place.folder / "downloads").mkdir()
    (place.folder / "secrets.json").write_text("{}")
    reset(place.folder)
    assert [each.name for each in place.folder.iterdir()] == ["downloads"]


def test_ports_move_together() -> None:
    assert set(Place().ports.values()) >= {8000, 8001, 8006, 8010, 19092, 19093, 15432}
    assert set(Place(base=9000).ports.values()) >= {9000, 9006, 9010, 9092, 9093, 9432}
