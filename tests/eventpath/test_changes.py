"""The live changes: what a worker tells, who hears it, and for how long."""

import asyncio
import json
import math
import time
from uuid import uuid4

import httpx
import pytest

from shared import changes
from shared.auth import LEEWAY, Actor
from shared.changes import Listener, Teller, compact
from shared.events.words import Role
from shared.hearing import EVERYTHING, heard
from tests.eventpath.world import CLINIC, READER, World
from tests.kit import Issuer


RATED, FLAG = "goals.goal_rated", "progress.flag_raised"


def someone(role: Role) -> Actor:
    return Actor("somebody", frozenset({role}), frozenset({CLINIC}), until=math.inf)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER])
def test_of_what_one_may_not_read_one_hears_nothing(role: Role) -> None:
    """Nor in one message with what one may: keys stand with their publisher's kinds."""
    both = [(CLINIC, "intake.case_opened", "a"), (CLINIC, RATED, "b"), (CLINIC, FLAG, "b")]
    told = [each for each in json.loads(compact(both)) if heard(each, someone(role))]
    kinds = {kind for each in told for kind in each["kinds"]}
    clinical = role in (Role.CLINICIAN, Role.CLINICAL_LEAD)
    assert ({RATED, FLAG} <= kinds) is clinical
    assert any("b" in each["keys"] for each in told) is clinical
    assert ("intake.case_opened" in kinds) is (clinical or role is Role.FRONT_DESK)


def test_that_something_was_disclosed_is_told_as_a_change_like_others() -> None:
    said = compact([(CLINIC, "goals.disclosure_recorded", "a"), (CLINIC, RATED, "b")])
    assert "disclosure" not in said
    assert json.loads(said)[0]["kinds"] == {"goals.changed": 1, RATED: 1}


def test_a_change_names_clinics_kinds_counts_and_keys() -> None:
    said = json.loads(
        compact([(CLINIC, "goals.goal_rated", "a"), (CLINIC, "goals.goal_rated", "b")])
    )
    assert said == [
        {"clinic_id": str(CLINIC), "kinds": {"goals.goal_rated": 2}, "keys": ["a", "b"]}
    ]


def test_too_many_keys_are_left_out_and_too_much_is_all() -> None:
    crowd = [(CLINIC, "goals.goal_rated", str(n)) for n in range(50)]
    assert json.loads(compact(crowd))[0]["keys"] is None
    many = [(uuid4(), f"goals.kind_{n}", str(uuid4())) for n in range(100)]
    assert json.loads(compact(many)) == EVERYTHING


async def test_an_api_hears_what_a_worker_tells(world: World) -> None:
    listener = Listener(world.settings.database(READER, "api"))
    teller = Teller(world.settings.database(READER, "worker"))
    async with listener.stream() as queue, listener.stream() as other:
        assert await asyncio.wait_for(queue.get(), 30) == EVERYTHING
        await teller.tell([(CLINIC, "goals.goal_rated", "a")])
        heard = await asyncio.wait_for(queue.get(), 30)
        assert heard["clinic_id"] == str(CLINIC)
        assert other.qsize() == 2
    await teller.close()
    await listener.close()


async def test_a_stream_carries_the_callers_clinics_and_no_others() -> None:
    listener = Listener("")
    listener._task = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
    events = changes._events(listener, {str(CLINIC)}, someone(Role.CLINICIAN))
    assert await anext(events) == ": listening\n\n"
    waiting: asyncio.Future[str] = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    for clinic, kind in ((uuid4(), RATED), (CLINIC, "safeguarding.unheard_of"), (CLINIC, RATED)):
        for change in json.loads(compact([(clinic, kind, "a")])):
            listener._pass_on(change)
    heard = await asyncio.wait_for(waiting, 5)
    told = json.loads(heard.removeprefix("data: "))
    assert (told["clinic_id"], told["kinds"]) == (str(CLINIC), {RATED: 1})
    ended: asyncio.Future[str] = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    await listener.close()
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(ended, 5)


async def test_a_teller_without_database_harms_nobody(world: World, unused_tcp_port: int) -> None:
    teller = Teller(f"postgresql://a:b@127.0.0.1:{unused_tcp_port}/c")
    await teller.tell([(CLINIC, "goals.goal_rated", "a")])
    await teller.close()


async def test_a_stream_needs_a_token(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/changes", headers={"Authorization": ""})
    assert answer.status_code == 401


async def test_a_stream_ends_with_its_token(http: httpx.AsyncClient, issuer: Issuer) -> None:
    nearly = int(time.time()) - LEEWAY + 5  # clocks may differ by so much: it holds some seconds
    token = issuer.token(uuid4(), [Role.OPERATIONS], [CLINIC], exp=nearly)
    headers = {"Authorization": f"Bearer {token}"}
    whole = await asyncio.wait_for(http.get("/v1/changes", headers=headers), 30)  # once it ended
    assert whole.text.startswith(": listening")
    again = await http.get("/v1/changes", headers=headers)
    assert again.status_code == 401


async def test_control_a_token_that_holds_keeps_its_stream_open(http: httpx.AsyncClient) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(http.get("/v1/changes"), 3)


async def test_a_partner_does_not_hear_what_moves_in_a_clinic(
    http: httpx.AsyncClient, issuer: Issuer
) -> None:
    headers = issuer.headers("a-practice", Role.PARTNER, CLINIC)
    answer = await http.get("/v1/changes", headers=headers)
    assert answer.status_code == 403
