"""A case is ended in a browser: its session is called off, its flags go, the safety one stays."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system.cases import open_case, phq9, progress, rate, set_goal
from tests.system.goal_steps import said
from tests.system.pages import signed_in
from tests.system.running import System, until
from tests.system.walking import codes


pytestmark = [pytest.mark.system, pytest.mark.browser]

WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


async def busy_case(system: System) -> dict[str, Any]:
    """A case with a session to come, a goal that fell, and an answer to a safety item."""
    made = await open_case(system)
    token = system.person("clinician")["token"]
    await system.post("scheduling/v1/appointments", token_of_desk(system), session(system, made))
    goal = await set_goal(system, made, "resilience")
    for value in (7, 3):
        await rate(system, made, goal, value)
    await system.post(
        "goals/v1/measures/phq-9/responses", token, {**made, "items": phq9(item_nine=1)}
    )

    async def raised() -> bool:
        return {"SI_ITEM", "DETERIORATION"} <= await flags(system, made)

    await until(raised, 15, "both flags")
    return made


def token_of_desk(system: System) -> str:
    token: str = system.person("front_desk")["token"]
    return token


def session(system: System, made: dict[str, Any]) -> dict[str, Any]:
    """A treatment session on a day and at an hour of the case's own, when nobody of the demo works.

    Its clinic's clock at three in the morning of some day within two years.
    """
    zone = ZoneInfo(system.demo["clinics"][0]["zone"])
    day = datetime.now(zone) + timedelta(days=3 + int(made["case_id"][:6], 16) % 900)
    return {
        "case_id": made["case_id"], "clinician_id": system.person("clinician")["staff_id"],
        "starts": f"{day:%Y-%m-%d}T03:30", "minutes": 50, "kind": "treatment", "mode": "video",
    }  # fmt: skip


async def flags(system: System, made: dict[str, Any]) -> set[str]:
    """The rules of the case's flags that somebody still has to look at."""
    told = (await progress(system, made))["flags"]
    return {each["rule"] for each in told if each["state"] not in ("closed", "cleared")}


async def all_is_ended(system: System, made: dict[str, Any]) -> None:
    """The session is called off, the goal stands as open at closing, only the safety flag stays."""
    case_id = made["case_id"]

    async def called_off() -> bool:
        diary = await system.get(
            "scheduling/v1/appointments", token_of_desk(system), case_id=case_id
        )
        return [each["status"] for each in diary["items"]] == ["cancelled"]

    async def cleared() -> bool:
        return await flags(system, made) == {"SI_ITEM"}

    async def open_at_closing() -> bool:
        token = system.person("clinician")["token"]
        goals = await system.get("goals/v1/goals", token, case_id=case_id)
        return [each["status"] for each in goals["items"]] == ["open_at_closing"]

    await until(called_off, 15, "the session called off")
    await until(cleared, 15, "the flag cleared, the one about safety not")
    await until(open_at_closing, 15, "the goal open at closing")


async def end(page: Page, how: str) -> None:
    """Choose how it ended, confirm, and end it."""
    await page.get_by_label(how).check(force=True)
    await page.get_by_label("I have read what ends with this case").check(force=True)
    await page.get_by_role("button", name="End this case").click()


@WITH_AND_WITHOUT
async def test_a_clinician_ends_a_case(browser: Browser, system: System, script: bool) -> None:
    made = await busy_case(system)
    case = f"/clinician/cases/{made['case_id']}"
    async with signed_in(browser, system, "clinician", script=script) as page:
        await page.goto(case)
        await page.get_by_role("link", name="End this case").click()
        still = page.locator("section:has(#h-open)")
        await expect(still).to_contain_text("1 flag about safety, which stays")
        await expect(still).to_contain_text("1 session booked, to be called off")
        await expect(still).to_contain_text("“run twice a week”")
        await expect(still).to_contain_text("1 flag, to be cleared")
        await page.get_by_role("button", name="End this case").click()
        await expect(page.locator("#error-summary")).to_contain_text("Choose how it ended")
        assert await codes(page) == []
        await end(page, "Ended by agreement after advice")
        await said(page, "This case is closed")
        await expect(page.locator("#banner")).to_contain_text("It cannot be taken back here")
        await expect(page.locator("main")).to_contain_text("ended by agreement after advice")
        await expect(page.get_by_role("link", name="End this case")).to_have_count(0)
        await all_is_ended(system, made)
        await page.goto(case)
        await expect(page.locator("section:has(#h-flags)")).to_contain_text("self-harm")
        await expect(page.locator("section:has(#h-flags)")).not_to_contain_text("reliably worse")
        await expect(page.locator("section:has(#h-now)")).to_contain_text("No session is booked")
        assert await codes(page) == []


async def test_the_front_desk_ends_a_case_and_who_is_slower_is_told(
    browser: Browser, system: System
) -> None:
    made = await busy_case(system)
    async with (
        signed_in(browser, system, "front_desk") as page,
        signed_in(browser, system, "clinician") as slower,
    ):
        await slower.goto(f"/clinician/cases/{made['case_id']}/end")
        await page.goto(f"/desk/clients/{made['case_id']}")
        await page.get_by_role("link", name="End this case").click()
        await expect(page.locator("main")).not_to_contain_text("run twice a week")
        await end(page, "Suitable, but the client did not want treatment")
        await said(page, "This case is closed")
        await all_is_ended(system, made)
        await page.goto(f"/desk/clients/{made['case_id']}")
        await expect(page.locator("main")).to_contain_text("Called off")
        await expect(page.get_by_role("link", name="Book a session")).to_have_count(0)
        await end(slower, "Ended by agreement after advice")
        problem = slower.locator("#error-summary")
        await expect(problem).to_contain_text(system.person("front_desk")["name"])
        await expect(problem).to_contain_text("closed this case first")
        await expect(problem).to_contain_text("the client did not want treatment")
        assert await codes(slower) == []
