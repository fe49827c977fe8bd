"""A flag's life in a browser: raised, taken, reviewed, acted on, closed; two at once; trials."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.system.cases import open_case, phq9
from tests.system.pages import PHONE, WIDE, scrolls_sideways, signed_in, violations
from tests.system.running import System, until


pytestmark = [pytest.mark.system, pytest.mark.browser]

NARROW = 320
WITH_AND_WITHOUT = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


async def raised(system: System) -> dict[str, Any]:
    """A flag about safety that nobody has yet, in a case of its own."""
    case = await open_case(system)
    token = system.person("clinician")["token"]
    body = {**case, "items": phq9(2)}
    await system.post("goals/v1/measures/phq-9/responses", token, body)

    async def flag() -> dict[str, Any] | None:
        told = await system.get("progress/v1/flags", token, case_id=case["case_id"])
        found = [each for each in told["items"] if each["rule"] == "SI_ITEM"]
        return found[0] if found else None

    found = await until(flag, 30, "the flag")
    assert found is not None
    return found


async def done(page: Page, said: str) -> None:
    """The page says what was done."""
    await expect(page.locator("#banner")).to_contain_text(said)


@WITH_AND_WITHOUT
async def test_a_safety_flag_from_raised_to_closed_and_open_again(
    browser: Browser, system: System, script: bool
) -> None:
    flag = await raised(system)
    address = f"/clinician/flags/{flag['flag_id']}"
    async with signed_in(browser, system, "clinician", script=script) as page:
        await page.goto("/clinician/flags")
        await page.locator(f"a[href='{address}']").click()
        main = page.locator("#maincontent")
        await expect(main).to_contain_text("PHQ-9 item 9 answered 2")
        await expect(main).to_contain_text("item 9 answered 2")
        await expect(main).to_contain_text("An answer of this or more is urgent: answer 2")
        await expect(main).to_contain_text("left to acknowledge")
        await expect(main).to_contain_text("Nobody has done anything about it yet")
        await page.get_by_label("What you did or will do").fill("rang at once")
        await page.get_by_role("button", name="Acknowledge").click()
        await done(page, "Acknowledged")
        await page.goto(address)
        await expect(page.locator("#maincontent")).to_contain_text("“rang at once”")
        await page.get_by_role("button", name="Start the review").click()
        await done(page, "Review started")
        await act_on(page)
        await close(page)
        await expect(page.locator("h2", has_text="Closed")).to_be_visible()
        await page.get_by_label("It is not resolved").check(force=True)
        await page.get_by_role("button", name="Reopen this flag").click()
        await done(page, "Reopened")
        await expect(page.locator("h2", has_text="In review")).to_be_visible()


async def act_on(page: Page) -> None:
    """Record what was done: refused without words, and nothing typed is lost."""
    await page.get_by_label("What was done").last.select_option(label="A safety plan was made")
    await page.get_by_role("button", name="Record this action").click()
    await expect(page.locator("#error-summary")).to_contain_text("Write what was done, and why")
    await expect(page.locator("#action")).to_have_value("safety_plan_made")
    await page.locator("#note").fill("plan agreed")
    await page.get_by_role("button", name="Record this action").click()
    await done(page, "Action recorded")


async def close(page: Page) -> None:
    """Close it: the question first, then a reason and words."""
    await page.get_by_role("link", name="Close this flag after an assessment").click()
    await expect(page.get_by_role("heading", name="Close this flag?")).to_be_visible()
    await page.get_by_label("Assessed in full; a plan is in place").check(force=True)
    await page.get_by_role("button", name="Close this flag").click()
    await expect(page.locator("#error-summary")).to_contain_text("Write why it is done with")
    await page.locator("#note").fill("seen, plan in place")
    await page.get_by_role("button", name="Close this flag").click()
    await done(page, "Closed")


async def test_of_two_the_second_is_told_who_was_first_and_keeps_the_text(
    browser: Browser, system: System
) -> None:
    flag = await raised(system)
    clinician = system.person("clinician")
    async with signed_in(browser, system, "clinical_lead", script=False) as page:
        await page.goto(f"/lead/flags/{flag['flag_id']}")
        await page.get_by_label("What you did or will do").fill("I would ring at noon")
        path = f"progress/v1/flags/{flag['flag_id']}/acknowledge"
        await system.post(path, clinician["token"], {"note": "rang already"})
        await page.get_by_role("button", name="Acknowledge").click()
        await done_by(page, f"{clinician['name']} acknowledged this at")


async def done_by(page: Page, who: str) -> None:
    """Who was faster, in words; theirs and one's own stand side by side."""
    summary = page.locator("#error-summary")
    await expect(summary).to_contain_text(who)
    await expect(page.locator("#kept")).to_have_value("I would ring at noon")
    await expect(page.locator("#maincontent")).to_contain_text("“rang already”")


