"""What goes on on the pages of goals, step by step, for the tests that need it done."""

from playwright.async_api import Page, expect

from tests.system.pages import caught_up


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
    await caught_up(page)


async def add_goal(page: Page, case: str, kind: str) -> None:
    """Agree a goal of a kind, rated 0 to 10 or by levels."""
    await page.goto(f"{case}/goals/new")
    await page.get_by_label("The goal, in the client’s own words").fill(f"More of {kind.lower()}")
    await page.get_by_label("Kind of goal").select_option(label=kind)
    if kind == BY_LEVELS:
        await page.get_by_label("Five described levels").check(force=True)
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
