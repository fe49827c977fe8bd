"""Every page, at three widths: accessible, no wider than its window, no inline style, no code."""

from typing import Any

import pytest
from playwright.async_api import Browser

from tests.system.cases import open_case, set_goal
from tests.system.pages import (
    NARROW,
    PHONE,
    WIDE,
    scrolls_sideways,
    signed_in,
    torn_lines,
    violations,
)
from tests.system.running import System
from tests.system.walking import CODE, codes


pytestmark = [pytest.mark.system, pytest.mark.browser]

PAGES = [
    ("front_desk", "/desk"),
    ("front_desk", "/desk/referrals"),
    ("front_desk", "/desk/clients"),
    ("front_desk", "/desk/messages"),
    ("front_desk", "/desk/book"),
    ("front_desk", "/desk/clients/{case_id}"),
    ("front_desk", "/desk/clients/{case_id}/end"),
    ("front_desk", "/desk/referrals/{case_id}"),
    ("front_desk", "/desk/messages?state=all"),
    ("clinician", "/clinician"),
    ("clinician", "/clinician/flags"),
    ("clinician", "/clinician/cases/{case_id}"),
    ("clinician", "/clinician/cases/{case_id}/rate"),
    ("clinician", "/clinician/cases/{case_id}/goals/new"),
    ("clinician", "/clinician/cases/{case_id}/goals/library"),
    ("clinician", "/clinician/cases/{case_id}/goals/{goal_id}"),
    ("clinician", "/clinician/cases/{case_id}/goals/{goal_id}/revise"),
    ("clinician", "/clinician/cases/{case_id}/goals/{goal_id}/review"),
    ("clinician", "/clinician/cases/{case_id}/disclosure"),
    ("clinician", "/clinician/cases/{case_id}/measures"),
    ("clinician", "/clinician/cases/{case_id}/measures/wsas"),
    ("clinician", "/clinician/cases/{rich_id}"),
    ("clinician", "/clinician/cases/{case_id}/measures/phq-9"),
    ("clinician", "/clinician/cases/{case_id}/measures/phq-9?only=total"),
    ("clinician", "/clinician/cases/{case_id}/measures/ors"),
    ("clinician", "/clinician/cases/{case_id}/assignments/new"),
    ("clinician", "/clinician/search"),
    ("clinical_lead", "/lead"),
    ("clinical_lead", "/lead?view=table"),
    ("clinical_lead", "/lead/caseloads"),
    ("clinical_lead", "/lead/settings"),
    ("clinical_lead", "/lead/measures"),
    ("clinical_lead", "/lead/measures/wsas"),
    ("clinical_lead", "/lead/goals"),
    ("clinical_lead", "/lead/goals/insight"),
    ("clinical_lead", "/lead?view=clinicians&show=worse"),
    ("clinical_lead", "/lead/supervision"),
    ("clinical_lead", "/lead/outcomes"),
    ("clinical_lead", "/lead/outcomes?rounded=yes"),
    ("clinical_lead", "/lead/outcomes/cases?figure=did_not_attend"),
    ("clinical_lead", "/lead/waits"),
    ("clinical_lead", "/lead/rules"),
    ("clinical_lead", "/lead/cases/{rich_id}"),
    ("clinical_lead", "/lead/calendar"),
    ("safeguarding_lead", "/safeguarding"),
    ("safeguarding_lead", "/safeguarding/cases/{case_id}/concern"),
    ("front_desk", "/desk/clients/{case_id}/concern"),
    ("clinician", "/clinician/cases/{case_id}/concern"),
    ("clinician", "/clinician/cases/{case_id}/end"),
    ("clinician", "/clinician/cases/{rich_id}/end"),
    ("operations", "/operations"),
    ("operations", "/operations/rebuilds"),
    ("operations", "/operations/runbook"),
    ("operations", "/operations/parked"),
    ("operations", "/front-ends"),
]


@pytest.fixture(scope="module")
async def case(system: System) -> dict[str, Any]:
    """A case with one goal, of this module's own; and one with a long history."""
    made = await open_case(system)
    goal_id = await set_goal(system, made, "resilience")
    token = system.person("clinician")["token"]
    caseload = (await system.get("progress/v1/caseload", token, limit="200"))["items"]
    rich = max(caseload, key=lambda each: len(each["goals"]) + len(each["measures"]))
    return {**made, "goal_id": goal_id, "rich_id": rich["case_id"]}


async def flags_by_rule(system: System) -> dict[str, str]:
    """A flag of every rule for which one stands in the clinic."""
    lead = system.person("clinical_lead")
    about = {"clinic_id": lead["clinic_id"], "state": "open", "limit": "200"}
    items = (await system.get("progress/v1/flags", lead["token"], **about))["items"]
    return {each["rule"]: each["flag_id"] for each in items}


async def test_a_flag_of_every_rule_is_told_in_words(browser: Browser, system: System) -> None:
    found = await flags_by_rule(system)
    assert len(found) > 3, found
    async with signed_in(browser, system, "clinical_lead", PHONE) as page:
        for rule, flag_id in found.items():
            await page.goto(f"/lead/flags/{flag_id}")
            assert await codes(page) == [], rule
            assert await torn_lines(page) == [], rule


def test_control_codes_are_seen_and_words_are_not() -> None:
    shown = "did_not_attend, SI_ITEM and [S4][S15 2.14] beside PHQ-9, well-being and TM-1004"
    assert CODE.findall(shown) == ["did_not_attend", "SI_ITEM", "[S4]", "[S15 2.14]"]


@pytest.mark.parametrize("width", [WIDE, PHONE, NARROW])
@pytest.mark.parametrize(
    "role", ["front_desk", "clinician", "clinical_lead", "safeguarding_lead", "operations"]
)
async def test_every_page_is_accessible_and_fits(
    browser: Browser, axe: str, system: System, case: dict[str, Any], role: str, width: int
) -> None:
    async with signed_in(browser, system, role, width) as page:
        for path in [path for owner, path in PAGES if owner == role]:
            answer = await page.goto(path.format(**case))
            assert answer is not None, path
            assert answer.status == 200, path
            assert await violations(page, axe) == [], path
            assert not await scrolls_sideways(page), path
            assert await torn_lines(page) == [], path
            assert await page.locator("[style]").count() == 0, path
            assert await codes(page) == [], path
