"""A flag's row that nobody can read: found, repaired, and in the way of no other flag."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.progress.projection.escalating import escalate
from shared.clock import utcnow
from shared.events.words import Attendance, Role
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import Story
from tests.progress.reconciled import differing, repaired, sampled, some
from tests.progress.world import World


STANDING = "select * from live.flag where case_id = $1 and not cleared order by flag_id"
FLAG = "update live.flag set {} where case_id = $1"
UNREADABLE = "flag: cannot be read"
SPOILT = {
    "rule": "rule = 'NO_SUCH_RULE'",
    "severity": "severity = 'dreadful'",
    "because": r"because = '\x00ff'",
    "parameters": "parameters = '[]'",
}
spoiling = pytest.mark.parametrize("column", list(SPOILT))


@spoiling
async def test_it_is_an_incident_of_its_case_and_the_repair_mends_it(
    world: World, column: str
) -> None:
    stories = await some(world)
    spoilt = stories[2].case_id
    before, told = await world.rows(STANDING, spoilt), await world.told()
    await world.rows(FLAG.format(SPOILT[column]), spoilt)
    found = await differing(world)
    assert set(found) == {spoilt}, "control: the others are compared, and are right"
    assert UNREADABLE in found[spoilt]
    await repaired(world, spoilt)
    [row] = await world.rows("select outcome from repair")
    assert row["outcome"].endswith("0 flags raised or cleared")
    assert await world.rows(STANDING, spoilt) == before
    assert await differing(world) == {}
    assert await world.told() == told
    assert await world.rows("select * from incident where repaired_at is null") == []


async def test_a_row_of_another_rule_than_people_were_told_is_written_anew(world: World) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    before, told = await world.rows(STANDING, case_id), await world.told()
    await world.rows(FLAG.format("rule = 'DNA_2'"), case_id)
    assert set(await differing(world)) == {case_id}
    await repaired(world, case_id)
    assert await world.rows(STANDING, case_id) == before
    assert await differing(world) == {}
    assert await world.told() == told


async def test_the_hourly_look_finds_it_in_whichever_case(world: World) -> None:
    stories = await some(world)
    spoilt = stories[2].case_id
    other = next(
        s for s in stories if world.part("goals", s.case_id) != world.part("goals", spoilt)
    )
    await world.rows(FLAG.format(SPOILT["rule"]), spoilt)
    for _ in range(2):
        await sampled(world, other.case_id)
    incidents = await world.rows("select case_id, what from incident")
    assert [tuple(each) for each in incidents] == [(spoilt, UNREADABLE)]


async def beside(clinic: Clinic) -> Story:
    """Another case of the same clinician's, with a flag as well."""
    ours = clinic.story
    story = Story(clinic_id=ours.clinic_id, clinician_id=ours.clinician_id)
    await clinic.world.happens(story.opened(), story.answered(1, 1, 1))
    return story


@spoiling
async def test_lists_show_the_others_and_say_how_many_cannot_be_read(
    clinic: Clinic, column: str
) -> None:
    flag_id, other = await flagged(clinic), await beside(clinic)
    lead, about = clinic.desk(Role.CLINICAL_LEAD), {"clinic_id": clinic.story.clinic_id}
    whole = (await lead.get("flags", **about)).json()
    assert (len(whole["items"]), whole["unreadable"]) == (2, 0), "control"
    await clinic.world.rows(FLAG.format(SPOILT[column]), clinic.story.case_id)
    shown = (await lead.get("flags", **about)).json()
    assert [each["case_id"] for each in shown["items"]] == [str(other.case_id)]
    assert shown["unreadable"] == 1
    assert await pages(lead, about) == (1, 1)
    case = await clinic.shown()
    assert (case["flags"], case["unreadable_flags"]) == ([], 1)
    items = (await clinic.clinician.get("caseload")).json()["items"]
    told = {each["case_id"]: (len(each["flags"]), each["unreadable_flags"]) for each in items}
    assert told == {str(clinic.story.case_id): (0, 1), str(other.case_id): (1, 0)}
    one = await clinic.clinician.get(f"flags/{flag_id}")
    seen = await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {"note": "Seen."})
    assert {one.status_code, seen.status_code} == {503}
    assert "repair" in one.json()["detail"]
    await repaired(clinic.world, clinic.story.case_id)
    assert (await clinic.clinician.get(f"flags/{flag_id}")).status_code == 200


async def pages(lead: Any, about: dict[str, Any]) -> tuple[int, int]:
    """Over all pages of one flag each: how many, and how many that nobody can read."""
    shown, unreadable, after = 0, 0, None
    while True:
        more: dict[str, Any] = {"after": after} if after else {}
        page = (await lead.get("flags", **about, **more, limit=1)).json()
        shown, unreadable = shown + len(page["items"]), unreadable + page["unreadable"]
        after = page["next"]
        if after is None:
            return shown, unreadable


async def test_one_that_is_over_and_that_people_were_told_of_comes_back_as_they_heard(
    clinic: Clinic,
) -> None:
    story, world = clinic.story, clinic.world
    session, missed = UUID(int=5), Attendance.DID_NOT_ATTEND
    await world.happens(story.attended(session, missed, 1))
    [flag] = (await clinic.shown())["flags"]
    await world.happens(story.corrected(session, Attendance.ATTENDED, missed, 2))
    await world.rows(FLAG.format(SPOILT["rule"]), story.case_id)
    assert (await differing(world))[story.case_id] == [UNREADABLE]
    await repaired(world, story.case_id)
    answer = (await clinic.clinician.get(f"flags/{flag['flag_id']}")).json()
    expected = (flag["rule"], flag["severity"], "cleared", flag["sentence"])
    assert tuple(answer[name] for name in ("rule", "severity", "state", "sentence")) == expected
    assert await differing(world) == {}


async def test_clocks_of_other_flags_go_on(clinic: Clinic) -> None:
    await flagged(clinic)
    other = await beside(clinic)
    await clinic.world.rows(FLAG.format(SPOILT["rule"]), clinic.story.case_id)
    worker = await asyncpg.connect(clinic.world.settings.database("progress", "worker"))
    try:
        assert await escalate(worker, utcnow(), clinic.world.settings.partitions)
    finally:
        await worker.close()
    rows = await clinic.world.rows("select distinct case_id from flag_case")
    assert [row["case_id"] for row in rows] == [other.case_id]


async def test_an_event_that_meets_one_of_no_rule_opens_an_incident(clinic: Clinic) -> None:
    """It grows and is told as it should, and nobody has to wait until reconcile looks."""
    asked = "select case_id, what from incident where repaired_at is null"
    await flagged(clinic)
    await clinic.world.happens(clinic.story.answered(2, 1, 10))
    assert await clinic.world.rows(asked) == [], "control: a row of a rule that there is"
    await clinic.world.rows(FLAG.format(SPOILT["rule"]), clinic.story.case_id)
    for minute in (20, 30):
        await clinic.world.happens(clinic.story.answered(3, 3, minute))
    found = await clinic.world.rows(asked)
    assert [tuple(row) for row in found] == [(clinic.story.case_id, UNREADABLE)]
    await repaired(clinic.world, clinic.story.case_id)
    assert await clinic.world.rows(asked) == []
