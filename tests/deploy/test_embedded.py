"""The embedded servers are the real thing, and end with their owner."""

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from deploy.embedded import Leash, Postgres
from deploy.embedded.jars import locked
from deploy.ports import answers, free_ports
from shared.bus import Message, Partition
from shared.kafka import KafkaBus
from tests.servers import KafkaServer, PostgresServer


async def test_postgres_asks_for_the_password(postgres: PostgresServer) -> None:
    address = urlsplit(postgres.admin_url)
    stranger = address._replace(netloc=f"postgres:wrong@{address.hostname}:{address.port}")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(urlunsplit(stranger))


def test_the_lock_of_a_killed_server_does_not_keep_the_next_one_away(tmp_path: Path) -> None:
    [port] = free_ports(1)
    server = Postgres(tmp_path / "data", port, tmp_path / "postgres.log", quick=True)
    try:
        server.prepare()
        # Its number was given out again, to us.
        (server.home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
        with Leash() as leash:
            leash.hold(server.start().pid)
            server.stop()
    finally:
        server.erase()


async def test_a_started_server_lets_us_in(tmp_path: Path) -> None:
    """Control: its port is open before that, and who goes by the port is turned away."""
    [port] = free_ports(1)
    server = Postgres(tmp_path / "data", port, tmp_path / "postgres.log", quick=True)
    server.prepare()
    go = _held_at_recovery(server)
    with Leash() as leash:
        try:
            starting = asyncio.create_task(asyncio.to_thread(server.start))
            async with asyncio.timeout(60):
                while not await asyncio.to_thread(answers, port):
                    assert not starting.done()
            with pytest.raises(asyncpg.CannotConnectNowError):
                await asyncpg.connect(server.admin_url)
            assert not starting.done()
            go.touch()
            leash.hold((await starting).pid)
            await (await asyncpg.connect(server.admin_url)).close()
        finally:
            go.touch()
            server.stop()
            server.erase()


def _held_at_recovery(server: Postgres) -> Path:
    """The server will go on starting until the file is there that is given back."""
    data, go = server.home / "data", server.home / "go"
    waiting = f"while [ ! -e {go} ]; do sleep 0.05; done; false"
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"restore_command = '{waiting}'\n")
    (data / "recovery.signal").touch()
    return go


async def test_a_fresh_database_is_empty_and_goes_away(postgres: PostgresServer) -> None:
    url = await postgres.create_database("experiment")
    connection = await asyncpg.connect(url)
    tables = await connection.fetchval(
        "select count(*) from information_schema.tables where table_schema = 'public'"
    )
    await connection.close()
    await postgres.drop_database(url)
    assert tables == 0


async def test_recreated_topics_are_empty(kafka: KafkaServer) -> None:
    await kafka.create_topics("embedded-test", partitions=2)
    sender = await KafkaBus(kafka.address).sender()
    await sender.send("embedded-test", [Message(0, b"key", b"value", [])])
    await sender.close()
    await kafka.recreate_topics("embedded-test", partitions=3)
    bus = KafkaBus(kafka.address)
    assert await bus.partitions("embedded-test") == 3
    reader = await bus.reader()
    parts = [Partition("embedded-test", number) for number in range(3)]
    assert await reader.ends(parts) == dict.fromkeys(parts, 0)
    await reader.close()


def test_a_truncated_jar_is_noticed(tmp_path: Path) -> None:
    jar = locked()[0]
    jar.path(tmp_path).parent.mkdir(parents=True)
    jar.path(tmp_path).write_bytes(b"PK")
    assert not jar.whole(tmp_path)
    assert jar._replace(sha256=hashlib.sha256(b"PK").hexdigest()).whole(tmp_path)


def test_the_leash_ends_processes_when_their_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert owner.stdout is not None
    child = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    end = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < end, "the child outlived its owner"
        time.sleep(0.05)


OWNER = """
import subprocess, time
from deploy.embedded import Leash
leash = Leash()
child = subprocess.Popen(["sleep", "60"])
leash.hold(child.pid)
print(child.pid, flush=True)
time.sleep(60)
"""


def _runs(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
