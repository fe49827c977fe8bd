"""Goals in a real browser: each kind, the library, their life, reviews, corrections, keys."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from tests.system.cases import open_case, set_goal
from tests.system.goal_steps import BY_LEVELS, KINDS, add_goal, rate_all, said
from tests.system.pages import signed_in
from tests.system.running import System


pytestmark = [pytest.mark.system, pytest.mark.browser]


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
        await expect(page.locator(".tm-kind")).to_have_text(list(KINDS))
        for n, kind in enumerate(KINDS):
            goal = moved.nth(n)
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
        await page.goto(case)
        await expect(page.locator("main")).to_contain_text("No goal is worked on just now.")
        await page.get_by_text("1 goal ended").click()
        await page.get_by_role("link", name=title).click()
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


async def test_a_goal_is_reviewed_with_the_next_date_and_its_target_is_a_step(
    browser: Browser, system: System
) -> None:
    made = await open_case(system)
    goal = await set_goal(system, made, "insight")
    case = f"/clinician/cases/{made['case_id']}"
    next_year = datetime.now(UTC).year + 1
    async with signed_in(browser, system, "clinician") as page:
        await rate_all(page, case, "4", "")
        await page.goto(f"{case}/goals/{goal}/review")
        for part in ("day", "month", "year"):
            await page.locator(f'[name="review_on.{part}"]').fill("")
        await page.locator('input[name="target"][value="6"]').check(force=True)
        await page.get_by_role("button", name="Save the review").click()
        await expect(page.locator("#error-summary")).to_contain_text("when this goal is reviewed")
        await expect(page.locator('input[name="target"][value="6"]')).to_be_checked()
        for part, typed in (("day", "1"), ("month", "3"), ("year", str(next_year))):
            await page.locator(f'[name="review_on.{part}"]').fill(typed)
        await page.get_by_role("button", name="Save the review").click()
        await said(page, "Reviewed")
        await expect(page.locator("section:has(#h-agreed)")).to_contain_text(f"1 Mar {next_year}")
        await expect(page.locator("section:has(#h-moves)")).to_contain_text(
            "The target was 8 until"
        )
        await expect(page.locator("section:has(#h-moves) path.c-target")).to_have_count(1)
        await page.goto(case)
        await expect(page.locator("article.tm-goal path.c-target")).to_have_count(1)


async def test_goals_of_both_sorts_are_rated_by_keys(browser: Browser, system: System) -> None:
    made = await open_case(system)
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician") as page:
        for kind in (KINDS[0], BY_LEVELS):
            await add_goal(page, case, kind)
        await page.goto(f"{case}/rate")
        await page.keyboard.press("t")
        await page.keyboard.press("4")
        await page.locator('[name="rated_by"][value="client"]').focus()
        await page.get_by_role("button", name="Save ratings").click()
        await said(page, "Ratings saved")
        goals = page.locator("article.tm-goal")
        await expect(goals.nth(0)).to_contain_text("One rating so far, 10")
        await expect(goals.nth(1)).to_contain_text("One rating so far, +1")
