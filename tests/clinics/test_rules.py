"""A clinic's numbers of the flag rules, and its calendar: within their ranges, by version."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events.rules import DEFINITIONS
from shared.events.words import Role
from tests.clinics.house import House


BREACH = {"rule": "WAIT_BREACH", "parameter": "days", "value": 28}
WEEK = [{"weekday": day, "begins": 540, "ends": 1020} for day in range(1, 6)]


async def put(house: House, what: str, body: Any, who: Any = None) -> httpx.Response:
    path = f"/v1/clinics/{house.north}/{what}"
    return await house.http.put(path, json=body, headers=who or house.lead)


def rule(shown: Any, name: str) -> Any:
    return next(each for each in shown["rules"] if each["rule"] == name)


async def test_at_first_every_rule_has_its_defaults(house: House) -> None:
    shown = (await house.get(f"clinics/{house.north}/rules", house.lead)).json()
    assert (shown["version"], len(shown["rules"])) == (0, len(DEFINITIONS))
    number = rule(shown, "NOT_ON_TRACK")["parameters"][0]
    assert (number["name"], number["value"], number["lowest"], number["highest"]) == (
        "sessions",
        6,
        4,
        20,
    )


async def test_a_change_holds_and_is_told(house: House) -> None:
    off = {"rule": "DNA_1", "parameter": "on", "value": 0}
    changed = await put(house, "rules", {"version": 0, "values": [BREACH, off]})
    assert changed.status_code == 200, changed.text
    shown = changed.json()
    assert {each["name"]: each["value"] for each in rule(shown, "WAIT_BREACH")["parameters"]} == {
        "from_days": 42,
        "days": 28,
        "red_days": 126,
    }
    assert rule(shown, "DNA_1")["on"] is False
    event = (await house.events())[-1]
    assert event["type"] == "clinics.rules_changed"
    assert json.loads(event["data"])["values"] == [BREACH, off]


async def test_another_version_of_a_rule_is_chosen_like_a_number(house: House) -> None:
    chosen = {"rule": "NOT_ON_TRACK", "parameter": "version", "value": 2}
    before = (await house.get(f"clinics/{house.north}/rules", house.lead)).json()
    usual = rule(before, "NOT_ON_TRACK")
    assert [(each["version"], each["usual"]) for each in usual["versions"]] == [
        (1, True),
        (2, False),
    ]
    after = rule(
        (await put(house, "rules", {"version": 0, "values": [chosen]})).json(), usual["rule"]
    )
    assert (usual["version"], after["version"]) == (1, 2)
    assert (after["words"], after["source"]) == tuple(
        usual["versions"][1][name] for name in ("words", "source")
    )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("values.0.value", [{"rule": "SI_ITEM", "parameter": "on", "value": 0}]),
        ("values.0.value", [{"rule": "NOT_ON_TRACK", "parameter": "version", "value": 3}]),
        ("values.0.value", [{"rule": "DNA_1", "parameter": "version", "value": 1}]),
        ("values.0.value", [{"rule": "SAFEGUARDING", "parameter": "on", "value": 0}]),
        ("values.0.value", [{"rule": "WAIT_BREACH", "parameter": "days", "value": 27}]),
        ("values.1.value", [BREACH, {"rule": "LONG_GAP", "parameter": "days", "value": -1}]),
        ("values.0.value", [{"rule": "WAIT_BREACH", "parameter": "days", "value": 85}]),
        ("values.0.parameter", [{"rule": "DNA_1", "parameter": "days", "value": 30}]),
        ("values.0.value", [{"rule": "DNA_1", "parameter": "on", "value": 2}]),
        ("values.1.parameter", [BREACH, BREACH]),
    ],
)
async def test_a_number_out_of_its_range_is_refused_by_its_field_and_nothing_stored(
    house: House, field: str, values: list[Any]
) -> None:
    refused = await put(house, "rules", {"version": 0, "values": values})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    shown = (await house.get(f"clinics/{house.north}/rules", house.lead)).json()
    assert (shown["version"], shown["history"]) == (0, [])


async def test_only_who_has_seen_the_newest_changes_it(house: House) -> None:
    assert (await put(house, "rules", {"version": 0, "values": [BREACH]})).status_code == 200
    assert (await put(house, "rules", {"version": 0, "values": []})).status_code == 409


@pytest.mark.parametrize("what", ["rules", "calendar"])
async def test_only_a_lead_changes_and_another_clinics_does_not_exist(
    house: House, what: str
) -> None:
    body = {"version": 0, "values": []} if what == "rules" else calendar()
    assert (await put(house, what, body, house.sees)).status_code == 403
    assert (await put(house, what, body, house.south_lead)).status_code == 404


def calendar(**given: Any) -> dict[str, Any]:
    return {"version": 0, "hours": WEEK, "holidays": ["2026-12-25"]} | given


async def test_a_calendar_is_kept_and_told(house: House) -> None:
    deputy = uuid4()
    person = {
        "staff_id": str(deputy),
        "clinic_id": str(house.north),
        "name": "D",
        "email": "d@x.org",
    }
    await house.post("staff", person | {"roles": [Role.CLINICIAN]})
    changed = await put(house, "calendar", calendar(deputy_id=str(deputy)))
    assert changed.status_code == 200, changed.text
    held = changed.json()["in_force"]
    assert (held["holidays"], held["deputy_id"]) == (["2026-12-25"], str(deputy))
    event = (await house.events())[-1]
    assert event["type"] == "clinics.calendar_changed"
    assert json.loads(event["data"])["hours"] == WEEK


def some(*spans: tuple[int, int, int]) -> list[dict[str, int]]:
    return [{"weekday": day, "begins": begins, "ends": ends} for day, begins, ends in spans]


@pytest.mark.parametrize(
    ("hours", "status"),
    [
        (some((7, 1, 2)), 422),
        (some((1, 540, 690), (3, 0, 149)), 422),
        (some((1, 540, 690), (3, 0, 150)), 200),
    ],
)
async def test_five_hours_a_week_are_the_fewest(house: House, hours: Any, status: int) -> None:
    answer = await put(house, "calendar", calendar(hours=hours))
    assert answer.status_code == status
    if status == 422:
        [error] = answer.json()["errors"]
        assert (error["field"], "less than 5 a week" in error["message"]) == ("hours", True)
        shown = await house.http.get(f"/v1/clinics/{house.north}/calendar", headers=house.lead)
        assert shown.json()["in_force"] is None


@pytest.mark.parametrize(("closed", "status"), [(26, 200), (27, 422)])
async def test_holidays_leave_half_a_year_of_the_fewest_hours(
    house: House, closed: int, status: int
) -> None:
    """Of a clinic that works on Mondays only, five hours: 26 of 52 are the most to be closed."""
    first = date(2027, 1, 4)
    mondays = [(first + timedelta(weeks=2 * n)).isoformat() for n in range(26)]
    mondays += [(first + timedelta(weeks=1)).isoformat()] if closed > 26 else []
    given = calendar(hours=some((1, 540, 840)), holidays=mondays)
    answer = await put(house, "calendar", given)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert [error["field"] for error in answer.json()["errors"]] == ["holidays"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"hours": []}, "hours"),
        ({"hours": [{"weekday": 1, "begins": 600, "ends": 600}]}, "hours"),
        (
            {
                "hours": [
                    {"weekday": 1, "begins": 540, "ends": 720},
                    {"weekday": 1, "begins": 700, "ends": 800},
                ]
            },
            "hours",
        ),
        ({"deputy_id": str(uuid4())}, "deputy_id"),
    ],
)
async def test_a_calendar_that_cannot_be_is_refused(
    house: House, given: dict[str, Any], field: str
) -> None:
    refused = await put(house, "calendar", calendar(**given))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
