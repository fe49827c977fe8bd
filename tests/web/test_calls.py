"""What web does when a service closes a connection on which it was asked, or never answers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.web.clients import Caller, connected
from services.web.problems import Away
from shared.settings import Settings


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Closing:
    """A server that answers once on each connection, and closes it when it is asked again."""

    def __init__(self) -> None:
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await self._request(reader)
        writer.write(ANSWER)
        await writer.drain()
        await self._request(reader)
        writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))


@pytest.fixture
def closing() -> Closing:
    return Closing()


@pytest.fixture
async def caller(closing: Closing) -> AsyncIterator[Caller]:
    """Somebody who has asked once, so that one connection is kept."""
    server = await asyncio.start_server(closing.serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, connected(Settings(service_url=address, web_waits=15.0)) as services:
        asking = Caller(services, "")
        await asking.get("goals", "/v1/goals")
        yield asking


async def test_a_question_is_asked_again_on_a_connection_that_is_open(
    closing: Closing, caller: Caller
) -> None:
    assert await caller.get("goals", "/v1/goals") == {}
    assert closing.connections == 2


async def test_an_act_with_its_key_is_sent_again(closing: Closing, caller: Caller) -> None:
    assert (await caller.act("goals", "/v1/goals", {"title": "T"}, key="once")).answer == {}
    assert closing.connections == 2


async def test_an_act_that_nothing_makes_happen_once_is_not_sent_again(
    closing: Closing, caller: Caller
) -> None:
    with pytest.raises(Away):
        await caller.act("goals", "/v1/goals", {"title": "T"})
    assert closing.connections == 1


async def test_who_did_not_answer_in_time_is_not_waited_for_again_at_once() -> None:
    """Else the parts of a page that come one after the other add up. Others are asked as ever."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        if b"/progress/" in asked[-1]:
            await reader.read()  # until the asker gives up
        writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, connected(Settings(service_url=address + "/{service}")) as services:
        caller = Caller(services, "")
        for _ in range(3):
            with pytest.raises(Away):
                await caller.get("progress", "/v1/flags", within=1.0)
        assert len(asked) == 1
        assert await caller.get("goals", "/v1/goals") == {}
        with pytest.raises(Away):
            await Caller(services, "").get("progress", "/v1/flags", within=1.0)
        assert len(asked) == 3, "another page asks for itself"
