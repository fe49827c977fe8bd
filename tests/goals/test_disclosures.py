"""What a client said in words: a code that travels, a note that stays."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.events import decode
from shared.events.goals import DisclosureRecorded, DisclosureVoided
from shared.events.intake import CaseOpened
from shared.events.words import Disclosure, Role
from tests.goals.world import CANARY, World, fields


def body(case: CaseOpened, **given: object) -> dict[str, object]:
    """A disclosure that may be taken down."""
    return {
        "case_id": str(case.case_id),
        "client_id": str(case.client_ids[0]),
        "disclosure": "suicidal_thoughts",
    } | given


@pytest.mark.parametrize("code", list(Disclosure))
async def test_a_disclosure_travels_as_a_code(world: World, code: Disclosure) -> None:
    case = await world.opens_case()
    answer = await world.post("disclosures", body(case, disclosure=code, note=f"{CANARY} said"))
    assert answer.status_code == 201
    assert answer.json()["note"] == f"{CANARY} said"
    [row] = await world.published()
    event = decode(row.type, row.data, row.id, datetime.now(UTC))
    assert isinstance(event, DisclosureRecorded)
    assert (event.disclosure, event.client_id) == (code, case.client_ids[0])
    assert str(event.disclosure_id) == answer.json()["disclosure_id"]
    assert CANARY.encode() not in row.data


async def test_they_are_listed_oldest_first(world: World) -> None:
    case = await world.opens_case()
    for at in ("2026-11-02T10:00:00Z", "2026-11-01T10:00:00Z"):
        await world.post("disclosures", body(case, disclosed_at=at))
    page = (await world.get("disclosures", Role.CLINICAL_LEAD, case_id=case.case_id)).json()
    assert [one["disclosed_at"] for one in page["items"]] == [
        "2026-11-01T10:00:00Z",
        "2026-11-02T10:00:00Z",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"disclosure": "sad"}, "disclosure"),
        ({"disclosure": None}, "disclosure"),
        ({"client_id": str(uuid4())}, "client_id"),
        ({"client_id": None}, "client_id"),
        ({"disclosed_at": "2999-01-01T00:00:00Z"}, "disclosed_at"),
        ({"disclosed_at": "2019-01-01T00:00:00Z"}, "disclosed_at"),
        ({"note": ""}, "note"),
        ({"words": CANARY}, "words"),
    ],
)
async def test_what_is_wrong_is_named(world: World, wrong: dict[str, object], field: str) -> None:
    case = await world.opens_case()
    assert fields(await world.post("disclosures", body(case, **wrong))) == [field]
    assert await world.count("disclosure") == 0
    assert await world.published() == []


async def test_a_closed_case_takes_none(world: World) -> None:
    case = await world.opens_case()
    await world.closes(case)
    assert (await world.post("disclosures", body(case))).status_code == 409


async def test_who_may(world: World) -> None:
    case = await world.opens_case()
    said = {
        "colleague": (world.headers(sub=uuid4()), 404, 404),
        "stranger": (world.headers(clinic=uuid4()), 404, 404),
        "lead": (world.headers(Role.CLINICAL_LEAD), 403, 200),
        "desk": (world.headers(Role.FRONT_DESK), 403, 403),
        "nobody": ({}, 401, 401),
    }
    for who, (headers, writes, reads) in said.items():
        wrote = await world.calls.post("/v1/disclosures", json=body(case), headers=headers)
        read = await world.calls.get(
            "/v1/disclosures", params={"case_id": str(case.case_id)}, headers=headers
        )
        assert (wrote.status_code, read.status_code) == (writes, reads), who


async def disclosed(world: World, case: CaseOpened) -> str:
    answer = await world.post("disclosures", body(case, note=f"{CANARY} said"))
    return str(answer.json()["disclosure_id"])


async def test_one_that_was_recorded_wrongly_is_voided_and_stays_to_be_seen(world: World) -> None:
    case = await world.opens_case()
    one = await disclosed(world, case)
    for _ in range(2):
        answer = await world.post(f"disclosures/{one}/void", {"reason": "wrong_person"})
        assert answer.status_code == 200
    voided = answer.json()["voided"]
    assert (voided["by"], voided["reason"]) == (str(world.clinician), "wrong_person")
    _, row = await world.published()  # twice is once
    event = decode(row.type, row.data, row.id, datetime.now(UTC))
    assert isinstance(event, DisclosureVoided)
    assert (str(event.disclosure_id), event.client_id) == (one, case.client_ids[0])
    assert CANARY.encode() not in row.data
    [listed] = (await world.get("disclosures", case_id=case.case_id)).json()["items"]
    assert (listed["voided"], listed["note"]) == (voided, f"{CANARY} said")
    other = await world.post(f"disclosures/{one}/void", {"reason": "duplicate"})
    assert other.status_code == 409


async def test_also_in_a_case_that_was_closed(world: World) -> None:
    case = await world.opens_case()
    one = await disclosed(world, case)
    await world.closes(case)
    answer = await world.post(f"disclosures/{one}/void", {"reason": "entered_wrongly"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("colleague", 404), ("stranger", 404), ("lead", 403), ("nobody", 404)]
)
async def test_only_the_cases_clinician_voids(world: World, who: str, status: int) -> None:
    one = await disclosed(world, await world.opens_case())
    headers = {
        "colleague": world.headers(sub=uuid4()),
        "stranger": world.headers(sub=uuid4(), clinic=uuid4()),
        "lead": world.headers(Role.CLINICAL_LEAD),
        "nobody": world.headers(),
    }[who]
    path = f"disclosures/{uuid4() if who == 'nobody' else one}/void"
    answer = await world.post(path, {"reason": "duplicate"}, **headers)
    assert answer.status_code == status
    assert len(await world.published()) == 1


async def test_voiding_takes_a_reason(world: World) -> None:
    one = await disclosed(world, await world.opens_case())
    assert fields(await world.post(f"disclosures/{one}/void", {"reason": CANARY})) == ["reason"]
    assert fields(await world.post(f"disclosures/{one}/void", {})) == ["reason"]
