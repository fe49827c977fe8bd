"""The development sign-in page can be used by everybody."""

from playwright.async_api import Browser

from deploy import sign_in
from deploy.demo import PEOPLE


async def test_everybody_can_be_chosen_and_nothing_stands_in_the_way(
    browser: Browser, axe: str
) -> None:
    page = await browser.new_page(viewport={"width": 390, "height": 800})
    await page.set_content(sign_in.page({"state": '"><script>window.broken = 1</script>'}))
    await page.evaluate(axe)
    found = await page.evaluate("axe.run()")
    buttons = await page.get_by_role("button").all_inner_texts()
    broken = await page.evaluate("window.broken")
    sideways = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.close()
    assert [violation["id"] for violation in found["violations"]] == []
    assert len(buttons) == len(PEOPLE)
    assert broken is None
    assert not sideways
