"""Clients and cases, and who looked at them."""

from uuid import UUID

import asyncpg

from tests.intake.deciding import close
from tests.intake.desk import CANARY, Desk, person


async def test_clients_and_cases_are_listed_by_id_clinic_and_clinician(desk: Desk) -> None:
    mine = await desk.accepted(modality="couple", clients=[person(), person(given_name="Ben")])
    theirs = await desk.accept(await desk.received(), desk.colleague)
    ids = [client["client_id"] for client in mine["clients"]]
    for given in (",".join(ids), ids):
        found = (await desk.get("clients", desk.desk, ids=given)).json()["items"]
        assert {client["client_id"] for client in found} == set(ids)
    assert (await desk.get("clients", desk.desk)).status_code == 422
    assert (await desk.get("clients", desk.desk, ids="x")).status_code == 422
    all_of_them = (await desk.get("cases", desk.desk, clinic_id=str(desk.north))).json()["items"]
    assert [case["case_id"] for case in all_of_them] == [
        theirs.json()["case_id"],
        mine["case_id"],
    ]
    [case] = (await desk.get("cases", desk.lead, clinician_id=str(desk.clinician))).json()["items"]
    assert case["case_number"] == mine["case_number"]
    assert [client["given_name"] for client in case["clients"]] == [f"Ada {CANARY}", "Ben"]
    whole = (await desk.get(f"cases/{mine['case_id']}", desk.sees)).json()
    assert whole == case | {"end_code": None, "closed_by": None}
    first = (await desk.get("cases", desk.desk, limit="1")).json()
    second = (await desk.get("cases", desk.desk, limit="1", after=first["next"])).json()
    assert [first["items"], second["items"]] == [[all_of_them[0]], [all_of_them[1]]]


async def test_a_clients_record_has_the_contacts_with_what_is_safe(desk: Desk) -> None:
    client_id = (await desk.accepted())["clients"][0]["client_id"]
    found = (await desk.get(f"clients/{client_id}", desk.sees)).json()
    assert found["given_name"] == f"Ada {CANARY}"
    assert [(one["kind"], one["safe"]) for one in found["contacts"]] == [
        ("email", True),
        ("mobile", False),
    ]


async def test_reading_and_acting_leave_audit_rows(desk: Desk) -> None:
    said = await desk.accepted()
    case_id, client_id = said["case_id"], said["clients"][0]["client_id"]
    await desk.get(f"referrals/{case_id}", desk.sees)
    await desk.get(f"clients/{client_id}", desk.sees)
    await desk.get(f"cases/{case_id}", desk.sees)
    await desk.get("clients", desk.sees, ids=client_id)
    await desk.get("cases", desk.sees)
    await desk.get("referrals", desk.sees)
    await close(desk, case_id, "46", desk.sees)
    rows = await desk.rows(
        "select * from audit where subject_id = any($1) order by number",
        [UUID(case_id), UUID(client_id)],
    )
    assert [row["act"] for row in rows] == [
        "referral_received",
        "referral_accepted",
        "referral_read",
        "client_read",
        "case_read",
        "client_listed",
        "case_listed",
        "referral_listed",
        "case_closed",
    ]
    assert {row["sub"] for row in rows[2:]} == {str(desk.clinician)}
    assert rows[-1]["reason_code"] == "46"


async def test_without_its_audit_row_nothing_is_read_or_done(desk: Desk) -> None:
    case_id = await desk.received()
    owner = await asyncpg.connect(desk.settings.database("intake", "owner"))
    try:
        await owner.execute("revoke insert on audit from intake_api")
        assert (await desk.get(f"referrals/{case_id}", desk.desk)).status_code == 500
        assert (await desk.accept(case_id)).status_code == 500
    finally:
        await owner.execute("grant insert on audit to intake_api")
        await owner.close()
    found = (await desk.get(f"referrals/{case_id}", desk.desk)).json()
    assert found["status"] == "received"
    events = await desk.rows("select type from outbox where key = $1", case_id)
    assert [event["type"] for event in events] == ["intake.referral_received"]
