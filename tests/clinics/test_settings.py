"""Settings: versions by date, changed only by somebody who has seen the newest."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.clinics.house import CRISIS, House


def change(**given: Any) -> dict[str, Any]:
    usual = {
        "version": 1,
        "zone": "Europe/London",
        "session_minutes": 60,
        "crisis_texts": CRISIS,
        "sender_name": "The Practice",
    }
    return usual | given


async def seen(house: House) -> Any:
    return (await house.get(f"clinics/{house.north}/settings", house.desk)).json()


async def test_a_change_holds_at_once_and_the_old_version_stays(house: House) -> None:
    before = await seen(house)
    assert (before["version"], before["in_force"]["session_minutes"]) == (1, 50)
    changed = await house.put(change())
    assert changed.status_code == 200
    after = await seen(house)
    assert after == changed.json()
    assert (after["version"], after["in_force"]["session_minutes"]) == (2, 60)
    assert [one["version"] for one in after["history"]] == [2, 1]
    assert after["history"][1] == before["in_force"]
    event = (await house.events())[-1]
    assert event["type"] == "clinics.clinic_settings_changed"
    assert changed.headers["tidemark-event"] == str(event["id"])
    data = json.loads(event["data"])
    assert (data["session_minutes"], data["crisis_text_version"]) == (60, 1)
    assert data["effective_from"] == after["in_force"]["effective_from"]


async def test_a_later_change_waits_for_its_day(house: House) -> None:
    soon = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    waiting = (await house.put(change(effective_from=soon, zone="Pacific/Auckland"))).json()
    assert (waiting["version"], waiting["in_force"]["version"]) == (2, 1)
    [clinic] = (await house.get("clinics", house.desk)).json()["items"]
    assert clinic["zone"] == "Europe/London"
    now = (await house.put(change(version=2, session_minutes=45))).json()
    assert (now["version"], now["in_force"]["version"]) == (3, 3)


async def test_every_new_word_of_the_crisis_text_is_a_new_version_of_it(house: House) -> None:
    said = {**CRISIS, "cy": "Os ydych mewn perygl nawr, ffoniwch 999 ar unwaith."}
    first = (await house.put(change(crisis_texts=said))).json()
    assert first["in_force"]["crisis_texts"] == said
    assert first["in_force"]["crisis_text_version"] == 2
    same = (await house.put(change(version=2, crisis_texts=said, session_minutes=45))).json()
    assert same["in_force"]["crisis_text_version"] == 2


async def test_of_two_who_saw_the_same_version_one_is_told(house: House) -> None:
    answers = await asyncio.gather(*(house.put(change(session_minutes=n)) for n in (40, 45, 55)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["version"] == 2
    assert (await seen(house))["version"] == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"effective_from": "2026-01-06T00:00:00Z"}, "effective_from"),
        ({"effective_from": "2027-01-06T00:00:00"}, "effective_from"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"session_minutes": 0}, "session_minutes"),
        ({"session_minutes": 50.0}, "session_minutes"),
        ({"crisis_texts": {}}, "crisis_texts"),
        ({"crisis_texts": {"en": ""}}, "crisis_texts.en"),
        ({"crisis_texts": {"English please": CRISIS["en"]}}, "crisis_texts.(unknown)"),
        ({"sender_name": " "}, "sender_name"),
        ({"version": None}, "version"),
        ({"set_by": "me"}, "set_by"),
    ],
)
async def test_what_cannot_be_right_is_refused_by_field(
    house: House, given: dict[str, Any], field: str
) -> None:
    answer = await house.put(change(**given))
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {field}
    assert (await seen(house))["version"] == 1
