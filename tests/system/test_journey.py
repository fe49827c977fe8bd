"""The whole journey, through the public API, over real processes, Kafka and PostgreSQL."""

from datetime import datetime, timedelta
from random import randint
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from deploy.local import mischief
from tests.system.cases import open_case, phq9, progress, rate, referral, set_goal
from tests.system.running import System, until


pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
async def case(system: System) -> dict[str, Any]:
    """A case of this module's own."""
    return await open_case(system)


async def test_a_referral_is_taken_once(system: System) -> None:
    token, key = await system.partner_token(), str(uuid4())
    body = referral(system.demo["partner"]["clinic_id"])
    first = await system.call("POST", "intake/v1/referrals", token, body, key)
    same_key = await system.call("POST", "intake/v1/referrals", token, body, key)
    same_reference = await system.call("POST", "intake/v1/referrals", token, body, str(uuid4()))
    assert first.status_code == 201
    assert (same_key.status_code, same_key.content) == (201, first.content)
    assert same_reference.json()["case_id"] == first.json()["case_id"]


async def test_a_second_booking_of_the_hour_names_the_first(
    system: System, case: dict[str, Any]
) -> None:
    desk, body = system.person("front_desk"), booking(system, case)
    booked = await system.post("scheduling/v1/appointments", desk["token"], body)
    clash = await system.call("POST", "scheduling/v1/appointments", desk["token"], body)
    assert clash.status_code == 409
    assert booked["appointment_id"] in {each["appointment_id"] for each in clash.json()["clashes"]}

    async def confirmed() -> bool:
        found = await system.get(
            "notifications/v1/messages", desk["token"], case_id=case["case_id"]
        )
        sent = [each for each in found["items"] if each["state"] == "sent"]
        return any(each["recipient"]["kind"] == "client" for each in sent)

    await until(confirmed, 10, "the confirmation in the mailbox")


async def test_what_a_clinician_enters_is_seen_within_moments(
    system: System, case: dict[str, Any]
) -> None:
    ratings = {"resilience": (2, 4, 7), "relationships": (6, 5, 3)}
    goals = {kind: await set_goal(system, case, kind) for kind in ratings}
    for kind, values in ratings.items():
        for value in values:
            await rate(system, case, goals[kind], value)
    answers = {**case, "items": phq9(1)}
    clinician = system.person("clinician")
    await system.post("goals/v1/measures/phq-9/responses", clinician["token"], answers)

    async def there() -> dict[str, Any] | None:
        shown = await progress(system, case)
        rules = {flag["rule"] for flag in shown["flags"]}
        return shown if {"SI_ITEM", "DETERIORATION"} <= rules else None

    shown = await until(there, 5, "both flags")
    assert shown is not None
    points = {goal["kind"]: [each["value"] for each in goal["points"]] for goal in shown["goals"]}
    assert points == {kind: list(values) for kind, values in ratings.items()}
    assert shown["measures"][0]["latest"] == 1
    assert shown["lag_seconds"] < 5


async def test_a_flag_is_acknowledged_by_one(system: System, case: dict[str, Any]) -> None:
    clinician, lead = system.person("clinician"), system.person("clinical_lead")

    async def raised() -> dict[str, Any] | None:
        flags = (await progress(system, case))["flags"]
        return next((flag for flag in flags if flag["rule"] == "SI_ITEM"), None)

    flag = await until(raised, 5, "the flag")
    assert flag is not None
    acknowledge = f"progress/v1/flags/{flag['flag_id']}/acknowledge"
    await system.post(acknowledge, clinician["token"], {"note": "called back"})
    second = await system.call("POST", acknowledge, lead["token"], {"note": "me too"})
    assert second.status_code == 409


async def test_another_clinic_hears_nothing(system: System, case: dict[str, Any]) -> None:
    clinics = {each["clinic_id"] for each in system.demo["clinics"]}
    other = (clinics - {system.demo["partner"]["clinic_id"]}).pop()
    token = system.person("clinician", other)["token"]
    theirs = await system.call("GET", f"progress/v1/cases/{case['case_id']}", token)
    nobodys = await system.call("GET", f"progress/v1/cases/{uuid4()}", token)
    assert (theirs.status_code, theirs.content) == (404, nobodys.content)


async def test_a_broken_event_blocks_its_own_case_only(
    system: System, case: dict[str, Any]
) -> None:
    other = await open_case(system)
    goal = await set_goal(system, other, "insight")
    await mischief.broken(system.folder, case["case_id"])
    await mischief.foreign(system.folder)
    await rate(system, other, goal, 5)

    async def seen() -> bool:
        goals = (await progress(system, other))["goals"]
        return [each["latest"] for each in goals] == [5]

    async def set_aside() -> bool:
        return bool((await progress(system, case))["set_aside"])

    await until(seen, 10, "a rating of another case behind a broken event")
    await until(set_aside, 10, "that something of the case is set aside")


async def test_operations_pauses_a_reader(system: System, case: dict[str, Any]) -> None:
    token = system.person("operations")["token"]
    consumer = "notifications/v1/consumers/notifications"

    async def state() -> dict[str, Any]:
        streams = await system.get("operations/v1/streams", token)
        wanted = ("notifications", "scheduling")
        return next(each for each in streams["items"] if (each["service"], each["topic"]) == wanted)

    async def paused() -> bool:
        return bool((await state())["state"] == "paused")

    async def behind() -> bool:
        now = await state()
        return bool(now["lag_events"] > 0 and now["lag_seconds"] > 0)

    async def level() -> bool:
        return bool((await state())["lag_events"] == 0)

    await until(level, 20, "a reader that is level to begin with")
    await system.post(f"{consumer}/pause", token, {"reason": "a test"})
    await until(paused, 5, "the pause carried out")
    desk, later = system.person("front_desk"), booking(system, case)
    await system.post("scheduling/v1/appointments", desk["token"], later)
    await until(behind, 10, "the paused reader's lag")
    await system.post(f"{consumer}/resume", token, {"reason": "a test"})
    await until(level, 20, "the resumed reader level again")


def booking(system: System, case: dict[str, Any]) -> dict[str, Any]:
    """A session some day at four in the morning, when nobody of the demo works."""
    clinic = system.demo["partner"]["clinic_id"]
    zone = next(each["zone"] for each in system.demo["clinics"] if each["clinic_id"] == clinic)
    day = datetime.now(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=randint(3, 900))
    return {
        "case_id": case["case_id"],
        "clinician_id": system.person("clinician")["staff_id"],
        "starts": day.replace(hour=4, minute=0).isoformat(timespec="minutes"),
        "minutes": 50,
        "kind": "treatment",
        "mode": "phone",
    }
