"""What was done about flags is what was published of it: acts altered, deleted, put there since."""

import pytest

from services.progress.projection import repairing
from services.progress.projection.incidents import ONLY_LOG, ONLY_TABLES
from tests.progress.desk import Clinic
from tests.progress.reconciled import differing, repaired
from tests.progress.test_reconcile_acts import ABOUT, row, seen


ACTS = 'select act, at, by, "to", code, step, due_at from flag_act order by at, number'


@pytest.mark.parametrize(
    ("altered", "named"),
    [
        ("delete from flag_act where act = 'acknowledged'", f"acknowledged: {ONLY_LOG}"),
        ("update flag_act set by = gen_random_uuid() where act = 'review_started'", "by"),
        ("update flag_act set code = 'other' where act = 'actioned'", "actioned: code"),
        ("update flag_act set code = 'other' where act = 'escalated'", "escalated: code"),
        ("update flag_act set act = 'closed' where act = 'actioned'", f"closed: {ONLY_TABLES}"),
    ],
)
async def test_an_act_that_is_not_what_was_published_is_named_and_put_right(
    clinic: Clinic, altered: str, named: str
) -> None:
    """Of two that differ the log knows which was altered: a safety flag is not closed by a mend."""
    flag_id = await seen(clinic)
    before, acts = await row(clinic, flag_id), await clinic.world.rows(ACTS)
    told = await clinic.world.told()
    await clinic.world.rows(altered)
    [found] = (await differing(clinic.world)).values()
    assert any(each.startswith("act ") and each.endswith(named) for each in found)
    await repaired(clinic.world, clinic.story.case_id)
    assert await differing(clinic.world) == {}
    assert await row(clinic, flag_id) == before
    assert await clinic.world.rows(ACTS) == acts
    assert await clinic.world.told() == told, "nobody is told of it"


async def test_what_was_never_published_is_left_and_named_again(clinic: Clinic) -> None:
    """A deleted act that was put there under another moment may be the same: nobody knows."""
    flag_id = await seen(clinic)
    before = await row(clinic, flag_id)
    await clinic.world.rows("update flag_act set at = at + interval '1 day' where act = 'actioned'")
    await clinic.world.rows("update flag_case set state = 'closed'")
    [found] = (await differing(clinic.world)).values()
    assert found == [
        ABOUT + "state", f"act actioned: {ONLY_LOG}", f"act actioned: {ONLY_TABLES}"
    ]  # fmt: skip
    await repaired(clinic.world, clinic.story.case_id)
    assert await row(clinic, flag_id) == before | {"state": "closed"}
    assert await differing(clinic.world) == {clinic.story.case_id: found}
    [wish] = await clinic.world.rows("select outcome from repair")
    assert wish["outcome"].endswith(repairing.LEFT.format(1))


async def test_what_is_not_in_the_log_yet_is_no_difference(clinic: Clinic) -> None:
    """Nor what is done while the log is read; control: what was never told of is one."""
    flag_id = await seen(clinic)
    published = "select count(*) from outbox where batch is null and type like 'progress.flag_a%'"
    [waiting] = await clinic.world.rows(published)
    assert waiting["count"] == 2, "control: they are on their way"
    assert await differing(clinic.world) == {}
    await clinic.world.rows("delete from outbox where type = 'progress.flag_actioned'")
    [found] = (await differing(clinic.world)).values()
    assert found == [f"act actioned: {ONLY_TABLES}"]
    assert (await row(clinic, flag_id))["state"] == "actioned"
