"""What a running system writes down: its processes, its demo, and who runs it."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.ports import NotStarted


def write(file: Path, content: Any) -> None:
    """Replace the file in one rename: a reader sees the old one or the new one, whole."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    partial.write_text(json.dumps(content, indent=1, default=str))
    partial.chmod(0o600)
    partial.replace(file)


def read(file: Path) -> Any:
    """The content, or an empty mapping when nothing runs or ever ran."""
    try:
        return json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def processes(folder: Path) -> dict[str, dict[str, Any]]:
    """Every process that may be killed, as the runner last wrote it."""
    found: dict[str, dict[str, Any]] = read(folder / "processes.json")
    return found


def write_processes(folder: Path, content: Mapping[str, Mapping[str, object]]) -> None:
    """Say which processes there are now."""
    write(folder / "processes.json", content)


def forget(folder: Path) -> None:
    """Nothing runs any more."""
    for name in ("processes.json", "demo.json"):
        (folder / name).unlink(missing_ok=True)


@contextmanager
def only_runner(folder: Path, web: str) -> Iterator[None]:
    """Hold the folder for this process; NotStarted when another runner holds it."""
    with (folder / "runner.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise NotStarted(_already(lock.read())) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} {web}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def runner(folder: Path) -> int | None:
    """The process that runs this folder's system, or None."""
    try:
        with (folder / "runner.lock").open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return int(lock.read().split()[0])
    except FileNotFoundError:
        pass
    return None


def last_line(log: Path) -> str:
    """What a process said last."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else "it said nothing"


def _already(said: str) -> str:
    pid, _, web = said.partition(" ")
    return f"already running at {web or 'an unknown address'} (process {pid}): make stop ends it"
