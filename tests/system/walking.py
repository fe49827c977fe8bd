"""What a page shows to a reader: its visible words, and codes among them that nobody should see."""

import re

from playwright.async_api import Page


# A name of our code: words joined by underscores, in either case; a mark of the domain sheet.
CODE = re.compile(r"\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\b|\[S\d+[a-z]?(?: [\d.]+)?\]")
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


async def codes(page: Page) -> list[str]:
    """Codes in what can be read on the page, with everything that is folded away opened.

    What the machine itself is about, such as a command of the runbook, stands as `code`.
    """
    await page.evaluate(OPEN_ALL)
    text: str = await page.evaluate(VISIBLE)
    return sorted(set(CODE.findall(text)))


VISIBLE = """() => {
  const page = document.body.cloneNode(true);
  page.querySelectorAll("code, .tm-code, script, textarea").forEach((each) => each.remove());
  const said = [...page.querySelectorAll("[aria-label], [title]")].map(
    (each) => `${each.getAttribute("aria-label") || ""} ${each.getAttribute("title") || ""}`);
  return `${page.textContent} ${said.join(" ")}`;
}"""
