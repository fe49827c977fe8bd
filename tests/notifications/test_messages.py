"""The list of messages: who sees which."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from shared.events.words import Role
from tests.notifications.world import World


REACHED = """
insert into reading (consumer, topic, current_to) values ('notifications', $1, $2)
on conflict (consumer, topic) do update set current_to = excluded.current_to
"""


async def listed(
    http: httpx.AsyncClient, headers: dict[str, str], **params: object
) -> httpx.Response:
    given = {name: str(value) for name, value in params.items()}
    return await http.get("/v1/messages", params=given, headers=headers)


async def test_desk_sees_what_was_said_to_whom(http: httpx.AsyncClient, world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    booking = world.booking(case)
    await world.hears(
        ada,
        case,
        await world.staff(world.clinician),
        booking,
        world.flag(case, world.clinician),
    )
    await world.sends()
    answer = await listed(http, world.headers(Role.FRONT_DESK), case_id=case.case_id)
    items = {item["recipient"]["kind"]: item for item in answer.json()["items"]}
    assert items["client"]["recipient"]["id"] == str(ada.client_id)
    assert items["client"]["cause"] == str(booking.event_id)
    assert items["client"]["purpose"] == "appointment_booked"
    assert items["client"]["sent_at"].endswith("Z")
    assert items["staff"]["purpose"] == "flag_raised"
    assert {item["state"] for item in items.values()} == {"sent"}
    rows = await world.rows("select act from audit where subject_id = $1", case.case_id)
    assert [row["act"] for row in rows] == ["messages_read"]


async def test_a_clinician_sees_own_cases(http: httpx.AsyncClient, world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    own = world.headers(Role.CLINICIAN, world.clinician)
    other = world.headers(Role.CLINICIAN)
    assert len((await listed(http, own, clinic_id=world.clinic)).json()["items"]) == 1
    assert (await listed(http, other, clinic_id=world.clinic)).json()["items"] == []
    unknown = await listed(http, other, case_id=uuid4())
    refused = await listed(http, other, case_id=case.case_id)
    assert (refused.status_code, refused.content) == (404, unknown.content)
    lead = world.headers(Role.CLINICAL_LEAD)
    assert len((await listed(http, lead, case_id=case.case_id)).json()["items"]) == 1


async def test_another_clinic_sees_nothing(http: httpx.AsyncClient, world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    stranger = World(world.settings, world.issuer, world.folder).headers(Role.FRONT_DESK)
    for params in ({"case_id": case.case_id}, {"clinic_id": world.clinic}):
        answer = await listed(http, stranger, **params)
        assert answer.status_code == 404
        assert answer.headers["retry-after"] == "1"


async def test_pages_follow_each_other(http: httpx.AsyncClient, world: World) -> None:
    people = [await world.client() for _ in range(5)]
    case = world.case(*people)
    await world.hears(*people, case, world.booking(case))
    found, params = [], {"clinic_id": world.clinic, "limit": 2}
    while True:
        page = (await listed(http, world.headers(Role.FRONT_DESK), **params)).json()
        found += [item["message_id"] for item in page["items"]]
        if not page["next"]:
            break
        params |= {"after": page["next"]}
    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OPERATIONS, 403), (Role.PARTNER, 403), (Role.FRONT_DESK, 422)]
)
async def test_roles_and_scope(
    http: httpx.AsyncClient, world: World, role: Role, status: int
) -> None:
    assert (await listed(http, world.headers(role))).status_code == status


async def test_a_list_says_how_many_there_are_and_can_be_narrowed(
    http: httpx.AsyncClient, world: World
) -> None:
    people = [await world.client() for _ in range(3)]
    case = world.case(*people)
    await world.hears(*people, case, world.booking(case))
    some = "select message_id from message where case_id = $1 order by number limit 1"
    await world.rows(
        f"update message set state = 'failed' where message_id = ({some})", case.case_id
    )
    desk = world.headers(Role.FRONT_DESK)
    page = (await listed(http, desk, clinic_id=world.clinic, limit=1)).json()
    assert page["counts"] == {"failed": 1, "queued": 2}
    assert len(page["items"]) == 1
    narrowed = (await listed(http, desk, clinic_id=world.clinic, state="failed")).json()
    assert [item["state"] for item in narrowed["items"]] == ["failed"]
    assert narrowed["counts"] == page["counts"]


async def test_current_to_stands_still_while_the_reader_is_paused(
    http: httpx.AsyncClient, world: World
) -> None:
    """The one topic that is not read on holds the whole list back, however far the others are."""
    desk = world.headers(Role.FRONT_DESK)
    stood = datetime(2026, 12, 1, 10, tzinfo=UTC)
    answers = []
    for minutes in (1, 2):
        for topic in ("clinics", "intake", "scheduling", "goals", "progress"):
            at = stood if topic == "scheduling" else stood + timedelta(minutes=minutes)
            await world.rows(REACHED, topic, at)
        answers.append((await listed(http, desk, clinic_id=world.clinic)).json())
    assert [answer["current_to"] for answer in answers] == ["2026-12-01T10:00:00Z"] * 2
    await world.rows("delete from reading")
    unknown = (await listed(http, desk, clinic_id=world.clinic)).json()
    assert (unknown["current_to"], unknown["lag_seconds"]) == (None, None)
