"""Other processes of this machine: whether one lives, and what it is."""

import subprocess
from pathlib import Path


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
