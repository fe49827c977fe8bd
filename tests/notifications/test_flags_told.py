"""Who is told of which flag: those whom the rule names, who stands in, and never the wrong ones."""

from datetime import UTC, datetime, timedelta
from email.message import Message as Mail
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.events.intake import CaseOpened
from shared.events.progress import (
    ConcernEscalated,
    ConcernNamed,
    ConcernRaised,
    FlagAssigned,
    FlagEscalated,
)
from shared.events.rules import Teller
from shared.events.words import Role, Rule
from tests.notifications.world import World


MESSAGES = "select recipient_id, purpose from message where clinic_id = $1"


async def people(world: World) -> dict[Role, UUID]:
    """One of each role."""
    found = {Role.CLINICIAN: world.clinician}
    for role in (Role.CLINICAL_LEAD, Role.FRONT_DESK, Role.SAFEGUARDING_LEAD):
        found[role] = uuid4()
        await world.hears(await world.staff(found[role], role))
    await world.hears(await world.staff(world.clinician))
    return found


def text_of(mail: Mail) -> str:
    """What a mail says, without the line breaks of its way."""
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()


async def told(world: World) -> dict[UUID, str]:
    """Recipient → purpose of all messages."""
    rows = await world.rows(MESSAGES, world.clinic)
    return {row["recipient_id"]: row["purpose"] for row in rows}


@pytest.mark.parametrize(
    ("tell", "roles"),
    [
        ((Teller.CLINICIAN,), {Role.CLINICIAN}),
        ((Teller.CLINICAL_LEAD,), {Role.CLINICAL_LEAD}),
        ((Teller.CLINICIAN, Teller.FRONT_DESK), {Role.CLINICIAN, Role.FRONT_DESK}),
        ((), set()),
    ],
)
async def test_those_whom_the_rule_names_are_told(
    world: World, tell: tuple[Teller, ...], roles: set[Role]
) -> None:
    who, case = await people(world), world.case(await world.client())
    flag = world.flag(case, world.clinician).model_copy(update={"tell": tell})
    await world.hears(case, flag, flag)
    assert await told(world) == {who[role]: "flag_raised" for role in roles}


def about(world: World, case: CaseOpened) -> dict[str, Any]:
    """What every event about a flag of a case says."""
    return {
        "clinic_id": world.clinic,
        "flag_id": uuid4(),
        "case_id": case.case_id,
        "client_id": None,
        "rule": Rule.SI_ITEM,
        "rule_version": 2,
    }


def escalated(world: World, case: CaseOpened, to: Teller, person: UUID | None) -> FlagEscalated:
    now = datetime.now(UTC)
    return FlagEscalated(
        occurred_at=now,
        **about(world, case),
        step=1,
        to=to,
        person_id=person,
        due_at=now,
    )


async def test_an_escalation_goes_to_who_stands_in_then_to_the_leads(world: World) -> None:
    who, deputy = await people(world), uuid4()
    case = world.case(await world.client())
    await world.hears(case, escalated(world, case, Teller.DEPUTY, deputy))
    assert await told(world) == {deputy: "flag_escalated"}
    await world.hears(escalated(world, case, Teller.CLINICAL_LEAD, None))
    assert (await told(world))[who[Role.CLINICAL_LEAD]] == "flag_escalated"


def assigned(world: World, case: CaseOpened, by: UUID, to: UUID, at: datetime) -> FlagAssigned:
    return FlagAssigned(
        occurred_at=at,
        **about(world, case),
        by=by,
        to=to,
    )


async def test_who_is_given_a_flag_is_told_once_and_who_takes_it_is_not(world: World) -> None:
    who, now = await people(world), datetime.now(UTC)
    case, lead = world.case(await world.client()), who[Role.CLINICAL_LEAD]
    handed = assigned(world, case, lead, world.clinician, now)
    await world.hears(case, handed, handed, assigned(world, case, lead, lead, now))
    assert await told(world) == {world.clinician: "flag_raised"}
    await world.sends()
    [mail] = world.mails()
    assert mail["Subject"] == f"A flag was given to you: case {case.case_number}"
    assert f"/cases/{case.case_id}\n" in text_of(mail)
    assert not any(word in text_of(mail).lower() for word in ("harm", "suicid", "safety"))


async def test_what_was_given_long_ago_is_held_back(world: World) -> None:
    who, long_ago = await people(world), datetime.now(UTC) - timedelta(days=30)
    case = world.case(await world.client())
    lead = who[Role.CLINICAL_LEAD]
    await world.hears(case, assigned(world, case, lead, world.clinician, long_ago))
    await world.sends()
    assert await world.states(case.case_id) == [("suppressed", "late_cause")]


async def test_a_mail_to_staff_leads_to_no_ones_front_end(world: World) -> None:
    """A lead may not open the clinician's pages, nor a clinician the lead's."""
    await people(world)
    case = world.case(await world.client())
    flag = world.flag(case, world.clinician)
    await world.hears(case, flag, escalated(world, case, Teller.CLINICAL_LEAD, None))
    await world.sends()
    mails = [text_of(mail) for mail in world.mails()]
    assert len(mails) == 2
    assert all(f"/cases/{case.case_id}" in mail for mail in mails)
    assert not any("/clinician" in mail or "/lead" in mail for mail in mails)


