"""The journey by hand: the pages in a real browser, with and without JavaScript."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system.cases import open_case, referral, set_goal
from tests.system.pages import caught_up, signed_in
from tests.system.running import System, until


pytestmark = [pytest.mark.system, pytest.mark.browser]

WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


async def send_referral(system: System) -> str:
    """A referral from the partner's system; its case id."""
    body = referral(system.demo["partner"]["clinic_id"])
    sent = await system.post("intake/v1/referrals", await system.partner_token(), body)
    case_id: str = sent["case_id"]
    return case_id


async def test_a_new_referral_is_told_to_an_open_page(browser: Browser, system: System) -> None:
    async with signed_in(browser, system, "front_desk") as page:
        await page.goto("/desk/referrals")
        case_id = await send_referral(system)
        await page.get_by_role("link", name="since you opened this page: show").click()
        await expect(page.locator(f'a[href="/desk/referrals/{case_id}"]')).to_be_visible()


@WITH_AND_WITHOUT
async def test_front_desk_takes_on_a_referral_and_books(
    browser: Browser, system: System, script: bool
) -> None:
    case_id = await send_referral(system)
    async with signed_in(browser, system, "front_desk", script=script) as page:
        await page.goto("/desk/referrals")
        await page.locator(f'a[href="/desk/referrals/{case_id}"]').click()
        await page.get_by_role("button", name="Accept this referral").click()
        await expect(page.locator("#error-summary")).to_contain_text("Choose the clinician")
        await page.get_by_label("Clinician").select_option(label=system.person("clinician")["name"])
        await page.get_by_role("button", name="Accept this referral").click()
        await expect(page.locator("#banner")).to_contain_text("Referral accepted")
        await page.get_by_role("button", name="Book a session").click()
        await book(page, far_away(system, case_id))
        await expect(page.locator("#banner")).to_contain_text("Session booked")
        await page.get_by_role("button", name="Book a session").click()
        await book(page, far_away(system, case_id))
        summary = page.locator("#error-summary")
        await expect(summary).to_contain_text("already booked")
        await expect(summary).to_contain_text(system.person("clinician")["name"])


def far_away(system: System, case_id: str) -> datetime:
    """A wall time of its own for each case, on days that no other test uses."""
    zone = ZoneInfo(system.demo["clinics"][0]["zone"])
    day = datetime.now(zone) + timedelta(days=600 + int(case_id[:6], 16) % 400)
    return day.replace(hour=8 + int(case_id[6:8], 16) % 9, minute=0)


async def book(page: Page, starts: datetime) -> None:
    """Fill in a day and a time, and book."""
    await page.get_by_label("Room").select_option(label="No room")
    await page.get_by_label("Day").fill(f"{starts:%Y-%m-%d}")
    await page.get_by_label("Time", exact=True).fill(f"{starts:%H:%M}")
    await page.get_by_role("button", name="Book this session").click()


@WITH_AND_WITHOUT
async def test_a_clinician_works_a_case_and_the_lead_sees_who_took_the_flag(
    browser: Browser, system: System, script: bool
) -> None:
    case_id = (await open_case(system))["case_id"]
    async with signed_in(browser, system, "clinician", script=script) as page:
        await page.goto(f"/clinician/cases/{case_id}")
        await agree_goal(page, "Ask for help at work")
        for value in ("6", "3"):
            await rate_all(page, value)
        await expect(page.locator("#maincontent")).to_contain_text("Down from 6 to 3")
        await expect(page.locator("#maincontent")).to_contain_text("Reliably worse, −3")
        await enter_phq9(page, last="1")
        flags = page.locator("section", has=page.get_by_role("heading", name="Flags"))
        await expect(flags).to_contain_text("thoughts of suicide or self-harm")
        await expect(flags).to_contain_text("reliably worse")
        await page.goto("/clinician")
        await acknowledge(page, case_id, "called back at once")
        await expect(page.locator("#banner")).to_contain_text("Acknowledged")
    async with signed_in(browser, system, "clinical_lead", script=script) as page:
        card = page.locator("li.tm-card", has_text="called back at once")
        await expect(card.first).to_contain_text(
            f"Acknowledged by {system.person('clinician')['name']}"
        )


async def agree_goal(page: Page, title: str) -> None:
    """Set a goal from the case's page."""
    await page.get_by_role("link", name="Add a goal").click()
    await page.get_by_label("The goal, in the client’s own words").fill(title)
    await page.get_by_label("Kind of goal").select_option(label="Relationships")
    await page.get_by_label("8", exact=True).check(force=True)
    await page.get_by_role("button", name="Save the goal").click()
    await expect(page.locator("#banner")).to_contain_text("Goal saved")


