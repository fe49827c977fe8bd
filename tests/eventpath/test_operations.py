"""What operators see and wish for over HTTP, in any service."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter

from shared import watermarks
from shared.clock import utcnow
from shared.events.words import Role
from shared.memory import MemoryBus
from shared.operations import OFTEN
from shared.service import Service
from tests.eventpath.parking import head, poisoned
from tests.eventpath.world import CLINIC, PUBLISHER, READER, World, read, scored
from tests.harness import Hand
from tests.kit import Issuer, client


async def items(http: httpx.AsyncClient, path: str, **query: object) -> list[dict[str, object]]:
    answer = await http.get(path, params={k: str(v) for k, v in query.items()})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["items"]
    return found


async def test_streams_say_what_runs_what_is_paused_and_what_is_down(
    world: World, http: httpx.AsyncClient
) -> None:
    assert await items(http, "/v1/streams") == []
    async with world.reading() as reading:
        [running] = await items(http, "/v1/streams")
        assert (running["consumer"], running["topic"]) == (READER, PUBLISHER)
        assert running["state"] == "running"
        answer = await http.post(f"/v1/consumers/{READER}/pause", json={"reason": "a look"})
        assert answer.status_code == 202
        await reading.tick()
        [paused] = await items(http, "/v1/streams")
        assert (paused["state"], paused["service"]) == ("paused", READER)
        assert (
            await http.post(f"/v1/consumers/{READER}/resume", json={"reason": "done"})
        ).is_success
        await reading.tick()
        assert (await items(http, "/v1/streams"))[0]["state"] == "running"
    await world.rows("update reading set beat_at = now() - interval '1 minute'")
    assert (await items(http, "/v1/streams"))[0]["state"] == "down"
    acts = await world.rows("select act from audit order by number")
    assert [row["act"] for row in acts] == [
        "wish_pause",
        "consumer_pause",
        "wish_resume",
        "consumer_resume",
    ]


async def test_a_reader_that_dies_again_and_again_does_not_run(
    world: World, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(OFTEN):
        monkeypatch.setattr(watermarks, "STARTED", utcnow() - timedelta(seconds=number))
        for _ in range(2):  # that the bus was away makes no other process
            async with world.reading():
                [found] = await items(http, "/v1/streams")
        assert found["starts_lately"] == number + 1
        assert found["state"] == ("restarting" if number + 1 == OFTEN else "running")
    [back] = await world.rows("select starts from reading")
    for shift, left in (("3 minutes", OFTEN), ("11 minutes", 0)):  # it stays up by now
        await world.rows(
            "update reading set starts = array(select at - $1::text::interval"
            " from unnest($2::timestamptz[]) as at)", shift, back["starts"],
        )  # fmt: skip
        [found] = await items(http, "/v1/streams")
        assert (found["state"], found["starts_lately"]) == ("running", left)


async def test_streams_say_how_much_is_not_sent_and_since_when(
    world: World, issuer: Issuer
) -> None:
    await world.publish(scored(), scored())
    async with client(Service(PUBLISHER, router=APIRouter()), world.settings, issuer) as calls:
        headers = issuer.headers(uuid4(), Role.OPERATIONS, CLINIC)
        [relay] = (await calls.get("/v1/streams", headers=headers)).json()["publishers"]
        assert (relay["service"], relay["topic"], relay["unsent"]) == (PUBLISHER, PUBLISHER, 2)
        assert relay["oldest_unsent_seconds"] > 0
        await world.moved()
        [relay] = (await calls.get("/v1/streams", headers=headers)).json()["publishers"]
        assert (relay["unsent"], relay["oldest_unsent_seconds"]) == (0, 0)


async def test_what_is_parked_is_shown_without_its_bytes_and_redriven(
    world: World, memory: MemoryBus, http: httpx.AsyncClient
) -> None:
    hand = await Hand(memory, PUBLISHER).begin()
    case = scored(partition=3)
    world.failing[case.case_id] = KeyError("a person's name")
    await hand.publish(case, scored(case.case_id))
    await hand.put((await hand.message(scored(partition=3), 9))._replace(headers=[]))
    async with world.reading() as reading:
        await read(reading)
        blocking, foreign = await items(http, "/v1/parked")
        assert blocking["key"] == str(case.case_id)
        assert (blocking["cause"], blocking["waiting"]) == ("KeyError", 1)
        assert (blocking["topic"], blocking["partition"], blocking["offset"]) == (PUBLISHER, 3, 1)
        assert blocking["type"] == "goals.measure_completed"
        assert (foreign["state"], foreign["cause"]) == ("foreign", "foreign")
        assert "person" not in json.dumps([blocking, foreign])
        path = f"/v1/parked/{blocking['parked_id']}/redrive"
        dry = await http.post(path, json={"reason": "look", "dry_run": True})
        assert dry.status_code == 202
        await reading.tick()
        shown = (await items(http, "/v1/parked"))[0]["outcome"]
        assert shown == "dry run: 0 handed on, then KeyError"
        world.failing.clear()
        wish = (await http.post(path, json={"reason": "mended"})).json()["wish_id"]
        await reading.tick()
        rows = await world.rows("select outcome from wish where wish_id = $1", UUID(wish))
        assert rows[0]["outcome"] == "2 handed on"
        assert [each["state"] for each in await items(http, "/v1/parked")] == ["foreign"]
        done = await items(http, "/v1/parked", done=True)
        assert [each["state"] for each in done] == ["done", "foreign", "done"]
        assert done[0]["outcome"] == "2 handed on"
        refused = await http.post(
            f"/v1/parked/{foreign['parked_id']}/redrive", json={"reason": "try"}
        )
        assert refused.status_code == 409
    assert len(await world.effects()) == 2


async def test_a_preview_needs_no_reason_and_what_is_not_answered_yet_is_said(
    world: World, hand: Hand, http: httpx.AsyncClient
) -> None:
    """Looking changes nothing; until the worker has answered, the outcome is of the try before."""
    async with world.reading() as reading:
        await poisoned(world, hand, reading)
        path = f"/v1/parked/{await head(world)}"
        for act in ("redrive", "skip"):
            refused = await http.post(f"{path}/{act}", json={})
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
            assert (await http.get(path)).json()["unanswered"] is None
            assert (await http.post(f"{path}/{act}", json={"dry_run": True})).status_code == 202
            [listed] = await items(http, "/v1/parked")
            assert listed == (await http.get(path)).json()
            waiting = listed["unanswered"]
            assert isinstance(waiting, dict)
            assert (waiting["act"], waiting["dry_run"]) == (act, True)
            await reading.tick()
        assert (await http.get(path)).json()["unanswered"] is None
        world.failing.clear()
        assert (await http.post(f"{path}/redrive", json={"reason": "mended"})).status_code == 202
        await reading.tick()
        done = (await http.get(path)).json()
        assert (done["state"], done["outcome"], done["unanswered"]) == ("done", "2 handed on", None)
    assert (await http.get(f"/v1/parked/{uuid4()}")).status_code == 404


async def test_parked_items_come_in_pages(
    world: World, memory: MemoryBus, http: httpx.AsyncClient
) -> None:
    hand = await Hand(memory, PUBLISHER).begin()
    for _ in range(3):
        await hand.put((await hand.message(scored(partition=3), 9))._replace(headers=[]))
    async with world.reading() as reading:
        await read(reading)
    first = (await http.get("/v1/parked", params={"limit": "2"})).json()
    assert len(first["items"]) == 2
    rest = (await http.get("/v1/parked", params={"limit": "2", "after": first["next"]})).json()
    assert (len(rest["items"]), rest["next"]) == (1, None)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (f"/v1/parked?after={2**63}", "after"),
        ("/v1/parked?after=-1", "after"),
        ("/v1/parked?after=%00", "after"),
        ("/v1/parked?%00=1", "query"),
        ("/v1/consumers/%00/pause", "consumer"),
    ],
)
async def test_an_address_that_means_nothing_is_refused_by_name(
    http: httpx.AsyncClient, path: str, named: str
) -> None:
    method, body = ("POST", {"reason": "x"}) if "pause" in path else ("GET", None)
    answer = await http.request(method, path, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [named]


CALLS = [
    ("GET", "/v1/streams"),
    ("GET", "/v1/parked"),
    ("POST", f"/v1/consumers/{READER}/pause"),
    ("POST", f"/v1/consumers/{READER}/resume"),
    ("POST", f"/v1/parked/{UUID(int=7)}/redrive"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATIONS])
async def test_nobody_but_operations(
    http: httpx.AsyncClient, issuer: Issuer, role: Role, method: str, path: str
) -> None:
    headers = issuer.headers(uuid4(), role, CLINIC)
    body = {"reason": "x"} if method == "POST" else None
    answer = await http.request(method, path, headers=headers, json=body)
    assert answer.status_code == 403


async def test_what_does_not_exist_is_404_and_a_wish_needs_a_reason(
    world: World, http: httpx.AsyncClient
) -> None:
    async with world.reading():
        pass
    unknown = await http.post("/v1/consumers/nobody/pause", json={"reason": "x"})
    assert unknown.status_code == 404
    assert (
        await http.post(f"/v1/parked/{uuid4()}/redrive", json={"reason": "x"})
    ).status_code == 404
    for body in ({}, {"reason": ""}, {"reason": "x", "why": "y"}):
        refused = await http.post(f"/v1/consumers/{READER}/pause", json=body)
        assert refused.status_code == 422
    assert not await world.rows("select 1 from wish")


async def test_what_a_reader_does_already_is_not_wished_for_again(
    world: World, http: httpx.AsyncClient
) -> None:
    async def wishes(act: str) -> object:
        answer = await http.post(f"/v1/consumers/{READER}/{act}", json={"reason": "x"})
        assert answer.status_code == 202
        return answer.json()["wish_id"]

    async with world.reading() as reading:
        assert await wishes("resume") is None, "it runs"
        assert await wishes("pause")
        await reading.tick()
        assert await wishes("pause") is None
        assert await wishes("resume")
        assert await wishes("pause"), "it is paused, but about to go on"
        assert await wishes("resume")
        await reading.tick()
        assert await wishes("resume") is None
    rows = await world.rows("select act from wish order by number")
    assert [row["act"] for row in rows] == ["pause", "resume", "pause", "resume"]


async def test_a_pause_is_taken_back_only_by_who_wished_for_it_last(
    world: World, http: httpx.AsyncClient, issuer: Issuer
) -> None:
    async with world.reading():
        pass
    other = issuer.headers(uuid4(), Role.OPERATIONS, CLINIC)

    async def wishes(act: str, who: dict[str, str] | None = None, **more: str) -> httpx.Response:
        body = {"reason": "x"} | more
        return await http.post(f"/v1/consumers/{READER}/{act}", json=body, headers=who)

    mine = (await wishes("pause")).json()["wish_id"]
    assert (await wishes("resume", other, undoes=mine)).status_code == 409
    assert (await wishes("resume", undoes=mine)).status_code == 202
    mine = (await wishes("pause")).json()["wish_id"]
    await wishes("resume", other)
    await wishes("pause", other)
    refused = await wishes("resume", undoes=mine)
    assert refused.status_code == 409
    assert "acted on it since; nothing was taken back" in refused.json()["detail"]
    rows = await world.rows("select act from wish order by number")
    assert [row["act"] for row in rows] == ["pause", "resume", "pause", "resume", "pause"]
