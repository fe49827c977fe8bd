"""A client gets the link to a questionnaire; nobody else does, and nobody learns what it is."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from shared.events.words import Role
from shared.keyring import Keyring
from tests.notifications.test_telling import CLINICAL
from tests.notifications.world import World


TOKEN = "Zq3-token_of_a_link"
PATH = f"/respond/{TOKEN}"


async def test_the_client_gets_the_link_and_no_clinical_word(world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    link = await world.link(case, ada, PATH)
    await world.hears(ada, case, link, link)
    await world.sends()
    [mail] = world.mails()
    words = str(mail.get_payload())
    assert f"\n{world.settings.web_url}{PATH}\n" in words
    said = f"{mail['Subject']} {words}".lower()
    assert not [word for word in (*CLINICAL, "questionnaire", "measure") if word in said]
    assert await world.events(case.case_id) == ["message_queued", "message_sent"]


async def test_the_address_stays_sealed_everywhere_but_in_the_mail(
    world: World, http: httpx.AsyncClient
) -> None:
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, await world.link(case, ada, PATH))
    await world.sends()
    for table in ("message", "outbox"):
        rows = await world.rows(f"select {table}::text as row from {table}")
        assert not [row for row in rows if TOKEN in row["row"]]
    for role in (Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD):
        headers = world.headers(role, world.clinician)
        answer = await http.get(f"/v1/messages?case_id={case.case_id}", headers=headers)
        [shown] = answer.json()["items"]
        assert (shown["purpose"], "[link]" in shown["body"]) == ("questionnaire", True)
        assert "sealed" not in answer.text


async def test_what_was_handed_over_or_has_expired_is_not_sent(world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    past = datetime.now(UTC) - timedelta(seconds=1)
    await world.hears(
        ada,
        case,
        await world.link(case, ada, None),
        await world.link(case, ada, PATH, expires_at=past),
    )
    await world.sends()
    assert (world.mails(), await world.states(case.case_id)) == ([], [])


async def test_old_links_and_unsafe_contacts_are_held_back(world: World) -> None:
    ada = await world.client(("email", "ada@example.org", False))
    case = world.case(ada)
    old = datetime.now(UTC) - timedelta(hours=25)
    await world.hears(
        ada,
        case,
        await world.link(case, ada, PATH),
        await world.link(case, ada, PATH, occurred_at=old),
    )
    await world.sends()
    assert world.mails() == []
    assert sorted(await world.states(case.case_id)) == [
        ("suppressed", "late_cause"),
        ("suppressed", "no_safe_contact"),
    ]


async def test_a_link_of_somebody_else_is_never_opened(world: World) -> None:
    ada, ben = await world.client(), await world.client()
    case = world.case(ada, ben)
    stolen = (await world.link(case, ada, PATH)).model_copy(
        update={"client_id": ben.client_id, "link_id": uuid4()}
    )
    await world.hears(ada, ben, case, stolen)
    await world.sends()
    assert world.mails() == []
    assert await world.states(case.case_id) == [("suppressed", "link_unreadable")]


async def test_an_erased_client_is_sent_nothing(world: World) -> None:
    ada = await world.client()
    case = world.case(ada)
    await world.hears(ada, case, await world.link(case, ada, PATH))
    keyring = Keyring(world.settings, "api")
    await keyring.destroy(ada.client_id)
    await keyring.close()
    await world.sends()
    assert world.mails() == []
