"""web and one small upstream, both really served, for tests of what passes between them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from deploy import static
from services.web.main import app
from shared.settings import Settings


@asynccontextmanager
async def served(application: FastAPI) -> AsyncIterator[str]:
    """The address at which an application answers."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()


WAITS = 15.0  # times the usual: on a busy machine an answer is late, and nothing is away


def web(upstream: str, issuer: str = "http://issuer.test", waits: float = WAITS) -> FastAPI:
    """web whose services are all `upstream`, each below a folder of its own name."""
    modules = static.prepare(lambda _: None)
    return app(
        Settings(
            service_url=f"{upstream}/{{service}}",
            issuer_url=issuer,
            static_folder=modules,
            kafka="127.0.0.1:1",
            web_waits=waits,
        )
    )
