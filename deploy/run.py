"""python -m deploy.run SERVICE [api|worker|both|migrate]: every process of Tidemark, one image."""

import argparse
import asyncio
import contextlib
import importlib
import inspect
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Coroutine, Generator
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI

from deploy import topology
from shared import health, log
from shared.service import Service
from shared.settings import Settings


ROLES = ("api", "worker", "both", "migrate")
GRACE = 3  # seconds between being told to end and being cut off


class PortTaken(Exception):
    """Nobody could reach us; the message is one sentence for whoever starts us."""


class Server(uvicorn.Server):
    """A server that leaves signals to us: both roles must end in order, not just the HTTP side."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Nothing: see `_run`."""
        yield


def main(arguments: list[str] | None = None) -> None:
    """Run one process until it is told to end, or its owner's pipe closes."""
    given = _parsed(arguments)
    settings = Settings()
    log.configure(given.service, given.role)
    if given.leashed:
        end_with_owner()
    if given.role == "migrate":
        migrate = importlib.import_module("deploy.migrations").migrate_one
        asyncio.run(migrate(given.service, settings))
    elif given.service == "progress" and given.role == "worker":
        _run_stream(settings)
    else:
        uvloop.run(_run(given.service, given.role, settings))


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    names = [*(part.name for part in topology.PARTS), "keyring", "issuer"]
    parser = argparse.ArgumentParser(prog="python -m deploy.run", description=__doc__)
    parser.add_argument("service", choices=names)
    parser.add_argument("role", choices=ROLES, nargs="?", default="both")
    parser.add_argument("--leashed", action="store_true", help="end when standard input closes")
    given = parser.parse_args(arguments)
    if given.service in {"web", "issuer"}:
        given.role = "api"
    return given


async def _run(name: str, role: str, settings: Settings) -> None:
    """The roles of one service in one loop; when one fails, the process ends with it."""
    wake, told = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told.set)
    failed: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as group:
            if role in {"api", "both"}:
                app = _app(name, settings, wake)
                group.create_task(serve(app, settings.ports[name], settings, told))
            if role in {"worker", "both"}:
                worker = _service(name).worker(settings, wake, told)
                group.create_task(_work(worker, settings.data_folder / f"{name}.alive", told))
    except* (SystemExit, Exception) as errors:
        failed += errors.exceptions
    _end(failed)


def _end(failed: list[BaseException]) -> None:
    """End the process when something failed; a port that was taken is said in its one sentence.

    Raised within `except*` it would come out of Python 3.11.2 as a group, with a traceback.
    """
    for error in failed:
        if isinstance(error, PortTaken):
            sys.exit(str(error))
        log.log.error("process_failed", exc_info=error)
    if failed:
        sys.exit(1)


async def serve(app: FastAPI, port: int, settings: Settings, told: asyncio.Event) -> None:
    """Serve HTTP until told to end; open streams are cut after two seconds."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE - 1,
        lifespan="on",
    )
    server = Server(config)
    serving = asyncio.ensure_future(server.serve([_listening(settings.host, port)]))
    telling = asyncio.ensure_future(told.wait())
    await asyncio.wait([serving, telling], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    telling.cancel()
    await serving
    told.set()


def _listening(host: str, port: int) -> socket.socket:
    """Ours to close: uvicorn, which opens it otherwise, ends without a word when it cannot."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortTaken(f"port {port} cannot be had: {os.strerror(error.errno or 0)}") from error


async def _work(worker: Coroutine[Any, Any, None], alive: Path, told: asyncio.Event) -> None:
    """Work until told to end; one that ends by itself, or cannot end, ends the process."""
    working, telling = asyncio.ensure_future(worker), asyncio.ensure_future(told.wait())
    beating = asyncio.ensure_future(health.beat(alive))
    await asyncio.wait([working, telling, beating], return_when=asyncio.FIRST_COMPLETED)
    telling.cancel()
    beating.cancel()
    if told.is_set():
        await asyncio.wait([working], timeout=GRACE)
        working.cancel()
    if not told.is_set():
        _die(working)
    with contextlib.suppress(asyncio.CancelledError):
        await working


def _die(ended: "asyncio.Future[None]") -> None:
    """End at once. An end in order would answer what is under way with 500, which nobody may take
    for "ask again"; a broken connection is what a kill looks like, and is answered with 503."""
    failed = ended.done() and not ended.cancelled() and ended.exception()
    for error in failed.exceptions if isinstance(failed, ExceptionGroup) else [failed]:
        log.log.error("process_failed", **({"exc_info": error} if error else {}))
    os._exit(1)


def end_with_owner() -> None:
    """End in order when standard input closes, which it does however the owner ended."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(4)
        os._exit(1)

    threading.Thread(target=watch, name="leash", daemon=True).start()


def _service(name: str) -> Service:
    found: Service = importlib.import_module(f"services.{name}.main").service
    return found


def _app(name: str, settings: Settings, wake: asyncio.Event) -> FastAPI:
    """Imported by name: a process loads nothing that it does not run."""
    app: FastAPI
    if name == "issuer":
        app = importlib.import_module("deploy.issuer").api(settings)
    elif name == "web":
        app = importlib.import_module("services.web.main").app(settings)
    else:
        app = _service(name).api(settings, wake)
    return app


def _run_stream(settings: Settings) -> None:
    ended = importlib.import_module("services.progress.stream").main(settings)
    if inspect.iscoroutine(ended):
        uvloop.run(ended)


if __name__ == "__main__":
    main()
