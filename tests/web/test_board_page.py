"""The flag board's page: where an act leads back to, and its keys."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from tests.web.conftest import Upstream
from tests.web.in_a_browser import at
from tests.web.one_case import listed
from tests.web.test_flag_pages import FLAG, OURS, flag


Cookie = Callable[..., dict[str, str]]
OTHER = FLAG.replace("05", "06")
FROM = "/lead?view=table&show=safety"
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
    upstream.answers[f"/progress/v1/flags/{FLAG}/{act}"] = (200, {}, {})
    sent = {"back": FROM}
    done = await http.post(f"/lead/flags/{FLAG}/{act}", data=sent, headers=lead | OURS)
    assert (done.status_code, done.headers["location"]) == (303, FROM)


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
