"""Goals and questionnaires in a real browser: one goal of each kind, its life, corrections."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system.cases import open_case, set_goal
from tests.system.pages import signed_in
from tests.system.running import System


pytestmark = [pytest.mark.system, pytest.mark.browser]

KINDS = (
    "Symptom relief",
    "Insight",
    "Behaviour change",
    "Emotional regulation",
    "Relationships",
    "Personal growth",
    "Resilience",
    "Well-being",
)
BY_LEVELS = "Behaviour change"
LEVELS = ("I stay in", "As now", "One walk a week", "Two walks", "A walk every day")
BANNER = "#banner"


async def said(page: Page, words: str) -> None:
    await expect(page.locator(BANNER)).to_contain_text(words)


async def add_goal(page: Page, case: str, kind: str) -> None:
    """Agree a goal of a kind, rated 0 to 10 or by levels."""
    await page.goto(f"{case}/goals/new")
    await page.get_by_label("The goal, in the client’s own words").fill(f"More of {kind.lower()}")
    await page.get_by_label("Kind of goal").select_option(label=kind)
    if kind == BY_LEVELS:
        await page.get_by_label("Five described levels").check(force=True)
        await page.get_by_text("The five levels").click()
        for level, words in zip(("-2", "-1", "0", "1", "2"), LEVELS, strict=True):
            await page.locator(f'[name="level.{level}"]').fill(words)
    else:
        await page.locator('input[name="target"][value="8"]').check(force=True)
    await page.get_by_role("button", name="Save the goal").click()
    await said(page, "Goal saved")


async def rate_all(page: Page, case: str, value: str, level: str) -> None:
    """Rate every goal of the case."""
    await page.goto(f"{case}/rate")
    boxes = page.locator("fieldset:has(input[name^='rating.'])")
    for n in range(await boxes.count()):
        box = boxes.nth(n)
        ten = box.locator(f'input[value="{value}"]')
        chosen = ten if await box.locator('input[value="10"]').count() else box.get_by_label(level)
        await chosen.check(force=True)
    await page.get_by_role("button", name="Save ratings").click()
    await said(page, "Ratings saved")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_a_goal_of_each_kind_is_agreed_rated_and_seen_to_move(
    browser: Browser, system: System, script: bool
) -> None:
    made = await open_case(system)
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician", script=script) as page:
        for kind in KINDS:
            await add_goal(page, case, kind)
        await rate_all(page, case, "3", "One walk")
        await rate_all(page, case, "7", "Two walks")
        moved = page.locator("article.tm-goal")
        await expect(moved).to_have_count(len(KINDS))
        for n, kind in enumerate(KINDS):
            goal = moved.nth(n)
            await expect(goal).to_contain_text(kind)
            if kind == BY_LEVELS:
                await expect(goal).to_contain_text("Up from 0 to +1")
                await expect(goal).to_contain_text("No published threshold, +1")
            else:
                await expect(goal).to_contain_text("Up from 3 to 7")
                await expect(goal).to_contain_text("Reliably better, +4")
        await expect(page.locator("section:has(#h-prof)")).to_contain_text(
            "Goals in eight of eight domains"
        )


async def test_a_goal_begins_in_the_library_and_lives_its_life(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"{case}/goals/new")
        await page.get_by_role("link", name="Begin from the library").click()
        await page.get_by_role("link", name="Use").first.click()
        title = await page.get_by_label("The goal, in the client’s own words").input_value()
        assert title
        if not await page.locator('input[name="method"][value="gas"]').is_checked():
            await page.locator('input[name="target"][value="6"]').check(force=True)
        await page.get_by_label("Proposed, to be agreed").check(force=True)
        await page.get_by_role("button", name="Save the goal").click()
        await said(page, "Goal saved")
        await page.get_by_role("link", name=title).click()
        for act, words in (
            ("Agree it", "Agreed"),
            ("Put it on hold", "On hold"),
            ("Work on it again", "Worked on again"),
        ):
            await page.get_by_role("button", name=act).click()
            await said(page, words)
        await page.get_by_text("End it").click()
        await page.get_by_role("button", name="End this goal").click()
        await expect(page.locator("#error-summary")).to_contain_text("Choose how it ended")
        await page.get_by_label("It is achieved").check(force=True)
        await page.get_by_role("button", name="End this goal").click()
        await said(page, "This goal has ended")
        await page.get_by_role("button", name="Reopen it").click()
        await said(page, "Reopened")


async def test_a_change_shows_what_somebody_else_saved_meanwhile(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    goal = await set_goal(system, made, "insight")
    token = system.person("clinician")["token"]
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{made['case_id']}/goals/{goal}/revise")
        theirs = {"version": 1, "title": "theirs", "target": 9}
        await system.post(f"goals/v1/goals/{goal}/revise", token, theirs)
        await page.get_by_label("The goal, in the client’s own words").fill("mine")
        await page.get_by_role("button", name="Save the change").click()
        await expect(page.locator("main")).to_contain_text("As it was saved last: “theirs”")
        await expect(page.get_by_label("The goal, in the client’s own words")).to_have_value("mine")
        await page.get_by_role("button", name="Save the change").click()
        await said(page, "Changed")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("mine")


async def test_a_wrong_rating_is_corrected_and_another_voided(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    goal = await set_goal(system, made, "resilience")
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician") as page:
        for value in ("3", "9"):
            await rate_all(page, case, value, "")
        await page.goto(f"{case}/goals/{goal}")
        await page.get_by_role("link", name="Correct").first.click()
        await page.get_by_role("button", name="Save the correction").click()
        await expect(page.locator("#error-summary")).to_contain_text("Choose why it is corrected")
        await page.get_by_label("It was entered wrongly").check(force=True)
        await page.locator('input[name="value"][value="5"]').check(force=True)
        await page.get_by_role("button", name="Save the correction").click()
        await said(page, "Corrected")
        await expect(page.locator("section:has(#h-moves)")).to_contain_text("Up from 3 to 5")
        await page.get_by_role("link", name="Correct").first.click()
        await page.get_by_label("It is there twice").check(force=True)
        await page.get_by_role("button", name="Void this rating").click()
        await said(page, "Voided")
        await expect(page.locator("section:has(#h-moves)")).to_contain_text("One rating so far, 3")


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
        await page.get_by_role("button", name="Switch it on").click()
        await expect(page.locator("#error-summary")).to_contain_text("The licence is needed")
        await page.get_by_label("I confirm").check(force=True)
        await page.get_by_role("button", name="Switch it on").click()
        await said(page, "Switched on")
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(entry)
        await expect(page.get_by_role("link", name="DAR-5", exact=True).first).to_be_visible()
