"""Reconcile: a case that is not what the log says is found, named, and folded anew alone."""

from collections.abc import Callable
from copy import copy
from uuid import UUID

import asyncpg
import pytest

from services.progress.domain.state import ANSWERS, OUTCOMES, SESSIONS, Case, decode, encode
from services.progress.projection.comparing import different
from services.progress.projection.reconciling import reconcile, sample
from services.progress.projection.repairing import repair_all
from shared.events import decode as decoded
from shared.events import derived_id
from shared.events.progress import FlagRaised
from shared.events.words import Attendance, Rule
from shared.partitions import partition_of
from tests.harness import Hand
from tests.progress.histories import Story
from tests.progress.test_parked import write
from tests.progress.world import World


GOAL = UUID(int=31)
RULES = ("DETERIORATION", "SI_ITEM")  # of which a flag stands in each of some cases
WISH = "insert into repair (case_id, reason, sub, role) values ($1, 'why', 'sam', 'operations')"
ACTED = """
insert into flag_case (flag_id, clinic_id, case_id, state, note, told)
select $1, clinic_id, $2, 'acknowledged', 'called', '{}' from live.case_state where case_id = $2
"""
WRONG = "update live.case_state set state = $2 where case_id = $1"


async def some(world: World) -> list[Story]:
    stories = [Story() for _ in range(6)]
    for story in stories:
        await world.publish(story.opened(), story.goal(GOAL), story.answered(9, 1, 4))
        await world.publish(*(story.rated(GOAL, value, 10 - value) for value in (6, 4, 2)))
        await world.publish(story.attended(UUID(int=5), Attendance.ATTENDED, 3))
    await world.publish(stories[0].closed(90))
    await world.reads()
    return stories


async def differing(world: World, *cases: UUID) -> dict[UUID, list[str]]:
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        return await reconcile(world.bus, world.settings, connection, cases or None)
    finally:
        await connection.close()


async def test_what_is_right_is_no_incident(world: World) -> None:
    await some(world)
    assert await differing(world) == {}
    assert await world.rows("select * from incident") == []


