"""Whom front desk tries to reach: who missed a session, until they are booked again or come."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.scheduling.commands import appointments, attendance, copies
from services.scheduling.models import AppointmentCreate
from shared.clock import wall_time
from shared.events.words import Attendance, Role, SessionKind, SessionMode
from tests.scheduling.world import World


Http = httpx.AsyncClient
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
MISSED, SEEN = Attendance.DID_NOT_ATTEND, Attendance.ATTENDED
DAY = timedelta(days=1)


async def held(
    world: World, case: UUID, days_ago: float, outcome: Attendance | None, booked: float = 7
) -> UUID:
    """A session so many days ago (or ahead), booked so many days before it, with its outcome."""
    starts = NOW - days_ago * DAY
    new = AppointmentCreate(
        case_id=case,
        clinician_id=world.clinician,
        starts=wall_time(starts, world.zone).replace(tzinfo=None),
        minutes=5,
        kind=SessionKind.TREATMENT,
        mode=SessionMode.VIDEO,
    )
    async with world.heard() as session:
        made = await appointments.book(session, world.actor(), new, starts - booked * DAY)
        if outcome:
            await attendance.record_attendance(
                session, world.actor(), made.appointment_id, outcome, starts
            )
        return made.appointment_id


async def listed(http: Http, world: World, **params: Any) -> dict[str, Any]:
    asked = {"clinic_id": str(world.clinic)} | params
    answer = await http.get("/v1/appointments/missed", params=asked, headers=world.headers())
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def cases(http: Http, world: World) -> list[str]:
    return [each["case_id"] for each in (await listed(http, world))["items"]]


async def test_who_missed_stands_there_once_the_latest_first(http: Http, world: World) -> None:
    first, second, seen = await world.case(), await world.case(), await world.case()
    await held(world, first, 9, SEEN)
    await held(world, first, 5.5, MISSED)
    await held(world, first, 4, Attendance.CANCELLED_BY_SERVICE)
    latest = await held(world, first, 3, MISSED)
    await held(world, second, 2, MISSED)
    await held(world, seen, 1, SEEN)
    told = await listed(http, world)
    assert [(each["case_id"], each["in_a_row"]) for each in told["items"]] == [
        (str(second), 1),
        (str(first), 2),
    ]
    assert told["items"][1]["appointment_id"] == str(latest)
    assert (told["total"], told["next"]) == (2, None)


async def test_whoever_is_booked_again_is_not_there_and_comes_back_when_that_is_called_off(
    http: Http, world: World
) -> None:
    case = await world.case()
    await held(world, case, 2, MISSED)
    assert await cases(http, world) == [str(case)]
    again = await world.books(http, case)
    assert await cases(http, world) == []
    path = f"/v1/appointments/{again['appointment_id']}/cancel"
    await http.post(path, json={"by": "service"}, headers=world.headers())
    assert await cases(http, world) == [str(case)]


@pytest.mark.parametrize(
    "outcome", [Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE]
)
async def test_a_new_session_that_came_to_nothing_is_no_booking(
    http: Http, world: World, outcome: Attendance
) -> None:
    case = await world.case()
    await held(world, case, 2, MISSED)
    await held(world, case, 1, None, booked=0.5)
    assert await cases(http, world) == []  # the control: it stood until it was called off
    await world.rows("update appointment set outcome = $1 where outcome is null", outcome.value)
    assert await cases(http, world) == [str(case)]


async def test_a_session_that_stood_before_is_named_until_it_is_moved(
    http: Http, world: World
) -> None:
    """A series goes on by itself: that says nothing of whether anybody was reached."""
    case = await world.case()
    await held(world, case, 2, MISSED)
    ahead = await held(world, case, -3.5, None, booked=8)
    told = (await listed(http, world))["items"]
    expected = wall_time(NOW + 3.5 * DAY, world.zone).replace(tzinfo=None)
    assert [each["coming"] for each in told] == [expected.isoformat(timespec="minutes")]
    body = {"starts": world.wall(timedelta(days=5))}
    path = f"/v1/appointments/{ahead}/reschedule"
    await http.post(path, json=body, headers=world.headers())
    assert await cases(http, world) == []


async def test_whoever_came_since_was_met(http: Http, world: World) -> None:
    came = (SEEN, Attendance.LATE_SEEN, Attendance.LATE_NOT_SEEN)
    for number, outcome in enumerate(came):
        case = await world.case()
        await held(world, case, 8 + number / 4, MISSED)
        assert str(case) in await cases(http, world)
        await held(world, case, 3 + number / 4, outcome)
        assert str(case) not in await cases(http, world)


async def test_a_corrected_outcome_and_a_closed_case_are_not_there(
    http: Http, world: World
) -> None:
    wrong, closed = await world.case(), await world.case()
    session_id = await held(world, wrong, 2, MISSED)
    await held(world, closed, 3, MISSED)
    assert len(await cases(http, world)) == 2
    path = f"/v1/appointments/{session_id}/attendance"
    await http.post(path, json={"outcome": "attended"}, headers=world.headers())
    async with world.heard() as session:
        await copies.keep_case_closed(session, closed, NOW)
    assert await cases(http, world) == []


async def test_another_clinics_desk_sees_nothing_of_it(http: Http, world: World) -> None:
    case = await world.case()
    await held(world, case, 2, MISSED)
    other = await World(world.settings, world.issuer).open()
    asked = {"clinic_id": str(world.clinic)}
    path = "/v1/appointments/missed"
    there = await http.get(path, params=asked, headers=other.headers())
    nowhere = await http.get(path, params={"clinic_id": str(uuid4())}, headers=other.headers())
    assert there.status_code == 404
    assert there.json()["title"] == nowhere.json()["title"]
    assert await cases(http, other) == []
    assert await cases(http, world) == [str(case)]  # the control: their own desk does


async def test_it_is_the_desks_list_and_every_reading_is_on_record(
    http: Http, world: World
) -> None:
    case = await world.case()
    await held(world, case, 2, MISSED)
    asked = {"clinic_id": str(world.clinic)}
    path = "/v1/appointments/missed"
    for role, who in ((Role.CLINICIAN, world.clinician), (Role.CLINICAL_LEAD, world.lead)):
        answer = await http.get(path, params=asked, headers=world.headers(role, who))
        assert answer.status_code == 403
    await cases(http, world)
    rows = await world.rows(
        "select act from audit where subject_id = $1 and sub = $2", str(case), str(world.desk)
    )
    assert "appointments_read" in {row["act"] for row in rows}


async def test_it_comes_page_by_page(http: Http, world: World) -> None:
    made = [await world.case() for _ in range(3)]
    for number, case in enumerate(made):
        await held(world, case, 2 + number / 2, MISSED)
    first = await listed(http, world, limit=2)
    second = await listed(http, world, limit=2, after=first["next"])
    found = [each["case_id"] for page in (first, second) for each in page["items"]]
    assert found == [str(case) for case in made]
    assert (first["total"], second["next"]) == (3, None)
