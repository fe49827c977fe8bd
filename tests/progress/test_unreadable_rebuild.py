"""A rebuild beside rows that nobody can read: it compares, switches, and leaves them behind."""

from shared.events import Event
from tests.progress.histories import Story
from tests.progress.reconciled import WRONG, differing, sampled, some
from tests.progress.test_rebuild_history import STANDING, rebuilt, switched, world
from tests.progress.world import World


__all__ = ["world"]  # a database of the test's own
RULES = "select rule, severity, cleared from live.flag where case_id = $1 order by rule"
INCIDENTS = "select what, repaired_at is null as open from incident order by number"
ONLY_LIVE = """
insert into live.flag select gen_random_uuid(), case_id, clinic_id, client_id, 'NO_SUCH_RULE',
    rule_version, severity, raised_at, grown_at, cleared, evidence, because, parameters
from live.flag where case_id = $1 limit 1
"""


async def spoilt(world: World, stories: list[Story]) -> None:
    """A state, a rule, a severity, and a flag that the log knows nothing of."""
    await world.rows(WRONG, stories[1].case_id, b"\x00\xff")
    for change, story in (("rule", stories[2]), ("severity", stories[3])):
        await world.rows(
            f"update live.flag set {change} = 'nonsense' where case_id = $1", story.case_id
        )
    await world.rows(ONLY_LIVE, stories[4].case_id)


async def test_a_rebuild_mends_them_and_the_others_are_equal(world: World) -> None:
    stories = await some(world)
    before, told = await world.rows(STANDING), await world.told()
    await spoilt(world, stories)
    row = await rebuilt(world)
    assert (row["state"], row["equal"], row["different"]) == ("compared", 2, 4)
    await switched(world, row["number"])
    assert await world.rows(STANDING) == before
    raised = [kind for kind, _ in (await world.told())[len(told) :]]
    assert set(raised) <= {"progress.flag_raised"}, "nothing that people know is over"
    for story in stories:
        rules = [each["rule"] for each in await world.rows(RULES, story.case_id)]
        assert "nonsense" not in rules
        assert "NO_SUCH_RULE" not in rules


async def test_the_control_has_no_difference(world: World) -> None:
    await some(world)
    row = await rebuilt(world)
    assert (row["equal"], row["different"]) == (6, 0)
    assert await switched(world, row["number"]) == "0 flags raised or cleared"


async def unread(world: World) -> tuple[Story, Event]:
    """A flag that people were told of comes to more while nobody can read its case."""
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(story.opened(), story.answered(1, 1, 1))
    await world.rows(WRONG, story.case_id, b"\x00")
    world.polling.reader.cache.drop([story.case_id.bytes])
    answer = story.answered(3, 3, 20)
    await world.happens(answer)
    assert await world.parked() == [("blocking", "Unreadable")]
    return story, answer


async def test_the_switch_settles_what_waited_for_the_case(world: World) -> None:
    await unread(world)
    row = await rebuilt(world)
    assert [tuple(each) for each in await world.rows(INCIDENTS)] == [("case: cannot be read", True)]
    assert await world.parked() == [("blocking", "Unreadable")], "control: it waits until then"
    await switched(world, row["number"])
    found = await world.rows(INCIDENTS)
    assert [tuple(each) for each in found] == [("case: cannot be read", False)]
    assert await world.parked() == [("done", "Unreadable")]


async def test_the_switch_tells_of_a_flag_that_came_to_more(world: World) -> None:
    _, answer = await unread(world)
    told = await world.told()
    row = await rebuilt(world)
    assert await switched(world, row["number"]) == "1 flags raised or cleared"
    [(kind, event_id)] = (await world.told())[len(told) :]
    assert kind == "progress.flag_raised"
    [sent] = await world.rows("select data from outbox where id = $1", event_id)
    assert str(answer.event_id) in sent["data"].decode()
    await switched(world, row["number"], "switch_back")
    assert len(await world.told()) == len(told) + 1, "and once only"


async def test_what_the_new_version_set_aside_itself_stays(world: World) -> None:
    story, _ = await unread(world)
    await world.happens(story.answered(28, None, 30))  # no version can fold it
    row = await rebuilt(world)
    await switched(world, row["number"])
    assert ("blocking", "ValueError") in await world.parked()
    assert ("waiting", "behind another") in await world.parked(), "the old one's own rows stay"


async def test_the_incident_of_what_a_switch_mended_is_closed_by_the_next_look(
    world: World,
) -> None:
    """The switch itself asks no log: it cannot tell what is wrong in the code from a spoilt row."""
    story = (await some(world))[2]
    await world.rows("update live.flag set severity = 'low' where case_id = $1", story.case_id)
    open_ = "select what from incident where repaired_at is null"
    assert await differing(world)
    row = await rebuilt(world)
    await switched(world, row["number"])
    assert await world.rows(open_)
    await sampled(world, story.case_id)
    assert await world.rows(open_) == []