async def rate_all(page: Page, value: str) -> None:
    """Give the case's one goal a rating."""
    await page.get_by_role("link", name="Rate goals").click()
    await page.get_by_label(value, exact=True).check(force=True)
    await page.get_by_role("button", name="Save ratings").click()
    await expect(page.locator("#banner")).to_contain_text("Ratings saved")
    await caught_up(page)


async def enter_phq9(page: Page, last: str) -> None:
    """Answer nought everywhere but at item 9."""
    await page.get_by_role("link", name="Enter a questionnaire").first.click()
    await page.get_by_role("link", name="PHQ-9", exact=True).first.click()
    for item in range(1, 10):
        value = last if item == 9 else "0"
        await page.locator(f'input[name="item.{item}"][value="{value}"]').check(force=True)
    await page.get_by_role("button", name="Save answers").click()
    await expect(page.locator("#banner")).to_contain_text("Answers saved")
    await caught_up(page)


async def acknowledge(page: Page, case_id: str, note: str) -> None:
    """Take the safety flag of a case, in place, with a note."""
    mine = page.locator(f'li:has(a[href="/clinician/cases/{case_id}"])')
    row = mine.filter(has_text="thoughts of suicide or self-harm")
    await row.get_by_text("Add a note").click()
    await row.get_by_label("What you did or will do").fill(note)
    await row.get_by_role("button", name="Acknowledge").click()


async def test_goals_are_rated_by_keys_alone(browser: Browser, system: System) -> None:
    made = await open_case(system)
    for kind in ("insight", "resilience"):
        await set_goal(system, made, kind)
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{made['case_id']}")
        await page.keyboard.press("r")
        await page.wait_for_url("**/rate")
        await expect(page.locator("[data-number-keys] input[type=radio]").first).to_be_focused()
        for key in ("7", "t"):
            await page.keyboard.press(key)
        await page.keyboard.press("Enter")
        await expect(page.locator("#banner")).to_be_focused()
        await caught_up(page)
        await expect(page.locator("#maincontent")).to_contain_text("One rating so far, 7")
        await expect(page.locator("#maincontent")).to_contain_text("One rating so far, 10")


async def test_places_search_and_help_have_keys(browser: Browser, system: System) -> None:
    async with signed_in(browser, system, "front_desk") as page:
        await page.keyboard.press("g")
        await page.keyboard.press("r")
        await page.wait_for_url("**/desk/referrals")
        await page.keyboard.press("/")
        await expect(page.locator("#search-field")).to_be_focused()
        await page.keyboard.type("g")  # in a field a key is a letter
        await expect(page.locator("#search-field")).to_have_value("g")
        await page.locator("main").focus()
        await page.keyboard.press("?")
        await expect(page.locator("#shortcuts")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#shortcuts")).to_be_hidden()


async def test_who_is_away_for_half_an_hour_is_asked_and_then_signed_out(
    browser: Browser, system: System
) -> None:
    async with signed_in(browser, system, "front_desk") as page:
        await page.clock.install()
        await page.goto("/desk/clients")
        await page.clock.fast_forward("28:05")
        await expect(page.locator("#idle")).to_be_visible()
        await expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
        async with page.expect_response("**/sign-in/stay"):
            await page.keyboard.press("Enter")
        await expect(page.locator("#idle")).to_be_hidden()
        await page.clock.fast_forward("30:05")
        await expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fdesk%2Fclients$"))


async def test_search_finds_by_number_and_leaves_no_name_in_the_address(
    browser: Browser, system: System
) -> None:
    await open_case(system)
    async with signed_in(browser, system, "front_desk") as page:
        await page.locator("#search-field").fill("ada reed")
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_contain_text("Ada Reed")
        assert page.url.endswith("/desk/search")


@WITH_AND_WITHOUT
async def test_operations_pause_a_reader_and_let_it_go_on(
    browser: Browser, system: System, script: bool
) -> None:
    async with signed_in(browser, system, "operations", script=script) as page:
        for act, said in (("Pause", "Paused: scheduling"), ("Resume", "Current: scheduling")):
            await page.get_by_label("Reader", exact=True).select_option("scheduling")
            await page.get_by_label("Reason").fill("a test of the page")
            await page.get_by_role("radio", name=act, exact=True).check()
            await page.get_by_role("button", name="Ask the reader").click()
            await expect(page.locator("#banner")).to_contain_text(f"{act} asked for")
            await shows(page, said)


async def shows(page: Page, said: str) -> None:
    """Look again until the tiles say it."""

    async def shown() -> bool:
        await page.goto("/operations")
        return said in await page.locator("#tiles").inner_text()

    await until(shown, 15, said)
