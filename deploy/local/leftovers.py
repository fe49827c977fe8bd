"""What a killed runner left behind is ended before anything new starts."""

import os
import signal
import time
from pathlib import Path

from deploy.local import records
from deploy.processes import alive, command


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


def _is_ours(pid: int, folder: Path) -> bool:
    """Numbers are given out again: only a command that we would have started is ours."""
    line = command(pid)
    return "deploy.run " in line or str(folder.resolve()) in line or "tidemark-" in line
