"""What a killed runner left behind is ended before anything new starts."""

import os
import signal
import subprocess
import time
from pathlib import Path

from deploy.local import records


def clear(folder: Path) -> list[str]:
    """End every process of an earlier run that still lives; the names of those there were."""
    left = {
        name: entry["pid"]
        for name, entry in records.processes(folder).items()
        if _is_ours(entry["pid"], folder)
    }
    for pid in left.values():
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 5
    while any(alive(pid) for pid in left.values()) and time.monotonic() < end:
        time.sleep(0.05)
    return sorted(left)


def alive(pid: int) -> bool:
    """Whether the process exists and is not just waiting to be buried."""
    return bool(command(pid))


def command(pid: int) -> str:
    """The command line of a living process, empty when there is none."""
    listed = Path(f"/proc/{pid}/cmdline")
    if listed.parent.parent.joinpath("self").exists():
        try:
            return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "" if "<defunct>" in asked.stdout else asked.stdout.strip()


def _is_ours(pid: int, folder: Path) -> bool:
    """Numbers are given out again: only a command that we would have started is ours."""
    line = command(pid)
    return "deploy.run " in line or str(folder.resolve()) in line or "tidemark-" in line