def one_rating_less(case: Case) -> None:
    goal = case.goals[GOAL.bytes]
    goal.ratings = goal.ratings[: len(goal.ratings) // 3 * 2]


def another_target(case: Case) -> None:
    case.goals[GOAL.bytes].target = 1


def a_better_best(case: Case) -> None:
    case.goals[GOAL.bytes].best = 10


def no_goal(case: Case) -> None:
    case.goals.clear()


def a_goal_more(case: Case) -> None:
    case.goals[bytes(16)] = copy(case.goals[GOAL.bytes])


def another_total(case: Case) -> None:
    row = list(ANSWERS.unpack(case.measures[0].answers))
    row[3] += 1
    case.measures[0].answers = ANSWERS.pack(*row)


def voided_answers(case: Case) -> None:
    measure = case.measures[0]
    measure.answers, measure.voided = b"", measure.answers


def another_outcome(case: Case) -> None:
    row = list(SESSIONS.unpack(case.sessions))
    row[3] = OUTCOMES.index(Attendance.DID_NOT_ATTEND)
    case.sessions = SESSIONS.pack(*row)


def another_clinician(case: Case) -> None:
    case.clinician = UUID(int=1).bytes


def closed(case: Case) -> None:
    case.status = "closed"


def an_earlier_referral(case: Case) -> None:
    assert case.received_at
    case.received_at -= 30 * 86_400 * 1_000_000


def no_flags(case: Case) -> None:
    case.flags = []


def never_due(case: Case) -> None:
    case.due_at = None


STATE_AND_ROW = [f"flag {rule}: state and row" for rule in RULES]
SPOILT: list[tuple[Callable[[Case], None], list[str]]] = [
    (
        one_rating_less,
        [
            "goals: change, latest, lines, points, ratings, trend, verdict",
            "kinds of goal: now, verdict",
        ],
    ),
    (another_target, ["goals: reached, target"]),
    (a_better_best, ["goals: best"]),
    (
        no_goal,
        ["goals: only in the log", "kinds of goal: goal_id, goals, now, start, verdict"],
    ),
    (
        a_goal_more,
        ["goals: only in the read tables", "kinds of goal: goal_id, goals"],
    ),
    (another_total, ["measures: at_caseness, band, first, latest, points"]),
    (
        voided_answers,
        ["measures: at_caseness, band, change, first, latest, points, verdict"],
    ),
    (
        another_outcome,
        [
            "sessions: outcome",
            "attendance: attended, consecutive_did_not_attend, days_since_contact, did_not_attend,"
            " last_contact, treatments_attended",
            "waiting: band, days, first_treatment_at, still_waiting",
        ],
    ),
    (another_clinician, ["row: clinician_id", "case: clinician_id"]),
    (closed, ["row: status", "case: status"]),
    (an_earlier_referral, ["waiting: band, days, received_at"]),
    (no_flags, STATE_AND_ROW),
    (never_due, ["row: due_at"]),
]


@pytest.mark.parametrize(("spoil", "wanted"), SPOILT)
async def test_control_whatever_is_spoilt_is_an_incident_and_repair_mends_that_case_alone(
    world: World, spoil: Callable[[Case], None], wanted: list[str]
) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    right = await state(world, case_id)
    spoilt = decode(encode(right))
    spoil(spoilt)
    await world.rows(WRONG, case_id, encode(spoilt))
    found = await differing(world)
    assert found == {case_id: wanted}
    assert await differing(world, case_id) == found
    incidents = await world.rows("select case_id, what, repaired_at from incident order by number")
    assert [tuple(each) for each in incidents] == [(case_id, w, None) for w in found[case_id]]
    others = await world.rows("select version from live.case_state where case_id <> $1", case_id)
    await repaired(world, case_id)
    assert different(await state(world, case_id), right) == []
    assert await differing(world) == {}
    assert (
        await world.rows("select version from live.case_state where case_id <> $1", case_id)
        == others
    )
    incidents = await world.rows("select repaired_at from incident")
    assert all(each["repaired_at"] for each in incidents)


async def state(world: World, case_id: UUID) -> Case:
    case = await world.case(case_id)
    assert case
    return case


async def repaired(world: World, case_id: UUID) -> None:
    await world.rows(WISH, case_id)
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        assert await repair_all(world.bus, world.settings, connection) == 1
    finally:
        await connection.close()


async def test_a_repaired_case_goes_on_and_what_a_worker_remembers_of_it_is_dropped(
    world: World,
) -> None:
    stories = await some(world)
    told = await world.told()
    await repaired(world, stories[1].case_id)
    assert await world.told() == told, "nothing had changed"
    await world.happens(stories[1].rated(GOAL, 9, 50))
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
    ],
)
async def test_a_flags_row_says_what_its_state_says(world: World, change: str, what: str) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    await world.rows(f"update live.flag set {change} where case_id = $1", case_id)
    assert await differing(world) == {
        case_id: [
            *STATE_AND_ROW,
            *(f"flag {rule}: {what}" for rule in RULES),
        ]
    }
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


async def test_a_case_that_only_the_log_knows_is_found_and_repaired(world: World) -> None:
    """Also by the hourly sample, which would never meet it among the cases of the tables."""
    stories = await some(world)
    case_id = stories[3].case_id
    before, told = await state(world, case_id), await world.told()
    await lost(world, case_id)
    assert await differing(world) == {case_id: ["case: only in the log"]}
    await world.rows("truncate incident")
    await sampled(world, case_id)
    incidents = await world.rows("select case_id, what from incident")
    assert [tuple(each) for each in incidents] == [(case_id, "case: only in the log")]
    await repaired(world, case_id)
    assert different(await state(world, case_id), before) == []
    assert await differing(world) == {}
    assert await world.told() == told, "nobody is told again of what they were told"


