"""Which case a newcomer breaks: always the same one of the demo, or the one that is named."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local import cases, mischief
from deploy.ports import NotStarted
from shared.settings import Settings
from tests.kit import fresh_settings, service_database
from tests.servers import PostgresServer


CLINIC, CLINICIAN = UUID(int=1), UUID(int=2)
FIRST, SECOND, FRESH, CLOSED = (UUID(int=n) for n in (90, 91, 5, 95))
REFERRAL = """
insert into referral (case_id, clinic_id, case_number, status, modality, urgency, reason, sender,
    sender_reference, content, receipt_id, received_at, sha256, clinician_id, decided_at)
values ($1, $2, $3, 'accepted', 'individual', 'routine', 'x', 's', $3, 'c', $4, now(), 'h', $5,
    now())
"""
COPY = """
insert into case_copy (case_id, clinic_id, clinician_id, client_ids, referred_at, closed_at)
values ($1, $2, $3, '{}', now(), case when $4 then now() end)
"""
NUMBERS = {SECOND: "TM-1002", FRESH: "TM-10400", FIRST: "TM-1001", CLOSED: "TM-1000"}


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    for service in ("intake", "goals"):
        await service_database(made, service)
    intake = await asyncpg.connect(made.database("intake", "owner"))
    goals = await asyncpg.connect(made.database("goals", "owner"))
    for case_id, number in NUMBERS.items():
        await intake.execute(REFERRAL, case_id, CLINIC, number, uuid4(), CLINICIAN)
        await goals.execute(COPY, case_id, CLINIC, CLINICIAN, case_id == CLOSED)
    await intake.close()
    await goals.close()
    return made


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """What a running demo wrote down."""
    demo = {
        "databases": {name: settings.database(name, "worker") for name in ("intake", "goals")},
        "staff": [{"staff_id": str(CLINICIAN), "name": "Tom Berg"}],
        "clinics": [{"clinic_id": str(CLINIC), "name": "Northgate"}],
    }
    (tmp_path / "demo.json").write_text(json.dumps(demo))
    return tmp_path


async def test_without_a_name_it_is_the_first_open_case_of_the_demo(folder: Path) -> None:
    """By number: a fresh referral, whose id may be the smallest of all, is not it."""
    for _ in range(2):
        said = await mischief.broken(folder, None)
        assert "for case TM-1001 at Northgate, Tom Berg's" in said


@pytest.mark.parametrize("name", ["tm-1002", str(SECOND)])
async def test_a_case_is_named_by_number_or_id(folder: Path, name: str) -> None:
    assert "for case TM-1002" in await mischief.broken(folder, name)
    demo = json.loads((folder / "demo.json").read_text())
    assert await cases.id_of(demo, name) == SECOND


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TM-1000", "TM-1004"),
        ("tm-9", "there is no case TM-9: check the number"),
        ("nonsense", "TM-1004"),
    ],
)
async def test_what_is_no_open_case_is_refused(folder: Path, name: str, said: str) -> None:
    with pytest.raises(NotStarted, match=said):
        await mischief.broken(folder, name)


async def test_an_id_that_intake_does_not_know_is_taken_as_it_is(folder: Path) -> None:
    """The log may know it: then the independent reckoning says so."""
    demo, unknown = json.loads((folder / "demo.json").read_text()), uuid4()
    assert await cases.id_of(demo, str(unknown)) == unknown
    with pytest.raises(NotStarted, match="there is no case TM-9: check the number"):
        await cases.id_of(demo, "tm-9 ")
    with pytest.raises(NotStarted, match="TM-1004"):
        await cases.id_of(demo, "TM9")
