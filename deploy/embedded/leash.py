"""A shell that ends given processes when its owner is gone, however the owner ended."""

import subprocess
from types import TracebackType


# The last line read names everything alive. Both signals: Postgres ends quickly on INT,
# Java may have inherited INT as ignored and listens to TERM.
SCRIPT = """
while read -r line; do pids=$line; done
[ -n "$pids" ] || exit 0
kill -INT $pids; kill -TERM $pids; sleep 5; kill -KILL $pids
"""


class Leash:
    """Holds processes by a pipe: when this process dies, they are ended."""

    def __init__(self) -> None:
        self._pids: set[int] = set()
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def hold(self, pid: int) -> None:
        """End `pid` when this process ends."""
        self._pids.add(pid)
        self._tell()

    def release(self, pid: int) -> None:
        """`pid` has ended; its number may belong to somebody else soon."""
        self._pids.discard(pid)
        self._tell()

    def close(self) -> None:
        """Let everything go that was not released."""
        if self._shell.stdin is not None and not self._shell.stdin.closed:
            self._pids.clear()
            self._tell()
            self._shell.stdin.close()
        self._shell.wait()

    def _tell(self) -> None:
        if self._shell.stdin is not None:
            self._shell.stdin.write((" ".join(map(str, sorted(self._pids))) + "\n").encode())
            self._shell.stdin.flush()

    def __enter__(self) -> "Leash":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
