"""A real browser's page in front of the small upstream, of somebody who is signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from playwright.async_api import Browser, Page


@asynccontextmanager
async def at(
    browser: Browser, http: httpx.AsyncClient, cookies: str, *, script: bool = True
) -> AsyncIterator[Page]:
    """A page of somebody with these cookies, in a window as narrow as a phone."""
    url = str(http.base_url)
    context = await browser.new_context(
        base_url=url,
        viewport={"width": 390, "height": 844},
        java_script_enabled=script,
        permissions=["clipboard-read", "clipboard-write"],
    )
    pairs = (each.split("=", 1) for each in cookies.split("; "))
    await context.add_cookies([{"name": k, "value": v, "url": url} for k, v in pairs])
    try:
        yield await context.new_page()
    finally:
        await context.close()
