"""Child processes of the runner: how one is started, and how it says that it is well."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.environment import PROJECT, inherited
from deploy.local.supervisor import Spawn
from deploy.ports import HOST


def spawner(log: Path, arguments: list[str], values: dict[str, str]) -> Spawn:
    """A function that starts `python -m …` with its output in a log and us on its stdin."""

    def spawn() -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=inherited(**values),
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C is ours to pass on, in order
            )

    return spawn


def ready(port: int) -> Callable[[], bool]:
    """A question: does the API on this port say that it is ready?"""

    def asked() -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=1) as said:
                return bool(said.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return asked
