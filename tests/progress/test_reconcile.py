"""Reconcile: a case that is not what the log says is found and named; nothing else is."""

from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from services.progress.domain.state import Because, encode, encode_because
from shared import record as wire
from shared.consumer import parked
from shared.events.clinics import CalendarChanged, Hours, RulesChanged, RuleValue
from shared.events.rules import RuleParameter
from shared.events.words import Rule
from shared.headers import MARKER
from tests.progress.histories import Story, at
from tests.progress.reconciled import (
    GOAL,
    RULES,
    STATE_AND_ROW,
    WRONG,
    differing,
    repaired,
    some,
    state,
)
from tests.progress.test_parked import write
from tests.progress.test_rebuild_history import began, day, rated, swept, treated
from tests.progress.world import World


# Another sentence than the flag's; one that nobody can make is test_unreadable_flags.py's matter.
OTHERWISE = encode_because(Because("item", "phq-9", 9, 3, 0, 2))


async def test_what_is_right_is_no_incident(world: World) -> None:
    await some(world)
    assert await differing(world) == {}
    assert await world.rows("select * from incident") == []


@pytest.mark.parametrize("gone", ["", "ce_type", "ce_id"])
async def test_a_stray_far_ahead_of_its_publishers_numbers_is_no_incident(
    world: World, gone: str
) -> None:
    """The reader lets it lie: what is between may still come. So does whoever checks the reader."""
    [story, *_] = await some(world)
    hand, part = world.hands["goals"], world.part("goals", story.case_id)
    stray = await hand.message(story.rated(GOAL, 1, 200), hand.newest[part.partition] + 1_000)
    headers = [header for header in stray.headers if header[0] != gone]
    await hand.put(stray._replace(headers=headers))
    await world.happens(story.rated(GOAL, 7, 201))
    assert await differing(world) == {}


async def test_a_forged_marker_turns_nobodys_page(world: World) -> None:
    """Who does not know the topic's generation is not believed by the reader, nor here."""
    [story, *_] = await some(world)
    names = ("goals", "99-abc", 0, uuid4(), MARKER, at(200))
    await world.put("goals", str(story.case_id), b"{}", wire.headers(*names))
    await world.happens(story.rated(GOAL, 7, 201))
    assert await differing(world) == {}


async def test_ratings_seconds_apart_are_no_incident(world: World) -> None:
    """Carried on to a week they would move by hundred thousands of points: no trend is told."""
    story, goal = Story(), uuid4()
    minutes = [n * 2 / 60 for n in range(4)]
    rated_ = [
        story.rated(goal, value, 30 + n) for value, n in zip((6, 7, 5, 3), minutes, strict=True)
    ]
    await world.happens(story.opened(), story.goal(goal), *rated_)
    await world.reads()
    assert await differing(world) == {}


async def test_control_without_reconcile_a_wrong_row_stays_unseen(world: World) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    gone = "delete from live.flag where case_id = $1"
    await world.rows(gone, case_id)
    await world.happens(stories[2].rated(GOAL, 3, 60))
    assert await differing(world) == {
        case_id: ["flag SI_ITEM: state and row", "flag SI_ITEM: only in the log"]
    }


async def test_a_flag_that_is_nowhere_any_more_is_missed(world: World) -> None:
    """State and row agree with each other, and are both wrong: only the log knows."""
    stories = await some(world)
    case_id = stories[2].case_id
    case = await state(world, case_id)
    case.flags = []
    await world.rows(WRONG, case_id, encode(case))
    await world.rows("delete from live.flag where case_id = $1", case_id)
    assert await differing(world) == {case_id: [f"flag {rule}: only in the log" for rule in RULES]}
    await repaired(world, case_id)
    assert await differing(world) == {}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("severity = 'low'", "severity"),
        ("evidence = '{}'", "evidence"),
        ("rule_version = 9", "version"),
        ("""parameters = '{"of": 1}'""", "parameters"),
        ("cleared = true", "only in the log"),
        ("flag_id = gen_random_uuid()", None),
        ("raised_at = now()", None),
        ("grown_at = now()", None),
        (f"because = '\\x{OTHERWISE.hex()}'", None),
    ],
)
async def test_a_flags_row_says_what_its_state_says(
    world: World, change: str, what: str | None
) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    await world.rows(f"update live.flag set {change} where case_id = $1", case_id)
    refuted = [f"flag {rule}: {what}" for rule in RULES if what]
    assert await differing(world) == {case_id: [*STATE_AND_ROW, *refuted]}
    await repaired(world, case_id)
    assert await differing(world) == {}


@pytest.mark.parametrize("column", ["clinic_id", "clinician_id", "status", "due_at", "numbers"])
async def test_a_cases_row_says_what_its_state_says(world: World, column: str) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    other = {"status": "'rejected'", "due_at": "now()", "numbers": "7"}
    value = other.get(column, "gen_random_uuid()")
    await world.rows(f"update live.case_state set {column} = {value} where case_id = $1", case_id)
    assert await differing(world) == {case_id: [f"row: {column}"]}
    await repaired(world, case_id)
    assert await differing(world) == {}


