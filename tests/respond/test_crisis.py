"""The crisis text: where it stands, when it is raised, and what happens without it."""

import re

import httpx
import pytest

from services.web.respond.views import with_links
from tests.respond.conftest import TEXTS, Place
from tests.respond.filling import SAMARITANS, answers


async def test_only_where_a_safety_item_is_asked_is_it_said_that_leaving_is_told(
    place: Place, phone: httpx.AsyncClient
) -> None:
    start = await phone.get(await place.link(measure="gad-7"))
    assert "your clinic is told so" not in start.text


async def test_the_crisis_text_stands_at_the_item_for_everybody(
    place: Place, phone: httpx.AsyncClient
) -> None:
    await phone.get(await place.link())
    assert SAMARITANS not in (await phone.get("/respond/question/8")).text
    page = (await phone.get("/respond/question/9")).text
    assert '<a href="tel:999">999</a>' in page
    assert page.count(SAMARITANS) == 1
    assert page.index("Nearly every day") < page.index(SAMARITANS)


async def test_it_is_raised_on_the_next_page_and_after_sending(
    place: Place, phone: httpx.AsyncClient
) -> None:
    await phone.get(await place.link())
    check = await answers(phone, ninth=1)
    sent = await phone.post("/respond/send")
    for page in (check, sent):
        assert (
            page.text.index('role="alert"') < page.text.index(SAMARITANS) < page.text.index("<h1")
        )
        assert page.text.count(SAMARITANS) == 1
    told = [row for row in await place.world.published() if row.type == "goals.crisis_text_shown"]
    assert len(told) == 1


async def test_zero_is_not_called_safe(place: Place, phone: httpx.AsyncClient) -> None:
    await phone.get(await place.link())
    pages = [await answers(phone), await phone.post("/respond/send")]
    for page in pages:
        assert not re.search(r"\bsafe\b|low risk|no risk", page.text, re.IGNORECASE)
        assert 'role="alert"' not in page.text


async def test_a_safety_item_is_not_asked_without_its_text(
    place: Place, phone: httpx.AsyncClient
) -> None:
    await phone.get(await place.link())
    place.upstream.away = {"clinics"}
    assert (await phone.get("/respond/question/8")).status_code == 200
    for path in ("/respond/question/9", "/respond/all"):
        page = await phone.get(path)
        assert page.status_code == 503
        assert "Thoughts of death" not in page.text
        assert "call your local emergency number" in page.text


@pytest.mark.parametrize(
    ("words", "links"),
    [
        (TEXTS["en"], ["999", "116123"]),
        ("Ring +44 20 7946 0018 or 112.", ["+442079460018", "112"]),
        ("Open from 9:00 to 17:30, 24 hours, 7 days.", []),
        ("Text 85258.", ["85258"]),
    ],
)
def test_numbers_become_links(words: str, links: list[str]) -> None:
    assert re.findall(r'href="tel:([^"]+)"', with_links(words)) == links


def test_a_text_stays_text() -> None:
    assert "<script>" not in with_links("<script>alert(1)</script> 999")
