"""What is set aside, in the browser: named, previewed, skipped by two, and nobody else waits."""

import pytest
from playwright.async_api import Browser, expect

from deploy.local import mischief
from tests.system.cases import open_case, phq9, rate, set_goal
from tests.system.pages import signed_in, violations
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
        await expect(row).to_contain_text("What a preview of redriving it said")  # comes by itself
    async with signed_in(browser, system, "clinician") as page:
        still = page.locator("#stand-still")
        await expect(still).to_contain_text("a clinician has to look")
        await page.goto(f"/clinician/cases/{case_id}")
        await expect(page.locator("main")).to_contain_text("This case has stood still since")
        await expect(page.locator("#fresh")).to_have_class("tm-fresh tm-fresh--late")


async def test_two_of_operations_skip_it_for_good_and_a_safety_answer_raises_its_flag(
    browser: Browser, system: System, axe: str
) -> None:
    """What one asks for, another confirms; then what waited behind it is seen at once."""
    made = await open_case(system)
    goal = await set_goal(system, made, "insight")
    case_id = made["case_id"]
    await mischief.broken(system.folder, case_id)
    await rate(system, made, goal, 5)
    token = system.person("clinician")["token"]
    answers = {**made, "items": phq9(3)}
    await system.post("goals/v1/measures/phq-9/responses", token, answers)
    first, second = people(system, "operations")
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{case_id}")
        await expect(page.locator("#stands-still")).to_contain_text(
            "item 9 about safety answered 3"
        )
    async with signed_in(browser, system, "operations", name=first) as page:
        await page.goto("/operations/parked")
        row = page.locator("main li", has_text=case_id)
        await row.get_by_role("link", name="Skip it for good").click()
        await expect(page.locator("main")).to_contain_text("will never count in progress")
        assert await violations(page, axe) == []
        address = page.url
        await page.get_by_label("Reason").fill("it is no rating")
        await page.get_by_role("button", name="Ask to skip it for good").click()
        await expect(page.locator("main")).to_contain_text("It waits for a second person")
        assert not await page.get_by_role("button", name="Confirm").count()
    async with signed_in(browser, system, "operations", name=second) as page:
        await page.goto(address)
        await page.get_by_role("button", name="Confirm").click()
        skipped = page.locator("section", has=page.get_by_role("heading", name="Skipped for good"))
        await expect(skipped).to_contain_text(case_id)  # comes by itself
        assert await violations(page, axe) == []
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{case_id}")
        await expect(page.locator("main")).to_contain_text("Something is left out")
        await expect(page.locator("main")).to_contain_text(
            "Urgent: thoughts of suicide or self-harm"
        )
        await expect(page.locator("#stands-still")).to_have_count(0)


def people(system: System, role: str) -> list[str]:
    """Everybody with this role, by name."""
    return [each["name"] for each in system.demo["staff"] if each["role"] == role]
