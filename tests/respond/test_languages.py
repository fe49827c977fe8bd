"""The respondent's pages in the client's language, and in the clinic's own wording."""

import json
import re

import httpx
from sqlalchemy import text

from services.web.respond.words import LANGUAGES
from tests.respond.conftest import Place


async def test_the_pages_speak_the_clients_language(place: Place, phone: httpx.AsyncClient) -> None:
    start = await phone.get(await place.link(), headers={"Accept-Language": "pl-PL,en;q=0.5"})
    assert '<html lang="pl">' in start.text
    assert "Kilka pytań" in start.text
    await phone.post("/respond", data={"language": "pl", "how": "one"})
    page = (await phone.get("/respond/question/9")).text
    assert '<p lang="pl">' in page
    assert '<a href="tel:800702222">800 70 22 22</a>' in page
    assert 'lang="en">Thoughts of death or self-harm' in page  # no Polish wording was imported
    english = await phone.post("/respond", data={"language": "en", "how": "one"})
    assert '<html lang="en">' in english.text
    odd = await phone.post("/respond", data={"language": "xx", "how": "one"})
    assert '<html lang="en">' in odd.text


async def test_the_clinics_own_wording_is_shown_in_its_language(
    place: Place, phone: httpx.AsyncClient
) -> None:
    case = await place.case()
    words = {
        "title": "Ankieta",
        "instructions": "Jak często?",
        "copyright": "© Zebra",
        "items": [
            {
                "number": number,
                "text": f"Pełne pytanie <{number}>",
                "answers": [{"value": value, "text": f"Odpowiedź {value}"} for value in range(4)],
            }
            for number in range(1, 10)
        ],
    }
    put = text(
        "insert into wording values (gen_random_uuid(), :clinic, 'phq-9', '1', 'pl', 1,"
        " cast(:words as jsonb), now(), gen_random_uuid())"
    )
    async with place.world.worker.session() as session:
        given = {"clinic": place.world.clinic_id, "words": json.dumps(words)}
        await session.execute(put, given)
    await phone.get(await place.link(case))
    await phone.post("/respond", data={"language": "pl", "how": "one"})
    page = (await phone.get("/respond/question/9")).text
    assert 'lang="pl">Pełne pytanie &lt;9&gt;' in page
    assert all(said in page for said in ("Odpowiedź 3", "Jak często?", "© Zebra"))
    assert "Są tu tylko krótkie nagłówki" not in page
    await phone.post("/respond", data={"language": "en", "how": "one"})
    page = (await phone.get("/respond/question/9")).text
    assert "Thoughts of death or self-harm" in page
    assert "Ask whoever gave you the link for it." in page
    assert "paper" not in page  # nobody on a phone has one


def test_every_language_has_every_word_with_the_same_places() -> None:
    english = LANGUAGES["en"]
    assert len(LANGUAGES) >= 3
    for words in LANGUAGES.values():
        assert words.keys() == english.keys()
        for key, said in words.items():
            assert said.strip()
            places = [sorted(re.findall(r"{\w+}", each)) for each in (said, english[key])]
            assert places[0] == places[1], key
