"""The flag board's page: where an act leads back to, and its keys."""

from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.web.conftest import Upstream
from tests.web.in_a_browser import at
from tests.web.one_case import listed
from tests.web.test_flag_pages import FLAG, OURS, flag


Cookie = Callable[..., dict[str, str]]
OTHER = FLAG.replace("05", "06")
FROM = "/lead?view=table&show=safety"
SAID = {"acknowledge": "Acknowledged", "review": "Review started"}
FASTER = {"title": "Conflict", "acknowledged": {"by": "x", "at": "2026-11-24T09:00:00Z"}}


def board(upstream: Upstream, *flags: dict[str, Any]) -> None:
    upstream.answers["/progress/v1/flags"] = listed(*flags)


def new(**more: Any) -> dict[str, Any]:
    return flag(state="raised", acknowledged=None, to_acknowledge=True) | more


@pytest.mark.parametrize(
    ("state", "act", "button"),
    [("raised", "acknowledge", "Acknowledge"), ("acknowledged", "review", "Start review")],
)
async def test_the_table_has_the_next_act_and_it_leads_back_there(
    http: httpx.AsyncClient,
    upstream: Upstream,
    signed_in: Cookie,
    state: str,
    act: str,
    button: str,
) -> None:
    board(upstream, new(state=state, to_acknowledge=state == "raised"))
    lead = signed_in("clinical_lead")
    page = (await http.get(FROM, headers=lead)).text
    form = page.partition(f'action="/lead/flags/{FLAG}/{act}"')[2].partition("</form>")[0]
    assert f">{button}<" in form
    assert f'name="back" value="{FROM.replace("&", "&amp;")}"' in form
    upstream.answers[f"/progress/v1/flags/{FLAG}/{act}"] = (200, new(), {})
    sent = {"back": FROM}
    done = await http.post(f"/lead/flags/{FLAG}/{act}", data=sent, headers=lead | OURS)
    assert (done.status_code, done.headers["location"]) == (303, FROM)
    said = dict(done.cookies)["tidemark_said"]
    assert "suicide" not in said, "what it was about is readable in no cookie"
    cookies = f"{lead['Cookie']}; tidemark_said={said}"
    after = (await http.get(FROM, headers={"Cookie": cookies})).text
    assert f"{SAID[act]}, “thoughts of suicide or self-harm”." in after


async def test_who_was_slower_stays_where_the_act_came_from(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    board(upstream, new())
    upstream.answers[f"/progress/v1/flags/{FLAG}/acknowledge"] = (409, FASTER, {})
    refused = await http.post(
        f"/lead/flags/{FLAG}/acknowledge",
        data={"back": FROM},
        headers=signed_in("clinical_lead") | OURS,
    )
    assert refused.status_code == 409
    assert "Somebody else was first" in refused.text
    assert "The figures above are of all open flags." in refused.text, "the filter still holds"
    assert "<caption" in refused.text, "it is still the table"


async def test_a_flags_page_leads_back_to_the_list_it_was_opened_from(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    board(upstream, flag())
    lead, path = signed_in("clinical_lead"), f"/lead/flags/{FLAG}"
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(), {})
    upstream.answers[f"/progress/v1/flags/{FLAG}/review"] = (200, {}, {})
    listed_there = (await http.get(FROM, headers=lead)).text
    opened = f"{path}?back={quote(FROM)}"
    assert f'href="{opened}"' in listed_there
    page = (await http.get(opened, headers=lead)).text
    assert f'class="nhsuk-back-link" href="{FROM.replace("&", "&amp;")}"' in page
    here = unescape(page.partition('name="back" value="')[2].partition('"')[0])
    done = await http.post(f"{path}/review", data={"back": here}, headers=lead | OURS)
    again = (await http.get(done.headers["location"], headers=lead)).text
    assert f'class="nhsuk-back-link" href="{FROM.replace("&", "&amp;")}"' in again
    # Refused on the board: what is put right on the flag's page leads to the board.
    wrong = await http.post(f"{path}/assign", data={"back": FROM}, headers=lead | OURS)
    assert f'name="back" value="{FROM.replace("&", "&amp;")}"' in wrong.text


@pytest.mark.parametrize("back", ["https://elsewhere.example/lead", "//x/lead", "/desk", "/leader"])
async def test_a_flags_page_leads_nowhere_but_to_a_list_of_flags(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, back: str
) -> None:
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(), {})
    path = f"/lead/flags/{FLAG}?back={quote(back)}"
    page = (await http.get(path, headers=signed_in("clinical_lead"))).text
    assert 'class="nhsuk-back-link" href="/lead"' in page


@pytest.mark.browser
@pytest.mark.parametrize("view", ["board", "table"])
async def test_after_an_act_the_focus_is_on_the_next_row_also_in_what_was_folded(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser, view: str
) -> None:
    low = {"severity": "low", "rule": "DNA_1", "safety": False}
    many = [new(flag_id=OTHER.replace("06", f"{n}"), **low) for n in range(10, 20)]
    board(upstream, *many)
    acted, following = many[7]["flag_id"], many[8]["flag_id"]
    upstream.answers[f"/progress/v1/flags/{acted}/acknowledge"] = (200, {}, {})
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.goto(f"/lead?view={view}")
        if view == "board":
            await page.locator("summary", has_text="The other 4 flags").click()
        button = page.locator(f"#take-{acted} button[type=submit]")
        board(upstream, *(each for each in many if each["flag_id"] != acted))
        await button.click()
        await expect(page.locator(f"#take-{acted}")).to_have_count(0)
        await expect(page.locator(f"#take-{following} button[type=submit]")).to_be_focused()


@pytest.mark.browser
async def test_j_and_k_go_over_the_cards_that_can_be_seen(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    low = {"severity": "low", "rule": "DNA_1", "safety": False}
    folded = [new(flag_id=OTHER.replace("06", f"{n}"), **low) for n in range(10, 17)]
    board(upstream, new(), new(flag_id=OTHER, state="in_review", to_acknowledge=False), *folded)
    where = "document.activeElement.closest('.tm-card')?.id"
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.goto("/lead")
        cards = await page.locator(".tm-card:visible").count()
        visited = []
        for _ in range(cards):
            await page.keyboard.press("j")
            visited.append(await page.evaluate(where))
        assert visited[0] == f"flag-{FLAG}"
        assert visited[-1] == f"flag-{OTHER}"
        assert len(set(visited)) == cards < 2 + len(folded)
        await page.keyboard.press("k")
        assert await page.evaluate(where) == visited[-2]
