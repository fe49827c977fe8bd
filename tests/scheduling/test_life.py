"""What becomes of a session: attendance and its corrections, cancelling, moving, listing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from shared.events.words import Role
from tests.scheduling.world import World


Http = httpx.AsyncClient


async def post(
    http: Http,
    world: World,
    of: dict[str, str],
    act: str,
    role: Role = Role.FRONT_DESK,
    **body: object,
) -> httpx.Response:
    path = f"/v1/appointments/{of['appointment_id']}/{act}"
    who = world.clinician if role is Role.CLINICIAN else world.desk
    return await http.post(path, json=body, headers=world.headers(role, who))


async def soon(http: Http, world: World, case: UUID) -> dict[str, str]:
    """A session within the two hours in which its attendance can be recorded."""
    return await world.books(http, case, starts=world.wall(timedelta(minutes=100)), minutes=5)


async def test_attendance_is_recorded_once_and_corrected(http: Http, world: World) -> None:
    case = await world.case()
    booked = await soon(http, world, case)
    for outcome in ("attended", "attended", "late_seen", "attended"):
        answer = await post(http, world, booked, "attendance", Role.CLINICIAN, outcome=outcome)
        assert answer.status_code == 200
        assert answer.json()["outcome"] == outcome
    assert await world.events(case) == [
        "appointment_booked",
        "attendance_recorded",
        "attendance_corrected",
        "attendance_corrected",
    ]
    history = await world.rows(
        "select outcome from attendance where appointment_id = $1 order by number",
        UUID(booked["appointment_id"]),
    )
    assert [row["outcome"] for row in history] == ["attended", "late_seen", "attended"]


async def test_an_outcome_is_taken_back_to_what_stood_before_and_only_ones_own(
    http: Http, world: World
) -> None:
    booked = await soon(http, world, await world.case())
    desk, clinician = Role.FRONT_DESK, Role.CLINICIAN

    async def says(role: Role, outcome: str, **more: object) -> httpx.Response:
        return await post(http, world, booked, "attendance", role, outcome=outcome, **more)

    await says(desk, "attended")
    mine = (await says(desk, "late_seen")).json()["entry"]
    # Neither somebody else, nor to something that did not stand before.
    assert (await says(clinician, "attended", undoes=mine)).status_code == 409
    assert (await says(desk, "cancelled_by_client", undoes=mine)).status_code == 409
    back = await says(desk, "attended", undoes=mine)
    assert (back.status_code, back.json()["outcome"]) == (200, "attended")
    mine = (await says(desk, "late_seen")).json()["entry"]
    await says(clinician, "attended")
    await says(clinician, "late_seen")
    refused = await says(desk, "attended", undoes=mine)
    assert refused.status_code == 409
    assert refused.json()["by"] == str(world.clinician)
    assert refused.json()["detail"] == "Somebody has acted on it since; nothing was taken back."


async def test_attendance_waits_until_two_hours_before(http: Http, world: World) -> None:
    booked = await world.books(http, await world.case(), starts=world.wall(timedelta(hours=3)))
    answer = await post(http, world, booked, "attendance", outcome="attended")
    assert answer.status_code == 409


async def test_nobody_has_failed_to_come_to_a_session_that_has_not_begun(
    http: Http, world: World
) -> None:
    case = await world.case()
    booked = await soon(http, world, case)
    begins = datetime.fromisoformat(booked["starts"])
    for outcome in ("did_not_attend", "late_not_seen"):
        answer = await post(http, world, booked, "attendance", Role.CLINICIAN, outcome=outcome)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "outcome"
        assert f"from the start on, {begins.day} {begins:%B %Y at %H:%M}" in answer.text
    assert await world.events(case) == ["appointment_booked"]
    answer = await post(http, world, booked, "attendance", outcome="cancelled_by_client")
    assert answer.status_code == 200


async def test_a_clinician_records_own_cases_only(http: Http, world: World) -> None:
    case = await world.case(clinician=world.colleague)
    booked = await world.books(http, case, clinician_id=world.colleague)
    answer = await post(http, world, booked, "attendance", Role.CLINICIAN, outcome="attended")
    unknown = {"appointment_id": str(uuid4())}
    made_up = await post(http, world, unknown, "attendance", Role.CLINICIAN, outcome="attended")
    assert (answer.status_code, answer.content) == (404, made_up.content)


async def test_a_cancelled_session_frees_everybodys_time(http: Http, world: World) -> None:
    case = await world.case()
    booked = await world.books(http, case, room_id=world.room)
    for _ in range(2):
        answer = await post(http, world, booked, "cancel", by="client", reason="is away")
        assert answer.status_code == 200
        assert answer.json()["status"] == "cancelled"
    assert "is away" not in answer.text
    assert (await post(http, world, booked, "cancel", by="service")).status_code == 409
    late = await post(http, world, booked, "attendance", outcome="attended")
    assert late.status_code == 409
    await world.books(http, case, room_id=world.room)
    assert await world.events(case) == [
        "appointment_booked",
        "appointment_cancelled",
        "appointment_booked",
    ]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD])
async def test_who_may_list_a_session_reads_why_it_was_called_off(
    http: Http, world: World, role: Role
) -> None:
    case = await world.case()
    booked = await world.books(http, case)
    who = {Role.CLINICIAN: world.clinician, Role.CLINICAL_LEAD: world.lead}.get(role, world.desk)

    async def why() -> list[str | None]:
        answer = await listed(http, world.headers(role, who), case_id=case)
        return [each["cancel_reason"] for each in answer.json()["items"]]

    assert await why() == [None]
    await post(http, world, booked, "cancel", by="client", reason="is away")
    assert await why() == ["is away"]


async def test_why_a_session_was_called_off_is_in_no_event_kept_answer_or_log(
    http: Http, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a person's own text about a client; the act's answer is kept for repeats."""
    case, key = await world.case(), {"Idempotency-Key": str(uuid4())}
    booked = await world.books(http, case)
    path, body = (f"/v1/appointments/{booked['appointment_id']}/cancel", {"by": "client"})
    answer = await http.post(path, json=body | {"reason": "is away"}, headers=world.headers() | key)
    asked = "select convert_from(body, 'UTF8') as said from idempotency where key = $1"
    kept = await world.rows(asked, key["Idempotency-Key"])
    assert [row["said"] for row in kept] == [answer.text]
    events = await world.rows("select data::text as said from outbox where key = $1", str(case))
    acts = await world.rows("select * from audit where subject_id = $1", booked["appointment_id"])
    logged = capsys.readouterr().out
    assert (len(events), len(acts), "/cancel" in logged) == (2, 2, True)
    assert "is away" not in f"{[*map(tuple, (*kept, *events, *acts))]} {logged}"


