"""A flag that came to more while nobody could read its case: people hear of it, once."""

import pytest

from services.progress.projection import grown
from shared.events import Event
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import at
from tests.progress.reconciled import WRONG, differing, lost, repaired
from tests.progress.test_flags import did
from tests.progress.test_new_looks import corrected, voided
from tests.progress.world import World


NONSENSE = b"\x00\xff"
SENT = "select data from outbox where type = 'progress.flag_raised' order by pos"


async def unread(clinic: Clinic, *events: Event) -> None:
    """Nobody can read the case, and this comes; then it is repaired."""
    world, story = clinic.world, clinic.story
    await world.rows(WRONG, story.case_id, NONSENSE)
    world.polling.reader.cache.drop([story.case_id.bytes])
    await world.happens(*events)
    await again(clinic)


async def again(clinic: Clinic) -> None:
    await clinic.world.rows("delete from repair")
    await repaired(clinic.world, clinic.story.case_id)


async def acknowledged(clinic: Clinic) -> str:
    """A flag for thoughts of suicide that its clinician has seen."""
    flag_id = await flagged(clinic)
    answer = await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {"note": "rang them"})
    assert answer.json()["state"] == "acknowledged"
    return flag_id


async def worse(clinic: Clinic) -> str:
    """A flag for scores that became worse, which its clinician has acknowledged and acted on."""
    await clinic.world.happens(clinic.story.answered(5, 0, 1), clinic.story.answered(20, 0, 20))
    [flag] = (await clinic.shown())["flags"]
    path = f"flags/{flag['flag_id']}"
    for act, said in (
        ("acknowledge", {"note": "seen"}),
        ("action", {"action": "discussed_in_supervision", "note": "done"}),
    ):
        assert (await clinic.clinician.post(f"{path}/{act}", said)).status_code == 200
    return str(flag["flag_id"])


async def raised(world: World) -> int:
    return [kind for kind, _ in await world.told()].count("progress.flag_raised")


async def test_new_evidence_of_a_flag_that_was_seen_is_told_once(clinic: Clinic) -> None:
    flag_id = await acknowledged(clinic)
    before = await raised(clinic.world)
    answer = clinic.story.answered(3, 3, 20)
    await unread(clinic, answer)
    [flag] = (await clinic.shown())["flags"]
    assert (flag["flag_id"], flag["state"], len(flag["evidence"])) == (flag_id, "raised", 2)
    assert await raised(clinic.world) == before + 1
    assert str(answer.event_id) in (await clinic.world.rows(SENT))[-1]["data"].decode()
    [row] = await clinic.world.rows("select grown_at from live.flag")
    assert row["grown_at"] == answer.occurred_at, "its clock runs from what is new"
    for _ in range(2):
        await again(clinic)
    assert await raised(clinic.world) == before + 1
    assert await differing(clinic.world) == {}


async def test_it_is_told_as_it_is_beside_it_where_the_case_can_be_read(clinic: Clinic) -> None:
    await acknowledged(clinic)
    before = await raised(clinic.world)
    await clinic.world.happens(clinic.story.answered(3, 3, 20))
    assert await raised(clinic.world) == before + 1, "control: the live path tells it"
    await again(clinic)
    await unread(clinic)
    assert await raised(clinic.world) == before + 1, "and no repair tells it again"


async def test_nothing_new_is_told_to_nobody(clinic: Clinic) -> None:
    flag_id = await acknowledged(clinic)
    told = await clinic.world.told()
    await unread(clinic, clinic.story.answered(1, 0, 20))
    [flag] = (await clinic.shown())["flags"]
    assert (flag["flag_id"], flag["state"]) == (flag_id, "acknowledged")
    assert await clinic.world.told() == told


