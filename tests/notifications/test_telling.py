"""Who is told what: one message a person and cause, in safe words, whatever order facts come in."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from services.notifications import domain
from shared.events.clinics import StaffLeft
from shared.events.scheduling import AppointmentCancelled, AppointmentRescheduled
from shared.events.words import Role, SessionMode
from shared.keyring import Keyring
from tests.notifications.world import CANARY, World


CLINICAL = (
    "assess", "treat", "session", "therap", "counsel", "psych", "clinic", "phq", "goal",
    "depress", "self-harm", "suicid", "risk", "mental", "tm-4821",
)  # fmt: skip


async def test_a_booking_is_confirmed_to_each_client_alone(world: World) -> None:
    ada, ben = await world.client(), await world.client()
    case = world.case(ada, ben)
    booking = world.booking(case)
    await world.hears(ada, ben, case, booking)
    await world.sends()
    mails = world.mails()
    assert sorted(mail["To"] for mail in mails) == sorted(
        f"{one.client_id.hex[:8]}@{CANARY}.example" for one in (ada, ben)
    )
    for mail in mails:
        assert mail["Subject"] == "Your appointment"
        words = str(mail.get_payload())
        assert "10:00 to 10:50 on Tuesday 1 December 2026, in person" in words
        assert not [word for word in CLINICAL if word in f"{mail['Subject']} {words}".lower()]
    assert await world.states(case.case_id) == [("sent", None)] * 2
    assert await world.events(case.case_id) == ["message_queued"] * 2 + ["message_sent"] * 2


async def test_the_same_cause_again_says_nothing_new(world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    booking = world.booking(case)
    await world.hears(ada, case, booking, booking)
    await world.sends()
    await world.hears(booking, ada, case, booking)
    await world.sends()
    assert len(world.mails()) == 1
    assert await world.events(case.case_id) == ["message_queued", "message_sent"]


async def test_facts_may_come_in_any_order(world: World) -> None:
    for order in permutations(range(3)):
        ada = await world.client()
        case = world.case(ada)
        facts = (ada, case, world.booking(case))
        for place in order:
            await world.hears(facts[place])
            await world.sends()
        assert await world.states(case.case_id) == [("sent", None)]
    assert len(world.mails()) == 6


@pytest.mark.parametrize("tell", [True, False])
async def test_a_session_that_is_off_is_told_unless_a_person_has_to(
    world: World, tell: bool
) -> None:
    ada = await world.client()
    case = world.case(ada)
    booking = world.booking(case)
    said = booking.model_dump(
        include={"occurred_at", "clinic_id", "case_id", "appointment_id", "client_ids", "zone"}
    )
    off = AppointmentCancelled(**said, by="service", starts_at=booking.starts_at, tell_clients=tell)
    await world.hears(ada, case, off)
    await world.sends()
    assert len(world.mails()) == (1 if tell else 0)


async def test_a_flag_alerts_the_clinician_without_saying_which(world: World) -> None:
    case = world.case(await world.client())
    await world.hears(await world.staff(world.clinician), case, world.flag(case, world.clinician))
    await world.sends()
    [mail] = world.mails()
    assert mail["To"] == f"{world.clinician.hex[:8]}@staff.example"
    assert mail["Subject"] == "A flag needs your look: case TM-4821"
    words = str(mail.get_payload())
    assert f"\n{world.settings.web_url}/cases/{case.case_id}\n" in words
    assert not [word for word in ("SI_ITEM", "phq", "urgent", "harm") if word in words]


async def test_a_flag_without_a_clinician_waits_for_its_case(world: World) -> None:
    case = world.case(await world.client())
    await world.hears(await world.staff(world.clinician), world.flag(case, None))
    await world.sends()
    assert world.mails() == []
    await world.hears(case, case)
    await world.sends()
    assert len(world.mails()) == 1


async def test_who_has_left_is_not_alerted(world: World) -> None:
    lead = uuid4()
    left = StaffLeft(
        occurred_at=datetime.now(UTC),
        clinic_id=world.clinic,
        staff_id=world.clinician,
        last_day=date.today() - timedelta(days=2),  # noqa: DTZ011 - far enough from midnight
    )
    case = world.case(await world.client())
    await world.hears(
        await world.staff(world.clinician),
        await world.staff(lead, Role.CLINICAL_LEAD),
        left,
        case,
        world.flag(case, world.clinician),
    )
    await world.sends()
    assert [mail["To"] for mail in world.mails()] == [f"{lead.hex[:8]}@staff.example"]


async def test_a_clinic_chooses_under_which_name_it_writes(world: World) -> None:
    now, day = datetime.now(UTC), timedelta(days=1)
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    await world.sends()
    for name, since in (("Next", now + day), ("Old", now - 2 * day), ("Riverside", now - day)):
        await world.hears(await world.sender_name(f"{name} house", since))
    await world.hears(world.booking(case))
    await world.sends()
    assert [mail["From"] for mail in world.mails()] == [
        "Appointments <appointments@tidemark.example>",
        "Riverside house <appointments@tidemark.example>",
    ]
    ends = [str(mail.get_payload()).rstrip().rpartition("\n")[2] for mail in world.mails()]
    assert ends == [domain.SORRY, "Riverside house"]


@pytest.mark.parametrize(
    "contacts",
    [
        [("email", f"x@{CANARY}.example", False)],
        [("post", f"{CANARY} Street 1", True)],
        [("phone", "0123456", True), ("mobile", "0123457", False)],
    ],
)
async def test_only_a_safe_way_is_used(world: World, contacts: list[tuple[str, str, bool]]) -> None:
    ada = await world.client(*contacts)
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    await world.sends()
    assert world.mails() == []
    assert await world.states(case.case_id) == [("suppressed", "no_safe_contact")]
    assert (await world.events(case.case_id))[-1] == "message_suppressed"


async def test_a_mobile_is_used_when_no_mail_is_safe(world: World) -> None:
    ada = await world.client(("email", "a@b.example", False), ("mobile", "0123456", True))
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    await world.sends()
    [mail] = world.mails()
    assert mail["To"] == "0123456"
    rows = await world.rows("select channel from message where case_id = $1", case.case_id)
    assert [row["channel"] for row in rows] == ["sms"]


async def test_a_person_without_contact_or_with_an_erased_one(world: World) -> None:
    nobody, erased = await world.client(key=False), await world.client()
    case = world.case(nobody, erased)
    keyring = Keyring(world.settings, "api")
    await keyring.destroy(erased.client_id)
    await keyring.close()
    await world.hears(nobody, erased, case, world.booking(case))
    await world.sends()
    assert await world.states(case.case_id) == [("suppressed", "no_safe_contact")] * 2


async def test_an_old_cause_is_suppressed(world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case, timedelta(hours=25)))
    await world.sends()
    assert world.mails() == []
    assert await world.states(case.case_id) == [("suppressed", "late_cause")]


async def test_what_is_too_late_after_an_outage_is_held_back_together(world: World) -> None:
    """In one transaction, so that nobody waits behind thousands; what is not too late goes."""
    ada = await world.client()
    case = world.case(ada)
    old = [world.booking(case, timedelta(hours=25)) for _ in range(12)]
    await world.hears(ada, case, *old[:6], world.booking(case), *old[6:])
    await world.sends()
    rows = await world.rows(
        "select state, xmin::text::bigint as written from message where case_id = $1", case.case_id
    )
    late = [row["written"] for row in rows if row["state"] == "suppressed"]
    assert (len(late), len(set(late))) == (12, 1)
    assert len(world.mails()) == 1


async def test_a_contact_that_never_comes_is_not_waited_for_for_ever(world: World) -> None:
    case = world.case(await world.client())
    await world.hears(case, world.booking(case))
    await world.sends()
    assert await world.states(case.case_id) == [("queued", None)]
    await world.rows("update message set created_at = created_at - interval '2 hours'")
    await world.sends()
    assert await world.states(case.case_id) == [("suppressed", "no_contact")]


async def test_nothing_of_a_person_is_stored_or_published(world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, world.booking(case))
    await world.sends()
    for table in ("message", "contact", "outbox", "audit"):
        rows = await world.rows(f"select t::text as row from {table} t")
        assert CANARY not in " ".join(row["row"] for row in rows)
    published = await world.rows("select convert_from(data, 'UTF8') as data from outbox")
    assert CANARY not in " ".join(row["data"] for row in published)


def test_the_words_of_every_message() -> None:
    starts = datetime(2027, 3, 1, 9, 5)  # noqa: DTZ001 - a wall time
    said = [domain.booked(starts, starts, "Europe/London", mode) for mode in SessionMode] + [
        domain.rescheduled(starts, starts, "Europe/London"),
        domain.cancelled(starts, "Europe/London"),
    ]
    for words in said:
        assert "Monday 1 March 2027" in words.body
        assert not [w for w in CLINICAL if w in f"{words.subject} {words.body}".lower()]
    assert {AppointmentCancelled, AppointmentRescheduled}  # each has its words above
