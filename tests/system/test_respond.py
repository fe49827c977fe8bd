"""On the whole system: given by message, answered on a phone without script, seen by the clinic."""

import re
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.system.cases import open_case
from tests.system.pages import PHONE, signed_in
from tests.system.running import System, until


pytestmark = [pytest.mark.system, pytest.mark.browser]

LINK = re.compile(r"http://\S+/respond/[\w-]{43}(?!\S)")


async def mailed(system: System, case_id: str) -> str:
    """The link that came by mail for a case."""
    token = system.person("clinician")["token"]
    told = await system.get("notifications/v1/messages", token, case_id=case_id)
    sent = [one for one in told["items"] if (one["purpose"], one["state"]) == ASKED]
    if not sent:
        return ""
    assert not LINK.search(str(told))
    for file in (system.folder / "mailbox").glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        if sent[0]["message_id"] in f"{file.name} {mail}":
            found = LINK.search(mail.get_content())
            assert found
            return found[0]
    return ""


ASKED = ("questionnaire", "sent")


async def test_a_client_answers_and_a_flag_stands(browser: Browser, system: System) -> None:
    case = await open_case(system)
    clinician = system.person("clinician")["token"]
    body = {**case, "measure": "phq-9", "rhythm": "once", "send": True}
    await system.post("goals/v1/assignments", clinician, body)

    async def has_come() -> str:
        return await mailed(system, case["case_id"])

    link = await until(has_come, 60, "the mail with the link")
    size: Any = {"width": PHONE, "height": 844}
    phone = await browser.new_context(viewport=size, java_script_enabled=False, locale="en-GB")
    page = await phone.new_page()
    await page.goto(link)
    await page.get_by_role("button", name="Start").click()
    for number in range(1, 10):
        await expect(page.get_by_text(f"Question {number} of 9", exact=True)).to_be_visible()
        await page.get_by_label("Several days" if number == 9 else "Not at all").check()
        await page.get_by_role("button", name="Save and go on").click()
    await expect(page.get_by_role("alert")).to_contain_text("116 123")
    await page.get_by_role("button", name="Send my answers").click()
    await expect(page.get_by_role("heading", name="Thank you.")).to_be_visible()
    await phone.close()

    async def flagged() -> bool:
        told = await system.get(f"progress/v1/cases/{case['case_id']}", clinician)
        return [flag["rule"] for flag in told["flags"]] == ["SI_ITEM"]

    await until(flagged, 30, "the flag")
    async with signed_in(browser, system, "clinician") as desk:
        await desk.goto(f"/clinician/cases/{case['case_id']}")
        await expect(desk.get_by_text("Crisis text was shown to Ada")).to_be_visible()
        await desk.get_by_role("link", name="Give a questionnaire").click()
        await desk.get_by_label("Questionnaire", exact=True).select_option("phq-9")
        await desk.get_by_label("At each session, from a day before it").check()
        await desk.get_by_role("button", name="Give it").click()
        await desk.get_by_role("button", name="Open a link to PHQ-9").click()
        await expect(desk.get_by_label("Address")).to_have_value(LINK)
        await desk.get_by_role("link", name="Back to the case").click()
        await desk.get_by_role("button", name="Withdraw the link to PHQ-9").click()
        await expect(desk.locator("#banner")).to_contain_text("withdrawn")