async def lost(world: World, case_id: UUID) -> None:
    """Nothing is left of a case but what the log says."""
    await world.rows("delete from live.case_state where case_id = $1", case_id)
    await world.rows("delete from live.flag where case_id = $1", case_id)


async def sampled(world: World, case_id: UUID) -> None:
    """One look of the hour at everything in this case's partition number."""
    number = partition_of(str(case_id), world.settings.partitions)
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        await sample(world.bus, world.settings, connection, 1_000, number)
    finally:
        await connection.close()


async def acted_on(world: World, case_id: UUID, rule: str, called: UUID) -> None:
    """People know the flag of a rule under another name than a fold would give, and acted on it."""
    await world.rows(
        "update live.flag set flag_id = $3 where case_id = $1 and rule = $2", case_id, rule, called
    )
    await world.rows(ACTED, called, case_id)


async def named(world: World, case_id: UUID) -> dict[str, UUID]:
    rows = await world.rows(
        "select rule, flag_id from live.flag where case_id = $1 and not cleared", case_id
    )
    return {row["rule"]: row["flag_id"] for row in rows}


async def test_repair_keeps_the_name_that_people_acted_under_whatever_the_state_says(
    world: World,
) -> None:
    stories = await some(world)
    case_id, called = stories[2].case_id, UUID(int=77)
    before, told = await named(world, case_id), await world.told()
    await acted_on(world, case_id, "SI_ITEM", called)
    assert len(await differing(world)) == 0, "a name is none of what the log says"
    case = await state(world, case_id)
    case.flags = []
    await world.rows(WRONG, case_id, encode(case))
    await repaired(world, case_id)
    assert await named(world, case_id) == before | {"SI_ITEM": called}
    assert await differing(world) == {}
    over = ("progress.flag_cleared", derived_over(await wish(world), before["SI_ITEM"]))
    assert await world.told() == [*told, over], "the name of which nothing is left is over"


def derived_over(repair_id: UUID, flag_id: UUID) -> UUID:
    return derived_id(repair_id, f"cleared {flag_id}")


async def wish(world: World) -> UUID:
    [row] = await world.rows("select repair_id from repair")
    repair_id: UUID = row["repair_id"]
    return repair_id


async def test_a_name_that_only_the_published_events_tell_comes_back_with_a_lost_case(
    world: World,
) -> None:
    """What is in the outbox no longer stands in the log."""
    stories = await some(world)
    case_id = stories[2].case_id
    before = await named(world, case_id)
    hand = await Hand(world.bus, "progress").begin()
    called = UUID(int=78)
    for row in await world.rows("select * from outbox where key = $1 order by pos", str(case_id)):
        event = decoded(row["type"], row["data"], row["id"], row["occurred_at"])
        if isinstance(event, FlagRaised) and event.rule is Rule.SI_ITEM:
            event = event.model_copy(update={"flag_id": called})
        await hand.publish(event)
    await world.rows("delete from outbox")
    await world.rows(ACTED, called, case_id)
    await lost(world, case_id)
    await repaired(world, case_id)
    assert await named(world, case_id) == before | {"SI_ITEM": called}
    assert await world.told() == [], "all of it was told before"


async def test_repair_says_that_the_log_knows_nothing_of_a_case(world: World) -> None:
    await some(world)
    await repaired(world, UUID(int=5))
    [row] = await world.rows("select outcome from repair")
    assert row["outcome"] == "refused: the log says nothing of this case"


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


async def test_what_is_set_aside_keeps_nobody_from_looking_at_the_others(world: World) -> None:
    stories = await some(world)
    await write(world, stories[1], b"{not json")
    await world.reads()
    await world.rows("delete from live.flag where case_id = $1", stories[2].case_id)
    assert list(await differing(world)) == [stories[2].case_id]
