"""Booking through the API: what is answered, what is refused, and why."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from services.scheduling.commands import copies
from shared.clock import TZDATA, resolve
from shared.events.words import Role
from tests.scheduling.world import World


Http = httpx.AsyncClient


async def refused(http: Http, world: World, body: dict[str, object]) -> httpx.Response:
    return await http.post("/v1/appointments", json=body, headers=world.headers())


def fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


async def test_a_session_is_booked_in_the_clinics_time(http: Http, world: World) -> None:
    case = await world.case()
    booked = await world.books(http, case, room_id=world.room)
    assert booked["status"] == "booked"
    assert booked["zone"] == world.zone
    assert booked["starts"] == world.booking(case)["starts"]
    starts = resolve(datetime.fromisoformat(booked["starts"]), world.zone)
    assert datetime.fromisoformat(booked["starts_at"]) == starts
    assert datetime.fromisoformat(booked["ends_at"]) == starts + timedelta(minutes=50)
    assert booked["starts_at"].endswith("Z")
    assert await world.events(case) == ["appointment_booked"]
    [row] = await world.rows("select tzdata from appointment where case_id = $1", case)
    assert row["tzdata"] == TZDATA


async def test_an_overlap_is_refused_and_named(http: Http, world: World) -> None:
    first = await world.books(http, await world.case(), room_id=world.room)
    other = await world.case()
    for who, given in (
        ("clinician", {}),
        ("room", {"clinician_id": world.colleague, "room_id": world.room}),
    ):
        answer = await refused(http, world, world.booking(other, **given))
        assert answer.status_code == 409
        assert answer.json()["clashes"] == [{"who": who, "appointment_id": first["appointment_id"]}]
        assert first["starts"][-5:] in answer.json()["detail"]
    assert await world.events(other) == []


async def test_a_client_is_at_one_place_at_a_time(http: Http, world: World) -> None:
    person, partner = uuid4(), uuid4()
    await world.books(http, await world.case(person))
    couple = await world.case(partner, person)
    answer = await refused(http, world, world.booking(couple, clinician_id=world.colleague))
    assert [clash["who"] for clash in answer.json()["clashes"]] == ["client"]
    assert str(person) not in answer.text


async def test_one_session_may_follow_another_at_once(http: Http, world: World) -> None:
    case = await world.case()
    first = await world.books(http, case, minutes=30)
    ends = datetime.fromisoformat(first["starts"]) + timedelta(minutes=30)
    await world.books(http, case, starts=ends.isoformat(timespec="minutes"), minutes=30)
    assert len(await world.events(case)) == 2


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("starts", {"starts": "2020-01-01T10:00"}),
        ("starts", {"starts": "2999-01-01T10:00"}),
        ("starts", {"starts": "0001-01-01T00:00"}),
        ("starts", {"starts": "9999-12-31T23:59"}),
        ("starts", {"starts": "2026-12-01T10:00Z"}),
        ("starts", {"starts": "2026-12-01T10:00+05:00"}),
        ("starts", {"starts": "tomorrow"}),
        ("starts", {"starts": 1_790_000_000}),
        ("minutes", {"minutes": 4}),
        ("minutes", {"minutes": 481}),
        ("minutes", {"minutes": "50"}),
        ("minutes", {"minutes": 50.0}),
        ("minutes", {"minutes": True}),
        ("kind", {"kind": "chat"}),
        ("mode", {"mode": "letter"}),
        ("fold", {"fold": "both"}),
        ("zone", {"zone": "Europe/Paris"}),
        ("clinic_id", {"clinic_id": uuid4()}),
    ],
)
async def test_bad_input_names_its_field(
    http: Http, world: World, field: str, given: dict[str, object]
) -> None:
    case = await world.case()
    assert field in fields(await refused(http, world, world.booking(case, **given)))
    assert await world.events(case) == []


async def test_the_last_minute_is_in_the_past(http: Http, world: World) -> None:
    starts = world.wall(timedelta(minutes=-5))
    assert fields(await refused(http, world, world.booking(await world.case(), starts=starts))) == [
        "starts"
    ]


def next_change(forward: bool) -> datetime:
    """A night next year in which London's clocks change, as the wall time of half past one."""
    year = datetime.now(UTC).year + 1
    last = datetime(year, 3 if forward else 10, 31)  # noqa: DTZ001 - a wall time
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    return sunday.replace(hour=1, minute=30)


async def test_a_wall_time_that_does_not_exist_is_refused(http: Http, world: World) -> None:
    starts = next_change(forward=True).isoformat(timespec="minutes")
    answer = await refused(http, world, world.booking(await world.case(), starts=starts))
    assert fields(answer) == ["starts"]
    assert "does not exist" in answer.json()["detail"]


async def test_a_double_hour_asks_which_one(http: Http, world: World) -> None:
    wall = next_change(forward=False)
    starts = wall.isoformat(timespec="minutes")
    answer = await refused(http, world, world.booking(await world.case(), starts=starts))
    assert fields(answer) == ["starts"]
    day = f"{wall:%Y-%m-%d}"
    assert f"{day}T00:30Z" in answer.text
    assert f"{day}T01:30Z" in answer.text
    both = [
        await world.books(http, await world.case(), starts=starts, fold=fold)
        for fold in ("earlier", "later")
    ]
    assert [one["starts_at"] for one in both] == [f"{day}T00:30:00Z", f"{day}T01:30:00Z"]


async def test_who_and_what_must_belong_to_the_clinic(http: Http, world: World) -> None:
    elsewhere = await World(world.settings, world.issuer, zone="America/Vancouver").open()
    case = await world.case()
    for strange in (
        world.booking(await elsewhere.case()),
        world.booking(case, clinician_id=elsewhere.clinician),
        world.booking(case, room_id=elsewhere.room),
        world.booking(uuid4()),
    ):
        answer = await refused(http, world, strange)
        assert answer.status_code == 404
        assert answer.headers["retry-after"] == "1"
    desk = world.booking(case, clinician_id=world.desk)
    assert fields(await refused(http, world, desk)) == ["clinician_id"]


async def test_a_clash_at_another_clinic_is_not_named(http: Http, world: World) -> None:
    other = await World(world.settings, world.issuer, clinician=world.clinician).open()
    await other.books(http, await other.case())
    answer = await refused(http, world, world.booking(await world.case()))
    assert answer.status_code == 409
    assert answer.json()["clashes"] == [{"who": "clinician", "appointment_id": None}]


async def test_a_closed_case_takes_no_more_sessions(http: Http, world: World) -> None:
    case = await world.case()
    async with world.heard() as session:
        await copies.keep_case_closed(session, case, datetime.now(UTC))
    answer = await refused(http, world, world.booking(case))
    assert answer.status_code == 409


async def test_a_repeated_call_books_once(http: Http, world: World) -> None:
    case = await world.case()
    headers = world.headers() | {"Idempotency-Key": str(uuid4())}
    body = world.booking(case)
    first, again = [
        await http.post("/v1/appointments", json=body, headers=headers) for _ in range(2)
    ]
    assert (again.status_code, again.content) == (201, first.content)
    assert await world.events(case) == ["appointment_booked"]


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.PARTNER, Role.CLINICAL_LEAD])
async def test_other_roles_do_not_book(http: Http, world: World, role: Role) -> None:
    body = world.booking(await world.case())
    answer = await http.post("/v1/appointments", json=body, headers=world.headers(role))
    assert answer.status_code == 403