async def test_a_session_is_moved(http: Http, world: World) -> None:
    case = await world.case()
    booked = await world.books(http, case)
    starts = world.wall(timedelta(days=2))
    for _ in range(2):
        answer = await post(http, world, booked, "reschedule", starts=starts, minutes=90)
        assert answer.status_code == 200
    moved = answer.json()
    assert (moved["starts"], moved["minutes"]) == (starts, 90)
    assert await world.events(case) == ["appointment_booked", "appointment_rescheduled"]
    await world.books(http, await world.case())  # the old hour is free
    clash = await http.post(
        "/v1/appointments",
        json=world.booking(await world.case(), starts=starts),
        headers=world.headers(),
    )
    assert clash.status_code == 409


async def test_a_session_is_not_moved_onto_another(http: Http, world: World) -> None:
    booked = await world.books(http, await world.case())
    later = world.wall(timedelta(days=2))
    there = await world.books(http, await world.case(), starts=later)
    answer = await post(http, world, booked, "reschedule", starts=later)
    assert answer.status_code == 409
    assert answer.json()["clashes"][0]["appointment_id"] == there["appointment_id"]
    shifted = datetime.fromisoformat(booked["starts"]) + timedelta(minutes=10)
    answer = await post(http, world, booked, "reschedule", starts=shifted.isoformat("T", "minutes"))
    assert answer.status_code == 200  # its own old hour is not in its way


