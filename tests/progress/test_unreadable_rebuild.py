"""A rebuild beside rows that nobody can read: it compares, switches, and leaves them behind."""

from tests.progress.histories import Story
from tests.progress.reconciled import WRONG, some
from tests.progress.test_rebuild_history import STANDING, rebuilt, switched, world
from tests.progress.world import World


__all__ = ["world"]  # a database of the test's own
RULES = "select rule, severity, cleared from live.flag where case_id = $1 order by rule"
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
