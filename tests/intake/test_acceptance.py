"""Acceptance: people become clients, a case opens, contacts travel sealed; cases close."""

import asyncio
import json
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from services.intake import consumers
from shared.db import Database
from shared.events.clinics import StaffLeft, StaffRolesChanged
from shared.events.words import Role
from shared.keyring import ERASED, Keyring, NotSealedForThis, open_sealed
from tests.intake.deciding import close, reject
from tests.intake.desk import CANARY, OPENED, Desk, calling, person


async def test_accepting_makes_clients_and_a_case_and_says_so_once(desk: Desk) -> None:
    case_id = await desk.received(modality="couple", clients=[person(), person(given_name="Ben")])
    answer = await desk.accept(case_id)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["status"], said["clinician_id"]) == ("accepted", str(desk.clinician))
    clients = [client["client_id"] for client in said["clients"]]
    assert [client["given_name"] for client in said["clients"]] == [f"Ada {CANARY}", "Ben"]
    again = await desk.accept(case_id)
    assert (again.status_code, again.json()) == (200, said)
    events = await desk.rows(
        "select * from outbox where key = any($1) order by pos", [case_id, *clients]
    )
    assert [event["type"].partition(".")[2] for event in events] == [
        "referral_received",
        "referral_accepted",
        "client_registered",
        "client_registered",
        "case_opened",
    ]
    assert answer.headers["tidemark-event"] == str(events[-1]["id"])
    opened = json.loads(events[-1]["data"])
    assert opened["client_ids"] == clients
    assert opened["case_number"] == said["case_number"]
    assert opened["clinician_id"] == str(desk.clinician)


async def test_a_decision_stands(desk: Desk) -> None:
    accepted, rejected = await desk.received(), await desk.received()
    assert (await desk.accept(accepted)).status_code == 200
    assert (await desk.accept(accepted, desk.colleague)).status_code == 409
    assert (await reject(desk, accepted)).status_code == 409
    first, again = await reject(desk, rejected), await reject(desk, rejected)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["status"] == "rejected"
    assert first.json()["clients"][0]["client_id"] is None
    assert (await desk.accept(rejected)).status_code == 409
    events = await desk.rows("select type from outbox where key = $1 order by pos", rejected)
    assert [event["type"] for event in events] == [
        "intake.referral_received",
        "intake.referral_rejected",
    ]


async def test_ten_acceptances_at_once_open_one_case(desk: Desk) -> None:
    case_id = await desk.received()
    both = [desk.clinician, desk.colleague] * 5
    answers = await asyncio.gather(*(desk.accept(case_id, clinician) for clinician in both))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [409] * 5
    opened = await desk.rows(
        "select 1 from outbox where key = $1 and type = 'intake.case_opened'", case_id
    )
    assert len(opened) == 1


async def test_only_a_clinician_of_the_clinic_takes_a_referral_on(desk: Desk) -> None:
    case_id = await desk.received()
    for nobody in (uuid4(), desk.southerner):
        answer = await desk.accept(case_id, nobody)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "clinician_id"
    worker = Database(desk.settings.database("intake", "worker"), 1)
    said = {"occurred_at": OPENED, "clinic_id": desk.north}
    async with worker.session() as session:
        await consumers.know_roles(
            session,
            StaffRolesChanged(staff_id=desk.clinician, roles=(Role.FRONT_DESK,), **said),
        )
        left = StaffLeft(staff_id=desk.colleague, last_day=date(2026, 1, 6), **said)
        await consumers.know_last_day(session, left)
    await worker.close()
    for nobody in (desk.clinician, desk.colleague):
        assert (await desk.accept(case_id, nobody)).status_code == 422
    found = await desk.get(f"referrals/{case_id}", desk.desk)
    assert found.json()["status"] == "received"


async def sealed_contact(desk: Desk, client_id: str) -> str:
    [event] = await desk.rows("select data from outbox where key = $1", client_id)
    contact: str = json.loads(event["data"])["contact"]
    return contact


