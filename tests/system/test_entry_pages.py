"""Questionnaires in a real browser: totals alone, licences, keys; disclosures; scores as a file."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.system.cases import open_case, set_goal
from tests.system.goal_steps import rate_all, said
from tests.system.pages import signed_in
from tests.system.running import System


pytestmark = [pytest.mark.system, pytest.mark.browser]


async def test_a_total_alone_leaves_the_safety_item_unknown(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"{case}/measures")
        await page.get_by_role("link", name="PHQ-9", exact=True).first.click()
        await page.get_by_role("link", name="Only the total is known").click()
        await page.get_by_label("Total, 0 to 27").fill("40")
        await page.get_by_role("button", name="Save answers").click()
        await expect(page.locator("#error-summary")).to_contain_text("from 0 to 27")
        await page.get_by_label("Total, 0 to 27").fill("14")
        await page.get_by_role("button", name="Save answers").click()
        await said(page, "Answers saved")
        await expect(page.locator("main")).to_contain_text("Item 9 is unknown")


async def test_a_lead_confirms_a_licence_and_the_clinician_may_then_use_it(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    code = "dar-5"
    entry = f"/clinician/cases/{made['case_id']}/measures"
    async with signed_in(browser, system, "clinical_lead") as page:
        await page.goto(f"/lead/measures/{code}")
        if await page.get_by_role("button", name="Switch it off").count():
            await page.get_by_role("button", name="Switch it off").click()
            await said(page, "Switched off")
        if not await page.get_by_text("Confirmed ").count():  # it holds once it was confirmed
            await page.get_by_role("button", name="Switch it on").click()
            await expect(page.locator("#error-summary")).to_contain_text("The licence is needed")
        await page.get_by_label("I confirm").check(force=True)
        await page.get_by_role("button", name="Switch it on").click()
        await said(page, "Switched on")
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(entry)
        await expect(page.get_by_role("link", name="DAR-5", exact=True).first).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_a_disclosure_raises_a_flag(browser: Browser, system: System, script: bool) -> None:
    made = await open_case(system)
    async with signed_in(browser, system, "clinician", script=script) as page:
        await page.goto(f"/clinician/cases/{made['case_id']}")
        await page.get_by_role("link", name="Record a disclosure").click()
        await page.get_by_role("button", name="Record this disclosure").click()
        await expect(page.locator("#error-summary")).to_contain_text("Choose what was said")
        await page.get_by_label("Thoughts of ending their life").check(force=True)
        await page.get_by_role("button", name="Record this disclosure").click()
        await said(page, "Recorded")
        flags = page.locator("section:has(#h-flags)")
        await expect(flags).to_contain_text("thoughts of suicide or self-harm")


async def test_scores_are_taken_away_as_a_file_that_names_nobody(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    goal = await set_goal(system, made, "insight")
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician") as page:
        await rate_all(page, case, "4", "")
        await expect(page.get_by_role("link", name="Scores as CSV")).to_be_visible()
        answer = await page.request.get(f"{case}/scores.csv")
        assert answer.status == 200
        assert answer.headers["content-disposition"] == 'attachment; filename="scores.csv"'
        assert "run twice a week" in await answer.text()
        foreign = await page.request.get(f"/clinician/cases/{goal}/scores.csv")
        assert foreign.status == 404


async def test_each_sort_of_item_is_answered_by_keys_in_one_pass(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    lead = system.person("clinical_lead")
    for code in ("wsas", "ors"):
        await licensed(system, lead, code)
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"{case}/measures/wsas")
        for key in ("8", "8", "0", "4", "7"):
            await page.keyboard.press(key)
        await page.keyboard.press("Enter")
        await said(page, "Answers saved")
        await expect(page.locator("main")).to_contain_text("One score so far, 27")
        await page.goto(f"{case}/measures/ors")
        for typed in ("55", "60", "40", "70"):
            await page.keyboard.type(typed)
            await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await said(page, "Answers saved")
        await expect(page.locator("main")).to_contain_text("One score so far, 22.5")


async def licensed(system: System, lead: dict[str, Any], code: str) -> None:
    """The measure is on in the lead's clinic."""
    path = f"goals/v1/clinics/{lead['clinic_id']}/measures/{code}"
    answer = await system.call("PUT", path, lead["token"], {"on": True, "licence_confirmed": True})
    assert answer.is_success, answer.text
