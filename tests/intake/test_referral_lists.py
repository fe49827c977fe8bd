"""Referrals as they are listed, counted and shown, each to whom it may be."""

from uuid import uuid4

from shared.events.words import Role
from tests.intake.desk import Desk, fields, person


async def test_lists_are_the_newest_first_and_go_on_page_by_page(desk: Desk) -> None:
    sent = [await desk.received() for _ in range(5)]
    seen: list[str] = []
    after = None
    while True:
        params = {"clinic_id": str(desk.north), "status": "received", "limit": 2}
        page = (
            await desk.get("referrals", desk.desk, **params | ({"after": after} if after else {}))
        ).json()
        seen += [item["case_id"] for item in page["items"]]
        if (after := page["next"]) is None:
            break
    assert seen == list(reversed(sent))
    assert (await desk.get("referrals", desk.desk, status="accepted")).json()["items"] == []
    assert fields(await desk.get("referrals", desk.desk, after="x")) == (422, {"after"})
    assert fields(await desk.get("referrals", desk.desk, status="lost")) == (422, {"status"})


async def test_a_sender_finds_its_receipt_again_and_nobody_elses(desk: Desk) -> None:
    body = desk.referral()
    first = await desk.send(body)
    path = f"referrals/{first.json()['case_id']}/receipt"
    assert (await desk.get(path, desk.partner)).json() == first.json()
    other = desk.person(Role.PARTNER, desk.north, sub="other surgery")
    hidden = await desk.get(path, other)
    unknown = await desk.get(f"referrals/{uuid4()}/receipt", other)
    assert (hidden.status_code, hidden.content) == (404, unknown.content)


async def test_counts_are_of_the_own_clinic_and_read_nobodys_record(desk: Desk) -> None:
    sent = [await desk.received() for _ in range(3)]
    before = await desk.rows("select 1 from audit")
    counts = await desk.get("referrals/counts", desk.desk, clinic_id=str(desk.north))
    assert counts.json() == {"received": len(sent), "accepted": 0, "rejected": 0}
    theirs = await desk.get("referrals/counts", desk.south_desk, clinic_id=str(desk.north))
    assert theirs.json() == {"received": 0, "accepted": 0, "rejected": 0}
    assert len(await desk.rows("select 1 from audit")) == len(before)


async def test_a_referral_shows_its_people_so_that_duplicates_can_be_told(desk: Desk) -> None:
    case_id = await desk.received()
    [shown] = (await desk.get(f"referrals/{case_id}", desk.desk)).json()["clients"]
    assert shown["date_of_birth"] == person()["date_of_birth"]
    assert shown["contacts"] == person()["contacts"]
    listed = (await desk.get("referrals", desk.desk)).json()["items"][0]["clients"][0]
    assert "date_of_birth" not in listed
