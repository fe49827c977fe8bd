"""A case that has ended: its flags are cleared; those about safety stay, for people to close."""

import pytest

from services.progress.domain.packed import micros
from services.progress.domain.rules import passed
from shared.events.words import Role, Rule
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import START, Story, at, folded
from tests.progress.scenario_table import ALL
from tests.progress.scenarios import DAY, Scenario
from tests.progress.test_escalation import looked
from tests.progress.test_flags import fell, refused


RAISED = [one for one in ALL if one.severity]


@pytest.mark.parametrize("scenario", RAISED, ids=lambda one: f"{one.rule}: {one.what}")
def test_whatever_a_rule_had_raised_ends_with_the_case_but_for_safety(scenario: Scenario) -> None:
    story = Story()
    case, _ = folded(scenario.happens(story), house=scenario.house)
    passed(case, micros(scenario.seen), story.case_id.bytes, scenario.house)
    assert any(f.rule is scenario.rule and not f.cleared for f in case.flags)  # the control
    ended = story.closed((scenario.seen - START).total_seconds() / 60 + 1)
    case, _ = folded([*scenario.happens(story), ended], house=scenario.house)
    standing = {flag.rule for flag in case.flags if not flag.cleared}
    assert standing == ({Rule.SI_ITEM} if scenario.rule is Rule.SI_ITEM else set())


@pytest.mark.parametrize("scenario", RAISED, ids=lambda one: f"{one.rule}: {one.what}")
def test_what_comes_late_raises_nothing_in_a_case_that_has_ended_but_safety(
    scenario: Scenario,
) -> None:
    """The closing may be heard of before what goals or scheduling said earlier."""
    story = Story()
    events = scenario.happens(story)
    case, _ = folded([story.opened(), story.closed(900 * DAY), *events], house=scenario.house)
    passed(case, micros(at(901 * DAY)), story.case_id.bytes, scenario.house)
    standing = {flag.rule for flag in case.flags if not flag.cleared}
    assert standing <= {Rule.SI_ITEM}
    assert (Rule.SI_ITEM in standing) == (scenario.rule is Rule.SI_ITEM)


async def test_closing_clears_and_tells_and_no_clock_runs_on(clinic: Clinic) -> None:
    flag_id = await fell(clinic)
    await clinic.world.happens(clinic.story.closed(60))
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (shown["state"], shown["clock"]) == ("cleared", None)
    assert [kind for kind, _ in await clinic.world.told()] == [
        "progress.flag_raised",
        "progress.flag_cleared",
    ]
    assert await looked(clinic, at(99 * DAY)) == []
    lead = clinic.desk(Role.CLINICAL_LEAD)
    listed = await lead.get("flags", clinic_id=clinic.story.clinic_id, state="open")
    assert listed.json()["items"] == []
    status, told = await refused(clinic.clinician, flag_id, "acknowledge", note="seen")
    assert (status, "its case has ended" in told["detail"]) == (409, True)


async def test_a_safety_flag_of_a_case_that_has_ended_still_goes_on_until_people_close_it(
    clinic: Clinic,
) -> None:
    flag_id = await flagged(clinic)
    await clinic.world.happens(clinic.story.closed(60))
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (shown["state"], shown["clock"]["what"]) == ("raised", "acknowledge")
    assert len(await looked(clinic, at(4 * 60 + 1))) == 1
