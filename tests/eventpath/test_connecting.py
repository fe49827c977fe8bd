"""Connecting to Kafka: whoever is called off meanwhile leaves no client behind."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.kafka import KafkaBus


Connecting = Callable[[KafkaBus], Coroutine[Any, Any, object]]


@asynccontextmanager
async def silent_broker() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Its address, and the moment at which somebody called; it never answers."""
    called = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        while await reader.read(1_000):
            pass
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}", called


@pytest.mark.parametrize("connecting", [KafkaBus.reader, KafkaBus.sender])
async def test_whoever_is_called_off_while_connecting_leaves_no_client(
    connecting: Connecting,
) -> None:
    async with silent_broker() as (address, called):
        waiting = asyncio.create_task(connecting(KafkaBus(address)))
        await called.wait()
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            waiting.cancel()
            await asyncio.wait([waiting])
            assert waiting.cancelled()
            del waiting
            gc.collect()
    left = [str(each.message) for each in said if "AIOKafkaConnection" not in str(each.message)]
    assert left == []