async def test_a_lead_hands_a_flag_over_and_cannot_close_one_about_safety(
    browser: Browser, system: System
) -> None:
    flag = await raised(system)
    clinician = system.person("clinician")["name"]
    async with signed_in(browser, system, "clinical_lead") as page:
        await page.goto(f"/lead/flags/{flag['flag_id']}")
        await page.get_by_text("Take it or hand it over").click()
        await page.get_by_label("Who is to look into it").select_option(label=clinician)
        await page.get_by_role("button", name="Save who looks into it").click()
        await done(page, "Handed over")
        main = page.locator("#maincontent")
        await expect(main).to_contain_text(f"In the hands of {clinician}")
        await page.get_by_role("button", name="Acknowledge").click()
        await done(page, "Acknowledged")
        await page.goto(f"/lead/flags/{flag['flag_id']}")
        await expect(main).to_contain_text("Only a clinician can close this flag")
        await page.goto(f"/lead/flags/{flag['flag_id']}/close")
        await expect(page.get_by_role("button", name="Close this flag")).to_have_count(0)


async def test_a_card_of_the_board_is_assigned_where_it_stands(
    browser: Browser, system: System
) -> None:
    await raised(system)
    clinician = system.person("clinician")["name"]
    async with signed_in(browser, system, "clinical_lead") as page:
        await page.goto("/lead?show=safety")
        card = page.locator(f"#{await page.locator('li.tm-card').first.get_attribute('id')}")
        await card.get_by_text("Assign", exact=True).first.click()
        await card.get_by_role("button", name="Assign").click()
        await expect(page.locator("#error-summary")).to_contain_text("Choose who is to look")
        await page.goto("/lead?show=safety")
        await card.get_by_text("Assign", exact=True).first.click()
        choices = card.get_by_label("To whom").locator("option", has_text=clinician)
        wanted = clinician if await choices.count() else "Me"
        await card.get_by_label("To whom").select_option(label=wanted)
        await card.get_by_role("button", name="Assign").click()
        await done(page, "You look into it now" if wanted == "Me" else "Handed over")
        await expect(page.get_by_role("heading", name="Flag board")).to_be_visible()


async def test_ones_own_act_is_no_news_and_a_part_replaced_breaks_no_rule_of_the_page(
    browser: Browser, system: System
) -> None:
    await raised(system)
    async with signed_in(browser, system, "clinical_lead") as page:
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        async with page.expect_response(lambda answer: "/live?" in answer.url):
            await page.goto("/lead")
        # The act is told to this page too; it asks whether it would look otherwise.
        async with page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
            await page.locator("li.tm-card button:has-text('Acknowledge')").first.click()
            await done(page, "Acknowledged")
        await expect(page.locator("#show-news")).to_have_count(0)
        note = page.locator("li.tm-card input[name=note]").first
        named = await note.get_attribute("id")
        await page.locator("li.tm-card summary", has_text="Add a note").first.click()
        await note.fill("half a note")
        await raised(system)  # the control: somebody else's is news
        await page.locator("#show-news").click()
        await expect(page.locator("#show-news")).to_have_count(0)
        # What was typed and not sent yet is no price for looking.
        await expect(page.locator(f"#{named}")).to_be_visible()
        await expect(page.locator(f"#{named}")).to_have_value("half a note")
        assert refused == []


@pytest.mark.parametrize("width", [WIDE, PHONE, NARROW])
async def test_a_flags_page_is_accessible_and_fits(
    browser: Browser, axe: str, system: System, width: int
) -> None:
    flag = await raised(system)
    home = f"/clinician/flags/{flag['flag_id']}"
    async with signed_in(browser, system, "clinician", width) as page:
        for path in (home, f"{home}/close", "/clinician/flags"):
            await page.goto(path)
            assert await violations(page, axe) == [], path
            assert not await scrolls_sideways(page), path
    async with signed_in(browser, system, "clinical_lead", width) as page:
        for path in ("/lead?view=clinicians", "/lead/supervision", "/lead/rules"):
            await page.goto(path)
            assert not await scrolls_sideways(page), path


