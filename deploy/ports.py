"""TCP ports on this machine: free ones, taken ones, ones that answer."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


HOST = "127.0.0.1"
LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")


class NotStarted(Exception):
    """A server did not come up; the message is one sentence for a person."""


def answers(port: int) -> bool:
    """Whether something accepts connections on the port."""
    try:
        socket.create_connection((HOST, port), 0.5).close()
    except OSError:
        return False
    return True


def taken(port: int) -> bool:
    """Whether we could not listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def lent() -> range:
    """The ports that the system lends to whoever connects: any of them may be taken at any time."""
    try:
        first, last = LENT.read_text().split()
    except OSError:  # not a Linux
        return range(49152, 65536)  # RFC 6335
    return range(int(first), int(last) + 1)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def wait_until_up(
    name: str,
    up: Callable[[], bool],
    process: subprocess.Popen[bytes],
    log: str,
    seconds: float = 90,
) -> None:
    """Return when the server is `up`; NotStarted when its process died or time is up."""
    end = time.monotonic() + seconds
    while not up():
        if process.poll() is not None:
            raise NotStarted(f"{name} ended at once (exit {process.returncode}): see {log}")
        if time.monotonic() > end:
            raise NotStarted(f"{name} was not up after {seconds:.0f} s: see {log}")
        time.sleep(0.05)