async def test_a_state_under_numbers_that_its_clinic_never_said_is_found(world: World) -> None:
    """Under what nobody said its flags cannot be asked: that none is missing would be a guess."""
    stories = await some(world)
    case_id = stories[2].case_id
    case = await state(world, case_id)
    case.flags, case.numbers = [], 7
    await world.rows(WRONG, case_id, encode(case))
    await world.rows("update live.case_state set numbers = 7 where case_id = $1", case_id)
    await world.rows("delete from live.flag where case_id = $1", case_id)
    assert await differing(world) == {case_id: ["case: numbers"]}
    await repaired(world, case_id)
    assert await differing(world) == {}
    standing = await world.rows("select rule from live.flag where case_id = $1", case_id)
    assert {row["rule"] for row in standing} == set(RULES)


async def test_what_came_late_under_changing_numbers_is_no_incident_at_any_moment(
    world: World,
) -> None:
    """Months of history, one publisher after the other; the sweeper may not have looked yet."""
    stories = [Story() for _ in range(4)]
    numbers = (RuleValue(rule=Rule.LONG_GAP, parameter=RuleParameter.DAYS, value=14),)
    for part in (began, treated, rated):
        for story in stories:
            await world.happens(*part(story))
        assert await differing(world) == {}
        for story in stories:
            await world.opened(story.clinic_id)
        assert await differing(world) == {}
        await swept(world.settings)
        assert await differing(world) == {}
    for story in stories[:2]:
        said = {"version": 1, "effective_from": at(day(0)), "values": numbers}
        await world.happens(
            RulesChanged(occurred_at=at(0), clinic_id=story.clinic_id, **said),
            story.closed(day(90)),
        )
    assert await differing(world) == {}
    await swept(world.settings)
    assert await differing(world) == {}
    raised = await world.rows("select distinct rule from live.flag where not cleared")
    assert {row["rule"] for row in raised} >= {"LONG_GAP", "DISENGAGED"}, "by time"


async def test_a_case_that_the_log_never_spoke_of_is_found(world: World) -> None:
    stories = await some(world)
    columns = "clinic_id, clinician_id, status, version, state, due_at, numbers"
    [copied] = await world.rows(
        f"insert into live.case_state (case_id, {columns})"
        f" select gen_random_uuid(), {columns} from live.case_state where case_id = $1"
        " returning case_id",
        stories[0].case_id,
    )
    assert await differing(world) == {copied["case_id"]: ["case: only in the read tables"]}


async def test_a_clinics_row_that_is_not_what_the_clinic_said_is_found(world: World) -> None:
    stories = await some(world)
    await world.opened(stories[2].clinic_id)
    case_id = stories[2].case_id
    assert await differing(world) == {}
    await world.rows("update live.clinic set zone = 'Asia/Tokyo'")
    assert (await differing(world))[case_id][0] == "clinic: zone"


async def test_a_calendar_that_is_not_what_the_clinic_said_is_found(world: World) -> None:
    stories = await some(world)
    clinic_id, case_id = stories[2].clinic_id, stories[2].case_id
    await world.opened(clinic_id)
    changed = CalendarChanged(
        occurred_at=at(0),
        clinic_id=clinic_id,
        version=1,
        effective_from=at(0),
        hours=(Hours(weekday=1, begins=540, ends=1020),),
        holidays=(date(2026, 12, 25),),
        deputy_id=None,
    )
    await world.happens(changed)
    assert await differing(world) == {}
    await world.rows("update live.clinic set calendars = '{}' where clinic_id = $1", clinic_id)
    assert await differing(world) == {case_id: ["clinic: calendars"]}


async def test_what_is_set_aside_keeps_nobody_from_looking_at_the_others(world: World) -> None:
    stories = await some(world)
    await write(world, stories[1], b"{not json")
    await world.reads()
    await world.rows("delete from live.flag where case_id = $1", stories[2].case_id)
    assert list(await differing(world)) == [stories[2].case_id]


async def test_what_a_clinic_says_while_the_tables_are_read_is_no_difference(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row and its place are of one moment, whatever else is asked between two statements."""
    story = Story()
    while world.part("goals", story.clinic_id) == world.part("goals", story.case_id):
        story = Story()  # of one partition number it would wait
    await world.opened(story.clinic_id)
    await world.happens(story.opened())
    asked, versions = parked.skipped, count(1)

    async def skipped(*given: Any) -> parked.Skipped:
        await world.happens(CalendarChanged(
            occurred_at=at(1), clinic_id=story.clinic_id, version=next(versions),
            effective_from=at(1), hours=(), holidays=(), deputy_id=None,
        ))  # fmt: skip
        return await asked(*given)

    monkeypatch.setattr(parked, "skipped", skipped)
    assert await differing(world, story.case_id) == {}
    monkeypatch.undo()
    assert (await world.rows("select calendars::text from live.clinic"))[0][0] != "{}", "control"
    assert await differing(world, story.case_id) == {}
