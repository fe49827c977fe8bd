"""The respondent's pages: where the token goes, what is saved, crisis text, links that are over."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text

from tests.respond.conftest import Place
from tests.respond.filling import SAMARITANS, answers


async def test_the_token_leaves_the_address_at_once(place: Place) -> None:
    link = await place.link()
    async with httpx.AsyncClient(base_url=place.url) as http:
        answer = await http.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/respond")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Path=/respond", "SameSite=lax"))
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert link.rpartition("/")[2] not in cookie


async def test_the_cookie_of_a_public_address_is_for_tls_only(place: Place) -> None:
    async with httpx.AsyncClient(base_url=place.url) as http:
        answer = await http.get(await place.link())
    assert "Secure" not in answer.headers["set-cookie"]  # the control: development has no TLS


async def test_every_page_keeps_quiet(
    place: Place, phone: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await place.case()
    link = await place.link(case)
    await phone.get(link)
    pages = ["/respond", "/respond/question/1", "/respond/all", "/respond/check", "/respond/sent"]
    for path in [*pages, "/respond/nonsense", "/respond/question/ninety"]:
        page = await phone.get(path)
        assert page.headers["referrer-policy"] == "no-referrer", path
        assert page.headers["cache-control"] == "no-store", path
        for secret in (link.rpartition("/")[2], str(case.case_id), str(case.client_ids[0])):
            assert secret not in page.text, path
    logged = capsys.readouterr().out
    assert '"route": "/respond/{token}"' in logged  # the control: this is where it would stand
    assert link.rpartition("/")[2] not in logged
    forwarded = [headers for _, headers in place.upstream.seen]
    assert not [one for one in forwarded if "referer" in one or "cookie" in one]


async def test_of_somebody_who_was_erased_nothing_is_shown_or_taken(
    place: Place, phone: httpx.AsyncClient
) -> None:
    case = await place.case()
    await phone.get(await place.link(case))
    await phone.post("/respond/question/1", data={"answer": "3"})
    assert place.world.maker
    await place.world.maker.destroy(case.client_ids[0])
    for page in (
        await phone.get("/respond/check"),
        await phone.post("/respond/question/2", data={"answer": "1"}),
        await phone.post("/respond/send"),
    ):
        assert page.status_code == 410
        assert "This link cannot be used any more" in page.text
        assert "Nearly every day" not in page.text


async def test_from_start_to_thanks(place: Place, phone: httpx.AsyncClient) -> None:
    start = await phone.get(await place.link())
    assert "9 questions, about 3 min." in start.text
    assert "Nobody reads your answers at the moment you send them." in start.text
    assert "your clinic is told so after half an hour" in start.text
    check = await answers(phone)
    assert check.url.path == "/respond/check"
    assert check.text.count("Not at all") == 9
    sent = await phone.post("/respond/send")
    assert (sent.status_code, sent.url.path) == (200, "/respond/sent")
    assert "Thank you. Your answers were sent" in sent.text
    assert SAMARITANS in sent.text
    assert await place.world.count("response") == 1
    again = await phone.post("/respond/send")
    assert (again.status_code, again.url.path) == (200, "/respond/sent")
    assert await place.world.count("response") == 1


async def test_an_answer_is_saved_at_once_and_can_be_changed(
    place: Place, phone: httpx.AsyncClient
) -> None:
    link = await place.link()
    await phone.get(link)
    await phone.post("/respond/question/1", data={"answer": "2"})
    phone.cookies.clear()
    await phone.get(link)
    page = await phone.post("/respond", data={"how": "one"})
    assert page.url.path == "/respond/question/2"  # where one stopped
    assert 'value="2" checked' in (await phone.get("/respond/question/1")).text
    changed = await phone.post("/respond/question/1", data={"answer": "3", "changing": "1"})
    assert changed.url.path == "/respond/check"
    assert "Nearly every day" in changed.text


@pytest.mark.parametrize("sent", [{}, {"answer": ""}, {"answer": "4"}, {"answer": "x"}])
async def test_what_is_no_answer_is_named(
    place: Place, phone: httpx.AsyncClient, sent: dict[str, str]
) -> None:
    await phone.get(await place.link())
    page = await phone.post("/respond/question/2", data=sent)
    assert page.status_code == 422
    assert '<a href="#q2">Question 2 needs an answer</a>' in page.text
    assert "<title>Error:" in page.text


@pytest.mark.parametrize("path", ["question/2", "all"])
async def test_a_mark_beyond_the_line_is_told_so_and_the_earlier_one_stays(
    place: Place, phone: httpx.AsyncClient, path: str
) -> None:
    await place.world.switches("ors", licence_confirmed=True)
    await phone.get(await place.link(measure="ors"))
    await phone.post("/respond/question/2", data={"answer": "40"})
    name = "answer-2" if path == "all" else "answer"
    page = await phone.post(f"/respond/{path}", data={name: "140"})
    assert page.status_code == 422
    assert '<a href="#q2">Write a whole number from 0 to 100.</a>' in page.text
    assert 'value="40"' in page.text


async def test_sending_too_little_names_what_is_missing(
    place: Place, phone: httpx.AsyncClient
) -> None:
    await phone.get(await place.link())
    await phone.post("/respond/question/1", data={"answer": "1"})
    page = await phone.post("/respond/send")
    assert page.status_code == 422
    assert page.text.count("needs an answer") == 8
    assert await place.world.count("response") == 0


async def test_all_on_one_page(place: Place, phone: httpx.AsyncClient) -> None:
    await phone.get(await place.link())
    page = await phone.post("/respond", data={"how": "all"})
    assert (page.url.path, page.text.count("<fieldset")) == ("/respond/all", 9)
    first = {f"answer-{number}": "1" for number in range(1, 9)}
    page = await phone.post("/respond/all", data=first)
    assert page.status_code == 422
    assert '<a href="#q9">Question 9 needs an answer</a>' in page.text
    assert page.text.count(" checked") == 8  # the others are saved
    page = await phone.post("/respond/all", data={"answer-9": "1"})
    assert page.url.path == "/respond/check"
    assert 'role="alert"' in page.text


async def test_a_service_that_is_away_says_so_in_this_frame(
    place: Place, phone: httpx.AsyncClient
) -> None:
    await phone.get(await place.link())
    place.upstream.away = {"goals"}
    page = await phone.get("/respond/question/1")
    assert page.status_code == 503
    assert "This cannot be shown just now" in page.text
    assert "Sign in" not in page.text


async def test_links_that_are_over_have_one_page(place: Place, phone: httpx.AsyncClient) -> None:
    used, expired, withdrawn = await place.link(), await place.link(), await place.link()
    await phone.get(used)
    await answers(phone)
    await phone.post("/respond/send")
    change = text("update link set state = :state, expires_at = :at where token_hash = sha256(:of)")
    async with place.world.worker.session() as session:
        for link, state in ((expired, "open"), (withdrawn, "withdrawn")):
            given = {"state": state, "of": link.rpartition("/")[2].encode()}
            await session.execute(change, given | {"at": datetime.now(UTC)})
    phone.cookies.clear()
    for link in (used, expired, withdrawn):
        page = await phone.get(link)
        assert page.status_code == 410
        assert "This link cannot be used any more" in page.text
        assert "call your clinic" in page.text
        assert SAMARITANS in page.text
    unknown = [await phone.get(f"/respond/{word}") for word in ("x" * 43, "unknown", "%C3%A4")]
    assert {page.status_code for page in unknown} == {410}
    assert len({page.text for page in unknown}) == 1
    assert "call your local emergency number" in unknown[0].text
    assert (await phone.get("/respond")).text == unknown[0].text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"answer=" + b"1" * 1_100_000),
        ("application/x-www-form-urlencoded", b"a=1&" * 1_100),
        ("multipart/form-data", b"no boundary"),
    ],
    ids=["too long", "too many", "none"],
)
async def test_what_is_no_form_of_ours_is_refused_in_this_frame(
    place: Place, phone: httpx.AsyncClient, kind: str, body: bytes
) -> None:
    await phone.get(await place.link())
    for path in ("/respond", "/respond/question/1", "/respond/all"):
        page = await phone.post(path, content=body, headers={"Content-Type": kind})
        assert page.status_code == 400, path
        assert "This cannot be shown just now" in page.text


async def test_withdrawn_while_answering(place: Place, phone: httpx.AsyncClient) -> None:
    await phone.get(await place.link())
    page = await phone.get("/respond/question/1")
    assert page.status_code == 200
    async with place.world.worker.session() as session:
        await session.execute(text("update link set state = 'withdrawn'"))
    assert (await phone.get("/respond/question/1")).status_code == 410
    assert (await phone.post("/respond/question/1", data={"answer": "1"})).status_code == 410
    assert (await phone.post("/respond/send")).status_code == 410


async def test_each_member_of_a_couple_sees_their_own(place: Place) -> None:
    case = await place.case(clients=2)
    links = [await place.link(case, client_id=str(each)) for each in case.client_ids]
    async with (
        httpx.AsyncClient(base_url=place.url, follow_redirects=True) as one,
        httpx.AsyncClient(base_url=place.url, follow_redirects=True) as other,
    ):
        await one.get(links[0])
        await other.get(links[1])
        await one.post("/respond/question/1", data={"answer": "3"})
        assert " checked" not in (await other.get("/respond/question/1")).text
