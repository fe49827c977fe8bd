"""A running system and a careful client of it: the same key until a definite answer comes."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from deploy.environment import PROJECT
from deploy.local import records
from deploy.local.place import Place
from deploy.ports import taken


Answer = TypeVar("Answer")
TRANSIENT = {429, 502, 503, 504}
NOT_YET = 10.0  # seconds that a 404 with Retry-After may mean "not heard of yet"
START_SECONDS = 240.0
END_SECONDS = 10.0  # five where nothing else runs; the machine of a test run may be busy


@dataclass(frozen=True)
class System:
    """Addresses, people and processes of a running system."""

    folder: Path
    demo: dict[str, Any]
    http: httpx.AsyncClient

    def person(self, role: str, clinic_id: str | None = None) -> dict[str, Any]:
        """The first of the staff with this role, in the partner's clinic unless said otherwise."""
        wanted = (role, clinic_id or self.demo["partner"]["clinic_id"])
        found = [each for each in self.demo["staff"] if (each["role"], each["clinic_id"]) == wanted]
        person: dict[str, Any] = found[0]
        return person

    def processes(self) -> dict[str, dict[str, Any]]:
        """Every process that may be killed."""
        return records.processes(self.folder)

    async def partner_token(self) -> str:
        """A fresh token for the referring system."""
        partner = self.demo["partner"]
        form = {key: partner[key] for key in ("client_id", "client_secret")}
        form["grant_type"] = "client_credentials"
        token: str = (await self.http.post(partner["token_url"], data=form)).json()["access_token"]
        return token

    async def call(
        self, method: str, path: str, token: str, body: Any = None, key: str = ""
    ) -> httpx.Response:
        """One call, one answer; `path` as goals/v1/goals."""
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["Idempotency-Key"] = key
        return await self.http.request(method, f"/api/{path}", headers=headers, json=body)

    async def get(self, path: str, token: str, **query: str) -> Any:
        """The answer's content."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.http.get(f"/api/{path}", headers=headers, params=query)
        answer.raise_for_status()
        return answer.json()

    async def post(self, path: str, token: str, body: Any, patience: float = 60) -> Any:
        """The content of a definite answer in the 200s, however often it takes to get one."""
        key, end, not_yet = str(uuid4()), time.monotonic() + patience, time.monotonic() + NOT_YET
        while True:
            answer = await self._definite(path, token, body, key, not_yet)
            if answer is not None:
                assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
                return answer.json()
            assert time.monotonic() < end, f"{path}: no definite answer in {patience} s"
            await asyncio.sleep(0.1)

    async def _definite(
        self, path: str, token: str, body: Any, key: str, not_yet: float
    ) -> httpx.Response | None:
        try:
            answer = await self.call("POST", path, token, body, key)
        except httpx.TransportError:
            return None
        if answer.status_code in TRANSIENT:
            return None
        if answer.status_code == 404 and "retry-after" in answer.headers:
            return answer if time.monotonic() > not_yet else None
        return answer


async def until(question: Callable[[], Awaitable[Answer]], seconds: float, what: str) -> Answer:
    """The first true answer; a failure, naming what did not come, when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        try:
            if answer := await question():
                return answer
        except httpx.HTTPError:
            pass
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        await asyncio.sleep(0.05)


@contextmanager
def runner(folder: Path, base: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`make run` in a folder of its own; at the end Ctrl-C, which has to be enough."""
    log = folder.with_suffix(".log")
    (folder / "demo.json").unlink(missing_ok=True)  # what a killed runner said is no sign of life
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "--folder", folder, "run", "--port", str(base)],
            cwd=PROJECT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(folder, process, log)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(END_SECONDS)


def wait_until_ready(folder: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when demo.json says that everything is up."""
    end = time.monotonic() + START_SECONDS
    while not (folder / "demo.json").exists():
        assert process.poll() is None, f"the runner ended: {log.read_text()}"
        assert time.monotonic() < end, f"not ready: {log.read_text()}"
        time.sleep(0.1)


def free_base() -> int:
    """A port base at which everything is free."""
    for base in range(23000, 30000, 1000):
        if not any(map(taken, Place(base=base).ports.values())):
            return base
    raise AssertionError("no free set of ports")


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[System]:
    """A client of the system whose demo.json lies in the folder."""
    demo = json.loads((folder / "demo.json").read_text())
    async with httpx.AsyncClient(base_url=demo["web"], timeout=20) as http:
        yield System(folder, demo, http)
