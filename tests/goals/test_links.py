"""A client answers on a link: once, in time, item by item; strangers learn nothing."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.db import Database
from shared.events.words import Role
from shared.settings import Settings
from tests.goals.answering import (
    Client,
    client_of,
    follow,
    follows,
    gives,
    listed,
    opens_link,
)
from tests.goals.world import ANSWERS, World, fields


async def events(world: World, kind: str) -> list[dict[str, object]]:
    return [json.loads(row.data) for row in await world.published() if row.type == f"goals.{kind}"]


async def test_from_link_to_score(world: World) -> None:
    case = await world.opens_case()
    link = await opens_link(world, await gives(world, case))
    client = await follows(world, link["address"])
    await client.answers(ANSWERS | {"1": 2})
    shown = (await client.ask("GET")).json()
    assert shown["answers"] == ANSWERS | {"1": 2}
    assert (shown["state"], shown["number_of_items"], shown["asks_safety"]) == ("open", 9, True)
    assert str(case.case_id) not in str(shown)
    assert str(case.client_ids[0]) not in str(shown)
    sent = await client.ask("POST", "/send")
    assert (sent.status_code, sent.json()["state"]) == (200, "used")
    [completed] = await events(world, "measure_completed")
    assert (completed["by"], completed["total"]) == ("client", 2)
    [given] = await listed(world, case)
    assert given["link"]["state"] == "used"
    [opened] = await events(world, "measure_link_opened")
    assert opened["link"] is None  # it was handed over, so nobody has to send it


async def test_one_of_two_who_send_at_once_wins_and_the_other_is_told(world: World) -> None:
    client = await client_of(world, await world.opens_case())
    await client.answers(ANSWERS)
    both = await asyncio.gather(client.ask("POST", "/send"), client.ask("POST", "/send"))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    [late] = [answer for answer in both if answer.status_code == 409]
    assert late.json()["state"] == "used"
    assert "sent already" in late.json()["detail"]
    assert await world.count("response") == 1
    assert len(await events(world, "measure_completed")) == 1


async def test_the_link_can_be_followed_again_until_it_is_used(world: World) -> None:
    link = await opens_link(world, await gives(world, await world.opens_case()))
    await (await follows(world, link["address"])).answers({"1": 3})
    client = await follows(world, link["address"])  # the phone forgot its cookie
    assert (await client.ask("GET")).json()["answers"] == {"1": 3}
    await client.answers(ANSWERS)
    await client.ask("POST", "/send")
    over = await follow(world, link["address"])
    assert (over.status_code, over.json()["state"]) == (409, "used")
    assert (await client.ask("GET")).json()["state"] == "used"  # for the page of thanks


async def test_an_expired_link_takes_nothing(world: World) -> None:
    link = await opens_link(world, await gives(world, await world.opens_case()))
    client = await follows(world, link["address"])
    past = text("update link set expires_at = now() - interval '1 second' where link_id = :id")
    async with world.worker.session() as session:
        await session.execute(past, {"id": link["link_id"]})
    for answer in (
        await follow(world, link["address"]),
        await client.ask("PUT", "/answers/1", {"value": 1}),
        await client.ask("POST", "/send"),
    ):
        assert (answer.status_code, answer.json()["state"]) == (409, "expired")
    assert await world.count("response") == 0


async def test_a_withdrawn_link_takes_nothing_and_forgets_what_was_saved(world: World) -> None:
    case = await world.opens_case()
    link = await opens_link(world, await gives(world, case))
    client = await follows(world, link["address"])
    await client.answers({"9": 2})
    path = f"links/{link['link_id']}/withdraw"
    assert (await world.post(path, None)).json()["state"] == "withdrawn"
    assert (await world.post(path, None)).json()["state"] == "withdrawn"
    answer = await client.ask("POST", "/send")
    assert (answer.status_code, answer.json()["state"]) == (409, "withdrawn")
    assert (await client.ask("GET")).json()["answers"] == {}


async def test_after_a_withdrawal_another_link_is_opened_to_what_is_given_once(
    world: World,
) -> None:
    """Once more it can be withdrawn, and answered; then it is over."""
    case = await world.opens_case()
    given = await gives(world, case)
    for _ in range(2):
        link = await opens_link(world, given)
        assert (await listed(world, case))[0]["ended_at"]
        await world.post(f"links/{link['link_id']}/withdraw", None)
        [waits] = await listed(world, case)
        assert (waits["ended_at"], waits["link"]["state"]) == (None, "withdrawn")
    client = await follows(world, (await opens_link(world, given))["address"])
    await client.answers(ANSWERS)
    assert (await client.ask("POST", "/send")).status_code == 200
    over = await world.post(f"assignments/{given['assignment_id']}/links", None)
    assert over.status_code == 409
    told = [each["ended"] for each in await events(world, "measure_assigned")]
    assert told == [False, True, False, True, False, True]


async def test_what_was_given_anew_before_a_withdrawal_is_not_given_twice(world: World) -> None:
    case = await world.opens_case()
    link = await opens_link(world, await gives(world, case))
    await gives(world, case, rhythm="each_session")
    withdrawn = await world.post(f"links/{link['link_id']}/withdraw", None)
    assert withdrawn.json()["state"] == "withdrawn"
    first, second = await listed(world, case)
    assert (bool(first["ended_at"]), bool(second["ended_at"])) == (True, False)


async def test_a_used_link_cannot_be_withdrawn(world: World) -> None:
    link = await opens_link(world, await gives(world, await world.opens_case()))
    client = await follows(world, link["address"])
    await client.answers(ANSWERS)
    await client.ask("POST", "/send")
    assert (await world.post(f"links/{link['link_id']}/withdraw", None)).status_code == 409


async def test_tokens_that_open_nothing_get_one_answer(world: World) -> None:
    answers = [await follow(world, token) for token in ("x", "y" * 43, "../../etc", "ä", "")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


async def test_a_secret_is_no_token_and_a_token_no_secret(world: World) -> None:
    link = await opens_link(world, await gives(world, await world.opens_case()))
    token = link["address"].removeprefix("/respond/")
    client = await follows(world, link["address"])
    assert (await Client(world.calls, token).ask("GET")).status_code == 401
    assert (await follow(world, client.secret)).status_code == 401
    assert (await Client(world.calls, "").ask("GET")).status_code == 401
    staff = world.headers()["Authorization"].removeprefix("Bearer ")
    assert (await Client(world.calls, staff).ask("GET")).status_code == 401
    bearer = {"Authorization": f"Bearer {client.secret}"}
    asked = await world.calls.get("/v1/goals?case_id=" + str(uuid4()), headers=bearer)
    assert asked.status_code == 401


async def test_neither_token_nor_secret_is_kept_or_told(world: World, settings: Settings) -> None:
    given = await gives(world, await world.opens_case())
    key = {"Idempotency-Key": "open-once"}
    path = f"assignments/{given['assignment_id']}/links"
    link = (await world.post(path, None, **key)).json()
    client = await follows(world, link["address"])
    secrets = (link["address"].removeprefix("/respond/"), client.secret)
    tables = ("link", "respondent", "outbox", "audit", "idempotency", "assignment")
    owner = Database(settings.database("goals", "owner"), 1)
    async with owner.session() as session:
        for table in tables:
            rows = (await session.execute(text(f"select {table}::text from {table}"))).scalars()
            for row in rows:
                assert not [secret for secret in secrets if secret in row], table
                assert not [s for s in secrets if s.encode().hex() in row], table
    await owner.close()


async def test_each_answer_is_checked_when_it_is_saved(world: World) -> None:
    client = await client_of(world, await world.opens_case())
    wrong = (("1", 4, "value"), ("1", -1, "value"), ("10", 0, "item"), ("x", 0, "item"))
    for item, value, field in wrong:
        answer = await client.ask("PUT", f"/answers/{item}", {"value": value})
        assert fields(answer) == [field]
    others: tuple[object, ...] = ("1", True, 1.5, None)
    for wild in others:
        answer = await client.ask("PUT", "/answers/1", {"value": wild})
        assert answer.status_code == 422
    assert (await client.ask("GET")).json()["answers"] == {}


async def test_what_is_missing_is_named_and_nothing_is_stored(world: World) -> None:
    client = await client_of(world, await world.opens_case())
    await client.answers({"1": 1})
    assert fields(await client.ask("POST", "/send")) == ["items"]
    assert await world.count("response") == 0
    assert (await client.ask("GET")).json()["state"] == "open"


async def test_that_the_crisis_text_was_shown_is_said_once(world: World) -> None:
    case = await world.opens_case()
    client = await client_of(world, case)
    told = {"version": 3, "language": "pl"}
    await client.answers({"9": 0})
    assert (await client.ask("POST", "/crisis-text", told)).status_code == 409
    await client.answers({"9": 1})
    shown = (await client.ask("GET")).json()
    assert (shown["safety"], shown["crisis_shown"]) == (True, False)
    untrue = await client.ask("POST", "/crisis-text", told | {"version": 10**30})
    assert fields(untrue) == ["version"]
    for _ in range(2):
        assert (await client.ask("POST", "/crisis-text", told)).json()["crisis_shown"]
    [event] = await events(world, "crisis_text_shown")
    assert (event["crisis_text_version"], event["language"]) == (3, "pl")
    [given] = await listed(world, case)
    assert given["link"]["crisis_shown_at"]


async def test_a_client_of_a_couple_answers_for_themselves_only(world: World) -> None:
    case = await world.opens_case(clients=2)
    first, second = (str(each) for each in case.client_ids)
    mine = await follows(
        world, (await opens_link(world, await gives(world, case, client_id=first)))["address"]
    )
    other = await follows(
        world, (await opens_link(world, await gives(world, case, client_id=second)))["address"]
    )
    await mine.answers({"1": 3})
    assert (await other.ask("GET")).json()["answers"] == {}


async def test_one_link_is_open_at_a_time(world: World) -> None:
    case = await world.opens_case()
    given = await gives(world, case, rhythm="every_weeks", weeks=2)
    link = await opens_link(world, given)
    path = f"assignments/{given['assignment_id']}/links"
    assert (await world.post(path, None)).status_code == 409
    await world.post(f"links/{link['link_id']}/withdraw", None)
    again = await asyncio.gather(world.post(path, None), world.post(path, None))
    assert sorted(answer.status_code for answer in again) == [201, 409]


@pytest.mark.parametrize("who", ["colleague", "stranger", "lead"])
async def test_only_the_cases_clinician_opens_and_withdraws(world: World, who: str) -> None:
    given = await gives(world, await world.opens_case(), rhythm="each_session")
    link = await opens_link(world, given)
    headers = {
        "colleague": world.headers(sub=uuid4()),
        "stranger": world.headers(sub=uuid4(), clinic=uuid4()),
        "lead": world.headers(Role.CLINICAL_LEAD),
    }[who]
    for path in (
        f"assignments/{given['assignment_id']}/links",
        f"assignments/{given['assignment_id']}/end",
        f"links/{link['link_id']}/withdraw",
    ):
        answer = await world.post(path, None, **headers)
        assert answer.status_code == (403 if who == "lead" else 404)


async def test_closing_a_case_ends_its_links(world: World) -> None:
    case = await world.opens_case()
    client = await client_of(world, case)
    await client.answers(ANSWERS)
    await world.closes(case)
    answer = await client.ask("POST", "/send")
    assert (answer.status_code, answer.json()["state"]) == (409, "withdrawn")


async def test_a_secret_ends_some_hours_after_it_was_given(world: World) -> None:
    client = await client_of(world, await world.opens_case())
    old = text("update respondent set ends_at = :at where clinic_id = :clinic")
    async with world.worker.session() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        await session.execute(old, {"at": past, "clinic": world.clinic_id})
    assert (await client.ask("GET")).status_code == 401
