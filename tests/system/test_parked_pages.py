"""What is set aside, in the browser: named, previewed, and nobody else waits."""

import pytest
from playwright.async_api import Browser, expect

from deploy.local import mischief
from tests.system.cases import open_case, set_goal
from tests.system.pages import signed_in
from tests.system.running import System, until


pytestmark = [pytest.mark.system, pytest.mark.browser]


async def test_a_broken_event_is_shown_previewed_and_said_on_its_case(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    await set_goal(system, made, "insight")  # until goals has heard of the case
    case_id = made["case_id"]
    await mischief.broken(system.folder, case_id)
    async with signed_in(browser, system, "operations") as page:
        row = page.locator("main li", has_text=case_id)

        async def parked() -> bool:
            await page.goto("/operations/parked")
            return await row.count() == 1

        await until(parked, 20, "the broken event among what is set aside")
        await expect(row).to_contain_text("goals.")
        await row.get_by_label("Reason").fill("what would happen")
        await row.get_by_role("button", name="Preview").click()
        await expect(page.locator("#banner")).to_contain_text("Preview asked for")
        await expect(row).to_contain_text("Outcome")  # comes by itself
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{case_id}")
        await expect(page.locator("main")).to_contain_text("This case has stood still since")