@WITH_AND_WITHOUT
async def test_a_threshold_is_tried_and_nothing_changes_until_it_is_switched_on(
    browser: Browser, system: System, script: bool
) -> None:
    token, clinic = system.person("clinical_lead")["token"], system.demo["partner"]["clinic_id"]
    before = await system.get(f"clinics/v1/clinics/{clinic}/rules", token)
    async with signed_in(browser, system, "clinical_lead", script=script) as page:
        await page.goto("/lead/rules")
        await page.locator("#GOAL_STALLED-ratings").fill("99")
        await page.get_by_role("button", name="Try it on the past").click()
        said = "Goal stuck, over how many ratings: a whole number from 3 to 12 ratings"
        await expect(page.locator("#error-summary")).to_contain_text(said)
        await page.locator("#GOAL_STALLED-ratings").fill("12")
        await page.get_by_role("button", name="Try it on the past").click()
        await expect(page.locator("#h-trial")).to_contain_text("fewer, over")
        after = await system.get(f"clinics/v1/clinics/{clinic}/rules", token)
        assert after["version"] == before["version"]
        await page.locator("#GOAL_STALLED-ratings").fill("5")
        await page.get_by_role("button", name="Try it on the past").click()
        await page.get_by_role("button", name="Switch these numbers on").click()
        await done(page, "Rules changed")
        await expect(page.locator("#maincontent")).to_contain_text("goal stuck: 5 ratings")
        await page.locator("#GOAL_STALLED-ratings").fill("4")
        await page.get_by_role("button", name="Try it on the past").click()
        await page.get_by_role("button", name="Switch these numbers on").click()
        await done(page, "Rules changed")


async def test_a_concern_is_seen_by_its_lead_and_hinted_at_nowhere(
    browser: Browser, system: System
) -> None:
    case = await open_case(system)
    said = f"a worry of {case['case_id']}"
    async with signed_in(browser, system, "clinician", script=False) as page:
        await page.goto(f"/clinician/cases/{case['case_id']}")
        await page.get_by_role("link", name="Raise a safeguarding concern").click()
        await page.get_by_role("button", name="Raise this concern").click()
        await expect(page.locator("#error-summary")).to_contain_text("Write what worries you")
        await page.get_by_label("What worries you").fill(said)
        await page.get_by_label("No, or not known").check(force=True)
        await page.get_by_role("button", name="Raise this concern").click()
        await done(page, "Passed on to the safeguarding lead")
    address = await referred(browser, system, said)
    for role, prefix in (("clinician", "clinician"), ("clinical_lead", "lead")):
        async with signed_in(browser, system, role, script=False) as page:
            answer = await page.goto(address.replace("/safeguarding/", f"/{prefix}/"))
            never = f"/{prefix}/concerns/00000000-0000-4000-8000-000000000000"
            unknown = await page.goto(never)
            assert answer is not None
            assert unknown is not None
            assert (answer.status, unknown.status) == (404, 404)
            for path in (f"/{prefix}", f"/{prefix}/cases/{case['case_id']}"):
                await page.goto(path)
                text = await page.locator("body").inner_text()
                assert said not in text, path
                assert "concern raised" not in text.lower(), path
            refused = await page.goto("/safeguarding")
            assert refused is not None
            assert refused.status == 403


async def referred(browser: Browser, system: System, said: str) -> str:
    """What the safeguarding lead does about it; the address of the concern."""
    async with signed_in(browser, system, "safeguarding_lead", script=False) as page:
        row = page.locator("main li", has_text=said)
        await expect(row).to_contain_text("left to refer")
        await row.get_by_role("link").click()
        await page.get_by_role("button", name="Acknowledge").click()
        await done(page, "Acknowledged")
        await page.locator("#note-refer").fill("to the council, by phone")
        await page.get_by_role("button", name="Record the referral").click()
        await done(page, "Referral to the authority recorded")
        await expect(page.locator("#maincontent")).to_contain_text("“to the council, by phone”")
        return page.url.removeprefix(system.demo["web"])


async def test_operations_rebuild_compare_and_switch_with_the_version_typed(
    browser: Browser, system: System
) -> None:
    async with signed_in(browser, system, "operations") as page:
        await page.goto("/operations/rebuilds")
        await page.get_by_role("button", name="Start a rebuild").click()
        await expect(page.locator("#error-summary")).to_contain_text("Write the reason")
        await page.locator("#reason").fill("to see that it is equal")
        await page.get_by_role("button", name="Start a rebuild").click()
        await expect(page.get_by_role("heading", name="Switch to it?")).to_be_visible(
            timeout=120_000
        )
        await page.get_by_role("button", name="Switch to version").click()
        await expect(page.locator("#error-summary")).to_contain_text("Type ")
        label = await page.locator("label[for=version]").inner_text()
        await page.locator("#version").fill(label.rpartition(" ")[2])
        await page.get_by_role("textbox", name="Reason").fill("equal")
        await page.get_by_role("button", name="Switch to version").click()
        await expect(page.get_by_role("heading", name="Switch back?")).to_be_visible(timeout=60_000)
