"""A person at a browser, signed in through the issuer's page, on a running system."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.system.running import System, until


expect.set_options(timeout=15_000)  # a busy machine's second is not a page's fault

WIDE, PHONE, NARROW = 1280, 390, 320
CHECKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOMES = {
    "front_desk": "/desk",
    "clinician": "/clinician",
    "clinical_lead": "/lead",
    "operations": "/operations",
    "safeguarding_lead": "/safeguarding",
}


@asynccontextmanager
async def signed_in(
    browser: Browser,
    system: System,
    role: str,
    width: int = WIDE,
    *,
    script: bool = True,
    name: str = "",
) -> AsyncIterator[Page]:
    """A page at the front end of somebody with this role: the first, or who is named."""
    size: Any = {"width": width, "height": 900}
    context = await browser.new_context(
        base_url=system.demo["web"], viewport=size, java_script_enabled=script, locale="en-GB"
    )
    context.set_default_timeout(15_000)
    try:
        page = await context.new_page()
        await page.goto("/")
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("button", name=name or system.person(role)["name"]).click()
        await page.wait_for_url(f"**{HOMES[role]}")
        yield page
    finally:
        await context.close()


async def caught_up(page: Page) -> None:
    """Look again, as its reader would, while the page says that something is not in it yet."""

    async def current() -> bool:
        behind = page.locator("[data-stale]").or_(page.get_by_text("will follow.", exact=False))
        if not await behind.filter(visible=True).count():
            return True
        await page.reload()
        return False

    await until(current, 60, "a page that is current")


async def violations(page: Page, axe: str) -> list[str]:
    """What axe-core finds wrong with the page, as rule and first element."""
    await page.evaluate(axe)
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", CHECKED)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


async def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    wide: bool = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide


# The first sign of a line that stands further left than the one before it, and is no word's.
TORN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), torn = [];
  const mark = document.createRange();
  let last = null;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    for (let n = 0; n < node.length; n++) {
      if (!node.data[n].trim()) continue;
      mark.setStart(node, n);
      mark.setEnd(node, n + 1);
      const at = mark.getClientRects()[0];
      if (!at || !at.width) continue;
      const below = last && at.top > last.bottom - 4 && at.left < last.left;
      if (below && ",;.:".includes(node.data[n])) torn.push(node.data.slice(n, n + 40));
      last = at;
    }
  }
  return torn;
}"""


async def torn_lines(page: Page) -> list[str]:
    """Lines that begin with a comma or a full stop: torn from the word that it belongs to."""
    found: list[str] = await page.evaluate(TORN)
    return found