async def test_without_looking_for_it_nobody_hears_of_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the flag asks for a look, and nothing says so to anybody."""

    def nothing(*_: object) -> list[object]:
        return []

    await acknowledged(clinic)
    told = await clinic.world.told()
    monkeypatch.setattr(grown, "grown", nothing)
    await unread(clinic, clinic.story.answered(3, 3, 20))
    assert (await clinic.shown())["flags"][0]["state"] == "raised"
    assert await clinic.world.told() == told


async def test_the_same_event_is_told_where_the_first_is_not_in_the_log_yet(clinic: Clinic) -> None:
    """Whatever became of what was published: of the same growth there is one event."""
    await acknowledged(clinic)
    await unread(clinic, clinic.story.answered(3, 3, 20))
    *before, (_, first) = await clinic.world.told()
    await clinic.world.rows("delete from outbox where id = $1", first)
    await again(clinic)
    assert await clinic.world.told() == [*before, ("progress.flag_raised", first)]


async def test_a_case_that_is_lost_altogether_tells_no_more(clinic: Clinic) -> None:
    await acknowledged(clinic)
    told = await clinic.world.told()
    await lost(clinic.world, clinic.story.case_id)
    await again(clinic)
    assert await clinic.world.told() == told


async def test_a_flag_that_became_more_severe_is_told_whoever_saw_it(clinic: Clinic) -> None:
    """Also by an answer that was put in the place of one that it rested on."""
    await acknowledged(clinic)
    before = await raised(clinic.world)
    await unread(clinic, clinic.story.answered(3, 3, 20))
    [row] = await clinic.world.rows("select severity from live.flag")
    assert (row["severity"], await raised(clinic.world)) == ("urgent", before + 1)


@pytest.mark.parametrize(("closed", "more"), [(True, 1), (False, 0)])
async def test_one_that_people_closed_is_told_with_what_came_after(
    clinic: Clinic, closed: bool, more: int
) -> None:
    """Of a rule whose new evidence alone is told to nobody: then as on the live path."""
    flag_id = await worse(clinic)
    if closed:
        said = {"reason": "action_taken", "note": "the plan was changed"}
        assert (await clinic.clinician.post(f"flags/{flag_id}/close", said)).status_code == 200
    before = await raised(clinic.world)
    await again(clinic)
    assert await raised(clinic.world) == before, "control: nothing came after it"
    await unread(clinic, clinic.story.answered(22, 0, 40))
    for _ in range(2):
        assert await raised(clinic.world) == before + more
        await again(clinic)


@pytest.mark.parametrize("read", [True, False])
async def test_an_answer_put_back_up_is_told_by_the_repair_as_by_the_live_path(
    clinic: Clinic, read: bool
) -> None:
    """It was seen as it was before it was put down, and nobody has seen it rise again."""
    flag_id, second = await flagged(clinic), clinic.story.answered(2, 1, 20)
    await clinic.world.happens(second)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen, both")
    await clinic.world.happens(corrected(second, 0, 30, 2))
    before, back = await raised(clinic.world), corrected(second, 1, 40, 3)
    if read:
        await clinic.world.happens(back)
    else:
        await unread(clinic, back)
    for _ in range(2):
        [flag] = (await clinic.shown())["flags"]
        assert (flag["flag_id"], flag["state"]) == (flag_id, "raised")
        assert flag["clock"]["since"] == at(40).isoformat().replace("+00:00", "Z")
        assert await raised(clinic.world) == before + 1
        await again(clinic)
    assert await differing(clinic.world) == {}


async def test_each_time_that_it_is_put_back_up_it_is_told(clinic: Clinic) -> None:
    """It rests on the same answers each time, and is not the same growth."""
    flag_id, second = await flagged(clinic), clinic.story.answered(2, 1, 20)
    await clinic.world.happens(second)
    before = await raised(clinic.world)
    for number in (1, 2):
        await did(clinic.clinician, flag_id, "acknowledge", note=f"seen {number}")
        await clinic.world.happens(corrected(second, 0, 30 * number, 2 * number))
        await unread(clinic, corrected(second, 1, 30 * number + 10, 2 * number + 1))
        assert await raised(clinic.world) == before + number
        assert (await clinic.shown())["flags"][0]["state"] == "raised"
    await again(clinic)
    assert await raised(clinic.world) == before + 2


@pytest.mark.parametrize("read", [True, False])
async def test_what_came_and_went_unread_asks_for_nothing_any_more(
    clinic: Clinic, read: bool
) -> None:
    await acknowledged(clinic)
    more = clinic.story.answered(2, 1, 20)
    await clinic.world.happens(more)
    assert (await clinic.shown())["flags"][0]["state"] == "raised", "control: it asks"
    gone = voided(clinic.story, more, 30)
    if read:
        await clinic.world.happens(gone)
    else:
        await unread(clinic, gone)
    assert (await clinic.shown())["flags"][0]["state"] == "acknowledged"
    assert await differing(clinic.world) == {}
