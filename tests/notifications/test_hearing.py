"""Notifications over the bus: told again by a reader that starts anew, nobody is told twice."""

from services.notifications import consumers
from tests.harness import Harness
from tests.notifications.world import World


async def test_a_log_that_is_read_again_says_nothing_new(world: World) -> None:
    ada, ben = await world.client(), await world.client()
    case = world.case(ada, ben)
    facts = (
        world.booking(case),
        ben,
        await world.staff(world.clinician),
        world.flag(case, None),
        case,
        ada,
    )
    for _ in range(2):
        async with Harness(world.settings).over(notifications=consumers.reader) as harness:
            await harness.publish(*facts)
            await harness.settles()
        await world.sends()
        for table in ("consumed", "reading"):  # as if nobody had ever read
            await world.rows(f"delete from {table}")
    assert len(world.mails()) == 3
    assert sorted(await world.states(case.case_id)) == [("sent", None)] * 3
    events = await world.events(case.case_id)
    assert sorted(events) == ["message_queued"] * 3 + ["message_sent"] * 3
