"""Who was really told, why a flag was cleared, whom front desk is to reach: in a browser."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.system.pages import PHONE, WIDE, scrolls_sideways, signed_in, violations
from tests.system.running import System, until
from tests.system.test_flag_pages import raised


pytestmark = [pytest.mark.system, pytest.mark.browser]


async def voided(system: System, flag: dict[str, Any]) -> None:
    """The answers that a flag rests on are voided by the case's clinician; the flag is cleared."""
    token = system.person("clinician")["token"]
    path = f"progress/v1/flags/{flag['flag_id']}"
    [answer] = (await system.get(path, token))["rests_on"]
    body = {"reason": "entered_wrongly"}
    await system.post(f"goals/v1/responses/{answer['subject_id']}/void", token, body)

    async def cleared() -> bool:
        return bool((await system.get(path, token))["state"] == "cleared")

    await until(cleared, 30, "the flag to be cleared")


async def test_a_flag_names_who_was_really_told_and_what_cleared_it(
    browser: Browser, system: System, axe: str
) -> None:
    flag = await raised(system)
    name, address = system.person("clinician")["name"], f"/lead/flags/{flag['flag_id']}"
    token = system.person("clinical_lead")["token"]
    clinic = system.demo["partner"]["clinic_id"]

    async def sent() -> bool:
        asked = {"clinic_id": clinic, "flag_id": flag["flag_id"], "state": "sent"}
        return bool((await system.get("notifications/v1/messages", token, **asked))["items"])

    await until(sent, 30, "the alert to be sent")
    async with signed_in(browser, system, "clinical_lead", WIDE) as page:
        await page.goto(address)
        await expect(page.locator("#told")).to_contain_text(f"{name}, the clinician")
        await expect(page.locator("#untold")).to_have_count(0)
    await voided(system, flag)
    for width in (WIDE, PHONE):
        async with signed_in(browser, system, "clinical_lead", width) as page:
            await page.goto(address)
            cleared = page.locator("#cleared")
            await expect(cleared).to_contain_text("item 9 answered 2”, of today")
            await expect(cleared).to_contain_text("was voided today")
            await expect(cleared).to_contain_text(f"by {name}: it was entered wrongly")
            await expect(page.locator("main")).to_contain_text("It said: “PHQ-9 item 9 answered 2")
            assert await violations(page, axe) == []
            assert not await scrolls_sideways(page)


async def test_a_messages_link_leads_front_desk_to_whom_to_reach(
    browser: Browser, system: System
) -> None:
    clinic = system.demo["partner"]["clinic_id"]
    for width in (WIDE, PHONE):
        async with signed_in(browser, system, "front_desk", width) as page:
            await page.goto(f"/desk/missed/{clinic}")
            await expect(page).to_have_url(f"{system.demo['web']}/desk#h-missed")
            section = page.locator("section[aria-labelledby=h-missed]")
            await expect(section.locator("h2")).to_be_in_viewport()
            await expect(section).not_to_contain_text("cannot be shown")
            asking = section.get_by_role("link", name="How to reach them")
            rows = await asking.count()
            await asking.first.click()
            await expect(asking).to_have_count(rows - 1)  # the others stay unread
            await expect(section).to_contain_text(re.compile("mobile|phone|email|No safe way"))
            await expect(page).to_have_url(f"{system.demo['web']}/desk#h-missed")
            assert not await scrolls_sideways(page)