async def test_contacts_travel_sealed_and_only_the_safe_ones(desk: Desk) -> None:
    client = UUID((await desk.accepted())["clients"][0]["client_id"])
    other = UUID((await desk.accepted())["clients"][0]["client_id"])
    sealed = await sealed_contact(desk, str(client))
    reader, eraser = Keyring(desk.settings, "worker"), Keyring(desk.settings, "api")
    try:
        key = await reader.fetch(client)
        opened = open_sealed(key, client, "contact", sealed)
        assert isinstance(opened, str)
        assert json.loads(opened) == {
            "given_name": f"Ada {CANARY}",
            "language": None,
            "contacts": [{"kind": "email", "value": f"{CANARY}@example.org", "safe": True}],
        }
        for subject, field in ((other, "contact"), (client, "name")):
            with pytest.raises(NotSealedForThis):
                open_sealed(key, subject, field, sealed)
        with pytest.raises(NotSealedForThis):
            open_sealed(await reader.fetch(other), client, "contact", sealed)
        await eraser.destroy(client)
        assert open_sealed(await reader.fetch(client), client, "contact", sealed) is ERASED
    finally:
        await reader.close()
        await eraser.close()


BORN = "1988-02-29", ":1988", '"1988'  # the year alone may be a part of some id


async def test_no_name_contact_or_clinical_word_is_in_the_outbox(desk: Desk) -> None:
    longest = person(
        given_name="\N{PILE OF POO}" * 100,
        contacts=[{"kind": "email", "value": f"{'a' * 64}@example.org", "safe": True}] * 8,
    )
    said = await desk.accepted(modality="couple", clients=[person(language="cy-GB"), longest])
    await close(desk, said["case_id"], "46", desk.desk)
    rows = await desk.rows("select * from outbox where clinic_id = $1", desk.north)
    assert len(rows) == 6
    for row in rows:
        whole = row["data"] + str(dict(row)).encode()
        for word in (CANARY, "Ada", "Lovelace", "example.org", *BORN, "depression", "7700 900"):
            assert word.encode() not in whole


async def test_the_key_service_away_leaves_nothing_half_done(desk: Desk) -> None:
    case_id = await desk.received()
    nowhere = desk.settings.model_copy(update={"database_prefix": "nowhere_"})
    async with calling(desk.settings, desk.issuer, Keyring(nowhere, "api")) as http:
        body = {"clinician_id": str(desk.clinician)}
        path = f"/v1/referrals/{case_id}/accept"
        answer = await http.post(path, json=body, headers=desk.desk)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    found = (await desk.get(f"referrals/{case_id}", desk.desk)).json()
    assert (found["status"], found["clients"][0]["client_id"]) == ("received", None)
    assert (await desk.accept(case_id)).status_code == 200


async def test_a_case_is_closed_once(desk: Desk) -> None:
    case_id = (await desk.accepted())["case_id"]
    answer = await close(desk, case_id, "46", desk.sees)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["case_id"], said["status"]) == (case_id, "closed")
    assert said["closed_at"].endswith("Z")
    assert (await close(desk, case_id, "46", desk.desk)).json() == said
    faster = await close(desk, case_id, "47", desk.desk)
    assert faster.status_code == 409
    who = str(desk.clinician)
    assert (faster.json()["end_code"], faster.json()["by"]) == ("46", who)
    assert datetime.fromisoformat(faster.json()["at"]) == datetime.fromisoformat(said["closed_at"])
    whole = (await desk.get(f"cases/{case_id}", desk.desk)).json()
    assert (whole["end_code"], whole["closed_by"]) == ("46", who)
    refused = await close(desk, case_id, "1", desk.desk)
    assert refused.json()["errors"][0]["field"] == "end_code"
    [event] = await desk.rows(
        "select * from outbox where key = $1 and type = 'intake.case_closed'", case_id
    )
    assert json.loads(event["data"])["end_code"] == "46"
    [case] = (await desk.get("cases", desk.desk, ids=case_id)).json()["items"]
    assert case["status"] == "closed"
    assert "end_code" not in case  # a list names people; how it ended stands on the case
