"""Which incidents a repair closes: those of what is no longer found, and no other."""

from services.progress.projection.incidents import LOG_UNREADABLE, ONLY_LOG, ONLY_TABLES
from tests.progress.desk import Clinic
from tests.progress.reconciled import GOAL, differing, repaired, some
from tests.progress.test_reconcile_acts import ABOUT, seen
from tests.progress.test_reconcile_log import folded
from tests.progress.world import World


async def open_(world: World) -> set[str]:
    rows = await world.rows("select what from incident where repaired_at is null")
    return {row["what"] for row in rows}


MOVED = "update flag_act set at = at + interval '1 day' where act = 'actioned'"


async def test_of_what_a_repair_left_the_incidents_stay_open(clinic: Clinic) -> None:
    await seen(clinic)
    await clinic.world.rows("update live.flag set severity = 'low'")
    await clinic.world.rows(MOVED)
    await clinic.world.rows("update flag_case set state = 'closed'")
    await differing(clinic.world)
    left = {f"{ABOUT}state", f"act actioned: {ONLY_LOG}", f"act actioned: {ONLY_TABLES}"}
    assert await open_(clinic.world) > left, "control: its flag differs as well"
    await repaired(clinic.world, clinic.story.case_id)
    assert await open_(clinic.world) == left


async def test_what_only_a_rebuild_mends_stays_open_when_a_case_is_repaired(world: World) -> None:
    stories = await some(world)
    story = stories[2]
    await world.opened(story.clinic_id)
    await world.rows("update live.flag set severity = 'low' where case_id = $1", story.case_id)
    await world.rows("update live.clinic set zone = 'Asia/Tokyo'")
    await differing(world, story.case_id)
    assert await open_(world) > {"clinic: zone"}, "control: its flag differs as well"
    await repaired(world, story.case_id)
    assert await open_(world) == {"clinic: zone"}


async def test_what_could_not_be_looked_for_stays_open(world: World) -> None:
    """Since then the clinic's log cannot be read: nobody can say that its row is right."""
    stories = await some(world)
    story = stories[2]
    await world.opened(story.clinic_id)
    await world.rows("update live.clinic set zone = 'Asia/Tokyo'")
    await differing(world, story.case_id)
    await folded(world, story.rated(GOAL, 5, 15), appointment_id="nonsense")
    await repaired(world, story.case_id)
    assert await open_(world) == {"clinic: zone"}
    await differing(world, story.case_id)
    assert await open_(world) == {"clinic: zone", LOG_UNREADABLE}