async def listed(http: Http, headers: dict[str, str], **params: object) -> httpx.Response:
    given = {name.rstrip("_"): str(value) for name, value in params.items()}
    return await http.get("/v1/appointments", params=given, headers=headers)


async def test_lists_by_clinic_span_and_page(http: Http, world: World) -> None:
    case = await world.case()
    booked = [
        await world.books(http, case, starts=world.wall(timedelta(days=day)), minutes=30)
        for day in (3, 1, 2)
    ]
    ids = [one["appointment_id"] for one in sorted(booked, key=lambda one: one["starts_at"])]
    found, after = [], None
    while True:
        params = {"clinic_id": world.clinic, "limit": 2} | ({"after": after} if after else {})
        page = (await listed(http, world.headers(), **params)).json()
        found += [item["appointment_id"] for item in page["items"]]
        if not (after := page["next"]):
            break
    assert found == ids
    span = {"from_": world.wall(timedelta(hours=36)), "to_": world.wall(timedelta(hours=60))}
    page = (await listed(http, world.headers(), clinic_id=world.clinic, **span)).json()
    assert [item["appointment_id"] for item in page["items"]] == [ids[1]]


async def test_a_clinician_lists_own_cases_only(http: Http, world: World) -> None:
    own, other = await world.case(), await world.case(clinician=world.colleague)
    mine = await world.books(http, own)
    await world.books(http, other, clinician_id=world.colleague)
    headers = world.headers(Role.CLINICIAN, world.clinician)
    page = (await listed(http, headers, clinic_id=world.clinic)).json()
    assert [item["appointment_id"] for item in page["items"]] == [mine["appointment_id"]]
    assert (await listed(http, headers, case_id=other)).status_code == 404
    lead = world.headers(Role.CLINICAL_LEAD, world.lead)
    assert len((await listed(http, lead, clinic_id=world.clinic)).json()["items"]) == 2


async def test_another_clinic_does_not_exist(http: Http, world: World) -> None:
    stranger = await World(world.settings, world.issuer).open()
    case = await world.case()
    booked = await world.books(http, case)
    there = await listed(http, stranger.headers(), case_id=case)
    made_up = await listed(http, stranger.headers(), case_id=uuid4())
    assert (there.status_code, there.content) == (404, made_up.content)
    assert (await listed(http, stranger.headers(), clinic_id=world.clinic)).status_code == 404
    assert (await post(http, stranger, booked, "cancel", by="client")).status_code == 404


@pytest.mark.parametrize("params", [{}, {"clinic_id": "x"}, {"limit": 0}, {"limit": 201}])
async def test_a_list_needs_a_clinic_or_a_case(
    http: Http, world: World, params: dict[str, object]
) -> None:
    assert (await listed(http, world.headers(), **params)).status_code == 422


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59-10:00"])
async def test_a_list_from_the_end_of_time(http: Http, world: World, moment: str) -> None:
    answer = await listed(http, world.headers(), clinic_id=world.clinic, from_=moment)
    assert answer.status_code in (200, 422)


async def test_reading_a_case_is_audited(http: Http, world: World) -> None:
    case = await world.case()
    await listed(http, world.headers(), case_id=case)
    rows = await world.rows("select sub, act from audit where subject_id = $1", case)
    assert [tuple(row) for row in rows] == [(str(world.desk), "appointments_read")]
    assert datetime.now(UTC).year >= 2025


async def test_what_was_said_of_a_session_is_kept_with_who_and_when(
    http: Http, world: World
) -> None:
    booked = await soon(http, world, await world.case())
    await post(http, world, booked, "attendance", outcome="attended")
    await post(http, world, booked, "attendance", Role.CLINICIAN, outcome="late_seen")
    path = f"/v1/appointments/{booked['appointment_id']}/attendance"
    told = await http.get(path, headers=world.headers(Role.CLINICAL_LEAD, world.lead))
    said = [(each["outcome"], each["recorded_by"]) for each in told.json()["items"]]
    assert said == [("attended", str(world.desk)), ("late_seen", str(world.clinician))]
    other = world.headers(Role.CLINICIAN, world.colleague)
    assert (await http.get(path, headers=other)).status_code == 404