async def test_a_concern_reaches_the_safeguarding_lead_alone(
    http: httpx.AsyncClient, world: World
) -> None:
    who, now = await people(world), datetime.now(UTC)
    common = {"occurred_at": now, "clinic_id": world.clinic, "concern_id": uuid4()}
    await world.hears(ConcernRaised(**common, urgent=True), ConcernEscalated(**common, step=1))
    await world.sends()
    rows = await world.rows(MESSAGES, world.clinic)
    lead = who[Role.SAFEGUARDING_LEAD]
    assert [tuple(row) for row in rows] == [(lead, "concern")] * 2
    mails = [text_of(mail) for mail in world.mails()]
    assert not any(word in mail.lower() for mail in mails for word in ("child", "harm", "abuse"))
    assert all(f"/safeguarding/concerns/{common['concern_id']}" in mail for mail in mails)
    assert await world.rows("select 1 from outbox where clinic_id = $1", world.clinic) == []
    for role in (Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD):
        headers = world.headers(role, who[role])
        shown = await http.get(
            "/v1/messages", params={"clinic_id": str(world.clinic)}, headers=headers
        )
        assert shown.json()["items"] == []
        assert not any(shown.json()["counts"].values())


async def test_where_nobody_has_the_role_those_who_can_give_it_are_told(world: World) -> None:
    lead, now = uuid4(), datetime.now(UTC)
    await world.hears(await world.staff(lead, Role.CLINICAL_LEAD))
    await world.hears(await world.staff(world.clinician))
    common = {"occurred_at": now, "clinic_id": world.clinic, "concern_id": uuid4()}
    await world.hears(ConcernRaised(**common, urgent=True))
    await world.sends()
    assert await told(world) == {lead: "concern"}
    [mail] = [text_of(mail) for mail in world.mails()]
    assert "/safeguarding" in mail
    assert str(common["concern_id"]) not in mail


async def test_whoever_is_named_to_see_a_concern_is_told_and_nobody_sees_that(
    http: httpx.AsyncClient, world: World
) -> None:
    who, now = await people(world), datetime.now(UTC)
    named = ConcernNamed(
        occurred_at=now, clinic_id=world.clinic, concern_id=uuid4(), person_id=world.clinician
    )
    await world.hears(named, named)
    await world.sends()
    assert await told(world) == {world.clinician: "concern"}
    [mail] = [text_of(mail) for mail in world.mails()]
    assert f"/concerns/{named.concern_id}" in mail
    assert "/safeguarding" not in mail
    assert "concern" not in mail.replace(f"/concerns/{named.concern_id}", "")
    assert await world.rows("select 1 from outbox where clinic_id = $1", world.clinic) == []
    headers = world.headers(Role.CLINICAL_LEAD, who[Role.CLINICAL_LEAD])
    shown = await http.get("/v1/messages", params={"clinic_id": str(world.clinic)}, headers=headers)
    assert shown.json()["items"] == []


async def test_front_desk_is_led_to_its_clinics_list_of_missed_sessions(world: World) -> None:
    await people(world)
    case = world.case(await world.client())
    flag = world.flag(case, world.clinician).model_copy(
        update={"tell": (Teller.FRONT_DESK,), "rule": Rule.DNA_1}
    )
    await world.hears(case, flag)
    await world.sends()
    assert f"/desk/missed/{world.clinic}\n" in text_of(world.mails()[-1])


async def test_a_flags_messages_are_found_by_it_with_when_their_cause_was(
    world: World, http: httpx.AsyncClient
) -> None:
    who, case = await people(world), world.case(await world.client())
    flag, other = world.flag(case, world.clinician), world.flag(case, world.clinician)
    old = flag.model_copy(update={"occurred_at": datetime.now(UTC) - timedelta(days=9)})
    step = escalated(world, case, Teller.CLINICAL_LEAD, None)
    step = step.model_copy(update={"flag_id": flag.flag_id})
    await world.hears(case, old, other, step)
    await world.sends()
    asked = {"clinic_id": str(world.clinic), "flag_id": str(flag.flag_id)}
    headers = world.headers(Role.CLINICAL_LEAD)
    items = (await http.get("/v1/messages", params=asked, headers=headers)).json()["items"]
    found = {each["recipient"]["id"]: each for each in items}
    assert set(found) == {str(world.clinician), str(who[Role.CLINICAL_LEAD])}
    held = found[str(world.clinician)]
    assert (held["state"], held["reason"]) == ("suppressed", "late_cause")
    assert datetime.fromisoformat(held["caused_at"]) == old.occurred_at
    assert {each["flag_id"] for each in items} == {str(flag.flag_id)}
    # Front desk sees the messages of its clinic, and of none about which flag it is.
    desk = world.headers(Role.FRONT_DESK)
    there = {"clinic_id": str(world.clinic)}
    seen = (await http.get("/v1/messages", params=there, headers=desk)).json()["items"]
    assert len(seen) == 3
    assert {each["flag_id"] for each in seen} == {None}
    assert (await http.get("/v1/messages", params=asked, headers=desk)).status_code == 404
    # Another clinician's case is not theirs to ask about, by its flag neither.
    stranger = world.headers(Role.CLINICIAN, uuid4())
    hidden = (await http.get("/v1/messages", params=asked, headers=stranger)).json()
    assert hidden["items"] == []


async def test_a_flag_that_waited_for_its_case_is_still_named(world: World) -> None:
    case = world.case(await world.client())
    flag = world.flag(case, None)
    await world.hears(flag, case)
    rows = await world.rows("select flag_id from message where case_id = $1", case.case_id)
    assert [row["flag_id"] for row in rows if row["flag_id"]] == [flag.flag_id]
