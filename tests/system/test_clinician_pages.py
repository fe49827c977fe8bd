"""The clinician's and the lead's pages in a real browser: focus, keys, failures, print, thumbs."""

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.system.cases import open_case, phq9, set_goal
from tests.system.pages import PHONE, caught_up, signed_in
from tests.system.running import System, until


pytestmark = [pytest.mark.system, pytest.mark.browser]

THUMB = 44  # pixels
TARGETS = (
    "main summary, main .nhsuk-input, main select, main .nhsuk-button, main .tm-pick a, "
    "#places a, #search-field, main .nhsuk-back-link, main .tm-panel__head > a"
)

PRESS_AGAIN = """id => document.addEventListener("focusin", (event) => {
  if (window.pressed || event.target.form?.id !== id) return;
  window.pressed = { stopped: true, at: Date.now() };
  document.addEventListener("submit", () => { window.pressed.stopped = false; }, { once: true });
  event.target.click();
})"""


async def flagged(system: System) -> str:
    """A case with a flag about safety that nobody has yet."""
    case = await open_case(system)
    token = system.person("clinician")["token"]
    body = {**case, "items": phq9(1)}
    await system.post("goals/v1/measures/phq-9/responses", token, body)

    async def raised() -> bool:
        told = await system.get(f"progress/v1/cases/{case['case_id']}", token)
        return bool(told["flags"])

    await until(raised, 30, "the flag")
    case_id: str = case["case_id"]
    return case_id


def row(page: Page, case_id: str) -> Locator:
    """The line of the case's flag, in a list or on the board."""
    return page.locator(f"main li:has(a[href$='/cases/{case_id}']):has(form)")


@pytest.mark.parametrize(
    ("role", "home"), [("clinician", "/clinician"), ("clinical_lead", "/lead")]
)
async def test_after_an_act_one_stands_at_the_next_rows_act(
    browser: Browser, system: System, role: str, home: str
) -> None:
    await flagged(system)
    await flagged(system)
    async with signed_in(browser, system, role) as page:
        await page.goto(home)
        buttons = page.locator("main").get_by_role("button", name="Acknowledge")
        await expect(buttons.nth(1)).to_be_visible()
        following = await buttons.nth(1).inner_text()
        form = await page.locator("main form[id]").nth(1).get_attribute("id")
        await buttons.first.click()
        await expect(page.locator("#banner")).to_contain_text("Acknowledged")
        focused = page.locator(f"#{form} button[type=submit]")
        await expect(focused).to_be_focused()
        assert await focused.inner_text() == following
        await expect(page.locator("#maincontent")).not_to_have_attribute("aria-busy", "true")


async def test_a_second_press_is_not_taken_for_the_next_row(
    browser: Browser, system: System
) -> None:
    await flagged(system)
    await flagged(system)
    async with signed_in(browser, system, "clinician") as page:
        await page.goto("/clinician")
        buttons = page.locator("main").get_by_role("button", name="Acknowledge")
        await expect(buttons.nth(1)).to_be_visible()
        form = await page.locator("main form[id]").nth(1).get_attribute("id")
        # The second press comes in the moment in which the focus has gone on.
        await page.evaluate(PRESS_AGAIN, form)
        await buttons.first.click()
        await expect(page.locator("#banner")).to_contain_text("Acknowledged")
        following = page.locator(f"#{form} button[type=submit]")
        await expect(following).to_be_focused()
        assert await page.evaluate("window.pressed.stopped") is True
        later = "() => Date.now() - window.pressed.at > 1000"
        await until(lambda: page.evaluate(later), 10, "a moment after the second press")
        await following.click()  # who means it presses once more
        await expect(following).to_have_count(0)


async def test_an_act_that_could_not_be_sent_says_so_and_can_be_done_again(
    browser: Browser, system: System
) -> None:
    case_id = await flagged(system)
    async with signed_in(browser, system, "clinician") as page:
        await page.goto("/clinician")
        mine = row(page, case_id)
        await page.context.set_offline(True)
        await mine.get_by_role("button", name="Acknowledge").click()
        said = page.locator("#not-sent")
        await expect(said).to_be_focused()
        await expect(said).to_contain_text("The connection is away")
        await expect(page.locator("#maincontent")).not_to_have_attribute("aria-busy", "true")
        await page.clock.install()
        await page.clock.fast_forward(1500)
        await expect(page.locator("#live")).not_to_contain_text("Working")
        await page.context.set_offline(False)
        await mine.get_by_role("button", name="Acknowledge").click()
        await expect(page.locator("#banner")).to_contain_text("Acknowledged")
        await expect(said).to_have_count(0)


async def test_a_questionnaire_is_answered_by_keys_from_the_start(
    browser: Browser, system: System
) -> None:
    case = await open_case(system)
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{case['case_id']}/measures/phq-9")
        await expect(page.locator("#item-1")).to_be_focused()
        await page.keyboard.press("2")
        await expect(page.locator("#live")).to_have_text(
            "2 more than half the days chosen, 1 of 9 answered"
        )
        await page.locator("main").focus()
        for _ in range(8):
            await page.keyboard.press("0")
        await page.keyboard.press("Enter")
        await expect(page.locator("#banner")).to_contain_text("Answers saved")
        await caught_up(page)
        await expect(page.locator("#maincontent")).to_contain_text("One score so far, 2")


async def test_panels_say_that_they_are_late_as_soon_as_the_strip_does(
    browser: Browser, system: System
) -> None:
    case = await open_case(system)
    await set_goal(system, case, "insight")
    async with signed_in(browser, system, "clinician") as page:
        await page.clock.install()
        await page.goto(f"/clinician/cases/{case['case_id']}")
        late = page.locator("section:has(#h-goals) > [data-stale]")
        await expect(late).to_be_hidden()
        await page.context.set_offline(True)
        await page.clock.fast_forward(60_000)
        await expect(page.locator("#fresh")).to_contain_class("tm-fresh--late")
        await expect(late).to_be_visible()
        shown = await page.locator("#fresh strong").inner_text()
        await expect(late.locator("strong")).to_have_text(shown)


async def test_acts_are_not_printed(browser: Browser, system: System) -> None:
    case_id = await flagged(system)
    async with signed_in(browser, system, "clinician") as page:
        await page.goto(f"/clinician/cases/{case_id}")
        acts = [page.get_by_text(words).first for words in ("Add a goal", "Enter a questionnaire")]
        acts.append(page.get_by_text("Add a note").first)
        for act in acts:
            await expect(act).to_be_visible()
        await page.emulate_media(media="print")
        for act in acts:
            await expect(act).to_be_hidden()


@pytest.mark.parametrize(
    "place", ["/clinician", "/clinician/flags", "case", "case/rate", "case/goals/new"]
)
async def test_a_thumb_finds_everything_on_a_phone(
    browser: Browser, system: System, place: str
) -> None:
    case_id = await flagged(system)
    await set_goal(system, await open_case(system), "insight")
    async with signed_in(browser, system, "clinician", PHONE) as page:
        await page.goto(place.replace("case", f"/clinician/cases/{case_id}", 1))
        small = []
        for target in await page.locator(TARGETS).all():
            if not await target.is_visible():
                continue  # what is folded has no box in some browsers, and a flat one in others
            box = await target.bounding_box()
            if box and box["height"] < THUMB:
                small.append(
                    (await target.evaluate("e => e.outerHTML.slice(0, 90)"), box["height"])
                )
        assert small == []
