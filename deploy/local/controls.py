"""What can be done to a running system from another terminal."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from deploy.local import leftovers, records
from deploy.local.place import Place
from deploy.ports import NotStarted
from deploy.processes import alive


KEPT = {"downloads", "static", "browser"}
STOP_SECONDS = 15.0


def stop(folder: Path) -> None:
    """End the runner and with it everything; return when it is gone."""
    runner = records.runner(folder)
    if runner is None:
        leftovers.clear(folder)
        return
    os.kill(runner, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while alive(runner):
        if time.monotonic() > end:
            raise NotStarted(f"process {runner} does not end: kill -9 {runner}, then make stop")
        time.sleep(0.05)


def reset(folder: Path) -> None:
    """Remove all data; downloads stay."""
    if records.runner(folder) is not None:
        raise NotStarted("it is running: make stop first")
    leftovers.clear(folder)
    if not folder.exists():
        return
    postgres = Place(folder).postgres
    if postgres:
        postgres.erase()
    for each in folder.iterdir():
        if each.name in KEPT:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def status(folder: Path) -> str:
    """A table of the processes."""
    rows = [
        f"{name:<18} {entry['pid']:>8}  since {entry['started_at']}  "
        f"restarts {entry['restarts']:<3} {_life(entry['pid'])}"
        for name, entry in records.processes(folder).items()
    ]
    if not rows:
        raise NotStarted("nothing runs here: make run")
    demo = records.read(folder / "demo.json")
    return "\n".join([*rows, f"web: {demo['web']}" if demo else "still starting"])


def follow(folder: Path, service: str) -> None:
    """Show the end of a log, and what comes, until Ctrl-C."""
    logs = folder / "logs"
    if not (logs / f"{service}.log").exists():
        there = ", ".join(sorted(log.stem for log in logs.glob("*.log"))) or "none yet"
        raise NotStarted(f"say whose log with SERVICE=; there are: {there}")
    try:
        subprocess.run(["tail", "-n", "100", "-F", logs / f"{service}.log"], check=False)
    except KeyboardInterrupt:
        return


def kill(folder: Path, service: str) -> str:
    """kill -9; says who died."""
    running = records.processes(folder)
    if service not in running:
        there = ", ".join(running) or "none, since nothing runs"
        raise NotStarted(f"say which process with SERVICE=; there are: {there}")
    pid = running[service]["pid"]
    os.kill(pid, signal.SIGKILL)
    return f"killed {service} (process {pid}); make status shows it come back"


def _life(pid: int) -> str:
    return "running" if alive(pid) else "ended"
