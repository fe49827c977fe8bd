"""What was done about flags is what was published of it: acts altered, deleted, put there since."""

from typing import Any
from uuid import UUID

import pytest

from services.progress.projection import repairing
from services.progress.projection.incidents import ONLY_LOG, ONLY_TABLES
from shared.events import decode as decoded
from tests.harness import Hand
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import at
from tests.progress.reconciled import GOAL, differing, repaired
from tests.progress.test_escalation import looked
from tests.progress.test_flags import did
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


STRAYS = (
    "update flag_act set flag_id = $1 where flag_id = $2 and act = 'closed'",
    """insert into flag_act (act_id, flag_id, clinic_id, act, at, by, code, before)
        select gen_random_uuid(), $1, clinic_id, act, at, by, code, before
        from flag_act where flag_id = $2 and act = 'closed'""",
    """update flag_act set flag_id = case flag_id when $1::uuid then $2::uuid else $1 end
        where flag_id in ($1, $2)""",
)


@pytest.mark.parametrize("stray", STRAYS, ids=("moved", "copied", "swapped"))
async def test_no_act_of_another_flag_closes_one_for_safety(clinic: Clinic, stray: str) -> None:
    safety, story = await seen(clinic), clinic.story
    await clinic.world.happens(story.goal(GOAL), story.rated(GOAL, 6, 1), story.rated(GOAL, 2, 2))
    flags = (await clinic.shown())["flags"]
    [other] = [each["flag_id"] for each in flags if each["flag_id"] != str(safety)]
    await did(clinic.clinician, other, "acknowledge")
    await did(clinic.clinician, other, "close", reason="action_taken")
    assert await differing(clinic.world) == {}, "control"
    before = await row(clinic, safety)
    await clinic.world.rows(stray, safety, UUID(other))
    await repaired(clinic.world, story.case_id)
    assert await row(clinic, safety) == before
    found = (await differing(clinic.world))[story.case_id]
    assert f"act closed: {ONLY_TABLES}" in found
    [wish] = await clinic.world.rows("select outcome from repair")
    assert "its acts are not what was published" in wish["outcome"]


async def test_an_act_that_stands_twice_is_named(clinic: Clinic) -> None:
    flag_id = await seen(clinic)
    before = await row(clinic, flag_id)
    await clinic.world.rows("""insert into flag_act (act_id, flag_id, clinic_id, act, at, by, note)
        select gen_random_uuid(), flag_id, clinic_id, act, at, by, 'another' from flag_act
        where act = 'acknowledged'""")
    await repaired(clinic.world, clinic.story.case_id)
    assert await row(clinic, flag_id) == before
    [found] = (await differing(clinic.world)).values()
    assert f"act acknowledged: {ONLY_TABLES}" in found


async def test_an_act_that_stands_twice_is_named_while_its_event_is_in_the_log_and_the_outbox(
    clinic: Clinic,
) -> None:
    """For days it is in both, and was published once."""
    await seen(clinic)
    await sent(clinic)
    assert await differing(clinic.world) == {}, "control"
    await clinic.world.rows("""insert into flag_act (act_id, flag_id, clinic_id, act, at, by, code)
        select gen_random_uuid(), flag_id, clinic_id, act, at, by, code from flag_act
        where act = 'actioned'""")
    [found] = (await differing(clinic.world)).values()
    assert found == [f"act actioned: {ONLY_TABLES}"]


async def sent(clinic: Clinic) -> None:
    """All that was told of is in the log, and stands in the outbox as sent."""
    hand = await Hand(clinic.world.bus, "progress").begin()
    for said in await clinic.world.rows("select * from outbox order by pos"):
        await hand.publish(decoded(said["type"], said["data"], said["id"], said["occurred_at"]))
    await clinic.world.rows("update outbox set batch = 1")


async def test_what_a_clock_wrote_a_second_time_is_written_as_it_was_told(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    assert await looked(clinic, at(3 * 24 * 60))
    acts, told = await clinic.world.rows(ACTS), await clinic.world.told()
    before = await row(clinic, UUID(flag_id))
    await clinic.world.rows("delete from flag_act")
    await clinic.world.rows("update flag_case set told = '{}'")
    await looked(clinic, at(4 * 24 * 60))
    assert await clinic.world.rows(ACTS) != acts, "control: later than it was told"
    await repaired(clinic.world, clinic.story.case_id)
    assert await clinic.world.rows(ACTS) == acts
    assert await differing(clinic.world) == {}
    assert await clinic.world.told() == told
    assert (await row(clinic, UUID(flag_id)))["told"] == before["told"]


@pytest.mark.parametrize("state", ["closed", "raised"])
async def test_in_which_state_an_act_found_a_flag_is_nobodys_word(
    clinic: Clinic, state: str
) -> None:
    flag_id = await taken_back(clinic)
    before = await row(clinic, flag_id)
    assert before["state"] == "actioned"
    await clinic.world.rows("update flag_act set before = $1 where act = 'closed'", state)
    assert await differing(clinic.world) == {}
    await repaired(clinic.world, clinic.story.case_id)
    assert await row(clinic, flag_id) == before


async def test_what_was_put_down_again_is_not_the_last_act(clinic: Clinic) -> None:
    """Whoever closed it may take that back, though an earlier act came back to the list since."""
    flag_id = await seen(clinic)
    await did(clinic.clinician, str(flag_id), "close", **CLOSED)
    await clinic.world.rows("delete from flag_act where act = 'acknowledged'")
    await repaired(clinic.world, clinic.story.case_id)
    assert await differing(clinic.world) == {}
    assert (await undone(clinic, flag_id)).status_code == 200


CLOSED = {"reason": "assessed_plan_in_place", "note": "a plan"}


async def undone(clinic: Clinic, flag_id: UUID) -> Any:
    """The closing of a flag is taken back; the answer."""
    [act] = await clinic.world.rows("select act_id from flag_act where act = 'closed'")
    said = {"reason": "closed_by_mistake", "undoes": str(act["act_id"])}
    return await clinic.clinician.post(f"flags/{flag_id}/reopen", said)


async def taken_back(clinic: Clinic) -> UUID:
    """A flag that was acted on and closed, and whose closing was taken back."""
    flag_id = await seen(clinic)
    await did(clinic.clinician, str(flag_id), "close", **CLOSED)
    assert (await undone(clinic, flag_id)).status_code == 200
    return flag_id
