"""Flags that came to more: what asks for a new look, and what people did stays."""

from datetime import datetime
from uuid import uuid4

import pytest

from shared.events.goals import MeasureAmended, MeasureCompleted, MeasureVoided, RatingVoided
from shared.events.words import Attendance, CorrectionReason
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import Story, at
from tests.progress.scenarios import DAY, SEEN
from tests.progress.test_clearing import common
from tests.progress.test_escalation import looked
from tests.progress.test_flags import GOAL, did, fell


ASSESSED = {"action": "safety_assessed", "note": "called"}


async def test_new_evidence_opens_a_closed_flag_again(clinic: Clinic) -> None:
    flag_id = await fell(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await did(clinic.clinician, flag_id, "close", reason="action_taken")
    await clinic.world.happens(clinic.story.rated(GOAL, 1, 9))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["clock"]["what"]) == ("raised", "acknowledge")
    assert found["clock"]["since"] == at(9).isoformat().replace("+00:00", "Z")
    assert [act["act"] for act in found["acts"]] == ["acknowledged", "closed"]
    kinds = [kind for kind, _ in await clinic.world.told()]
    assert kinds.count("progress.flag_raised") == 2
    again = [each for each in found["told"] if each["at"] == found["clock"]["since"]]
    assert [each["role"] for each in again] == [each["role"] for each in found["told"][:1]]


async def test_what_people_did_stays_when_new_evidence_asks_for_a_new_look(clinic: Clinic) -> None:
    flag_id, me = await flagged(clinic), str(clinic.story.clinician_id)
    await did(clinic.clinician, flag_id, "acknowledge", note="rang them")
    before = await clinic.shown()
    assert (before["flags"][0]["acknowledged"]["note"], len(before["flag_acts"])) == (
        "rang them",
        1,
    )
    assert before["flags"][0]["seen_before"] is None
    await clinic.world.happens(clinic.story.answered(2, 2, 2))
    after = await clinic.shown()
    [flag] = [each for each in after["flags"] if each["flag_id"] == flag_id]
    assert (flag["state"], flag["acknowledged"]) == ("raised", None)
    assert (flag["seen_before"]["by"], flag["seen_before"]["note"]) == (me, "rang them")
    assert after["flag_acts"] == before["flag_acts"]
    [act] = after["flag_acts"]
    assert (act["flag_id"], act["act"], act["by"]) == (flag_id, "acknowledged", me)


async def answered_and_seen(clinic: Clinic) -> tuple[MeasureCompleted, str]:
    """Answers with a 1 to item 9, and the flag on them, which was acknowledged."""
    answers = clinic.story.answered(9, 1, 1)
    await clinic.world.happens(answers)
    flag_id = str((await clinic.shown())["flags"][0]["flag_id"])
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    return answers, flag_id


def corrected(answers: MeasureCompleted, nine: int, when: float, number: int) -> MeasureAmended:
    """The same answers, with another one to item 9."""
    held = {name: getattr(answers, name) for name in ("clinic_id", "case_id", "client_id")}
    return MeasureAmended(
        **held,
        occurred_at=at(when),
        response_id=answers.response_id,
        measure=answers.measure,
        version=answers.version,
        items=answers.items | {"9": nine},
        total=answers.total + nine - answers.items["9"],
        answered_at=answers.answered_at,
        amendment=number,
        usable=True,
        by=answers.by,
        reason=CorrectionReason.ENTERED_WRONGLY,
    )


async def test_an_answer_that_is_corrected_upwards_asks_for_a_new_look(clinic: Clinic) -> None:
    """It rests on the same answers; who saw a 1 has not seen a 3."""
    answers, flag_id = await answered_and_seen(clinic)
    await clinic.world.happens(corrected(answers, 3, 9, 2))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["severity"], found["acknowledged"]) == ("raised", "urgent", None)
    assert found["clock"]["since"] == at(9).isoformat().replace("+00:00", "Z")
    await did(clinic.clinician, flag_id, "acknowledge", note="seen again")
    await clinic.world.happens(corrected(answers, 2, 12, 3))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["severity"]) == ("acknowledged", "urgent"), "no rise, no new look"


async def test_a_flag_that_was_over_and_stands_again_asks_for_a_new_look(clinic: Clinic) -> None:
    answers, flag_id = await answered_and_seen(clinic)
    await clinic.world.happens(corrected(answers, 0, 5, 2))
    assert (await clinic.clinician.get(f"flags/{flag_id}")).json()["state"] == "cleared"
    await clinic.world.happens(corrected(answers, 1, 9, 3))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["acknowledged"]) == ("raised", None)
    assert [act["act"] for act in found["acts"]] == ["acknowledged"]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("review", {}),
        ("action", ASSESSED),
        ("close", {"reason": "assessed_plan_in_place", "note": "a plan"}),
    ],
)
async def test_who_acts_on_what_was_seen_is_told_that_more_has_come(
    clinic: Clinic, act: str, said: dict[str, str]
) -> None:
    """Not that nobody had acknowledged it: they had, and the page was open meanwhile."""
    _, flag_id = await answered_and_seen(clinic)
    await clinic.world.happens(clinic.story.answered(3, 3, 9))
    refused = await clinic.clinician.post(f"flags/{flag_id}/{act}", said)
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("More has come since it was acknowledged")
    await did(clinic.clinician, flag_id, "acknowledge", note="seen again")
    assert (await clinic.clinician.post(f"flags/{flag_id}/{act}", said)).status_code == 200


def voided(story: Story, what: MeasureCompleted, when: float) -> MeasureVoided:
    said = {"response_id": what.response_id, "client_id": story.client_id, "measure": "phq-9"}
    return MeasureVoided(**common(story, when), **said, reason=CorrectionReason.DUPLICATE)


async def test_a_flag_that_is_over_says_so_whatever_came_before(clinic: Clinic) -> None:
    """What came unseen and went again asks nobody to acknowledge it."""
    answers, flag_id = await answered_and_seen(clinic)
    more = clinic.story.answered(12, 3, 9)
    await clinic.world.happens(more)
    gone = [voided(clinic.story, each, 10) for each in (answers, more)]
    await clinic.world.happens(*gone)
    refused = await clinic.clinician.post(f"flags/{flag_id}/action", ASSESSED)
    assert refused.json()["detail"].startswith("The flag is cleared")


async def test_more_and_more_evidence_gives_no_more_time(clinic: Clinic) -> None:
    """It counts from the first that nobody has seen; else who answers often is never late."""
    flag_id, story = await flagged(clinic), clinic.story
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    for minutes, answer in ((60, 3), (90, 1), (120, 2)):
        await clinic.world.happens(story.answered(answer, answer, minutes))
        since = (await clinic.clinician.get(f"flags/{flag_id}")).json()["clock"]["since"]
        assert datetime.fromisoformat(since) == at(60)
    assert len(await looked(clinic, at(60 + 4 * 60), times=2)) == 1
    await did(clinic.clinician, flag_id, "acknowledge", note="seen again")
    await clinic.world.happens(story.answered(1, 1, 500))
    since = (await clinic.clinician.get(f"flags/{flag_id}")).json()["clock"]["since"]
    assert datetime.fromisoformat(since) == at(500), "from the first that came after the last look"


async def test_what_was_voided_before_anybody_saw_it_leaves_no_clock_behind(
    clinic: Clinic,
) -> None:
    flag_id, story = await flagged(clinic), clinic.story
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    wrong = story.answered(3, 3, 60)
    await clinic.world.happens(wrong)
    await clinic.world.happens(voided(story, wrong, 70))
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (shown["state"], shown["severity"]) == ("acknowledged", "high"), "as it was seen"
    assert shown["clock"]["what"] == "act"
    await clinic.world.happens(story.answered(1, 1, 500))
    since = (await clinic.clinician.get(f"flags/{flag_id}")).json()["clock"]["since"]
    assert datetime.fromisoformat(since) == at(500)


async def test_what_was_closed_stays_closed_once_what_came_since_is_void(clinic: Clinic) -> None:
    flag_id, story = await fell(clinic), clinic.story
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await did(clinic.clinician, flag_id, "close", reason="action_taken")
    await clinic.world.happens(more := story.rated(GOAL, 1, 9))
    assert (await clinic.clinician.get(f"flags/{flag_id}")).json()["state"] == "raised", "control"
    said = {"rating_id": more.rating_id, "goal_id": GOAL, "reason": CorrectionReason.DUPLICATE}
    await clinic.world.happens(RatingVoided(**common(story, 10), **said))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["clock"]) == ("closed", None)


async def test_a_void_answer_takes_no_other_reason_for_a_new_look_away(clinic: Clinic) -> None:
    """It rests on what was seen and is more severe than that; another answer came and went."""
    answers, flag_id = await answered_and_seen(clinic)
    await clinic.world.happens(corrected(answers, 0, 5, 2))
    await clinic.world.happens(corrected(answers, 1, 9, 3))
    other = clinic.story.answered(3, 3, 10)
    await clinic.world.happens(other, voided(clinic.story, other, 11))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["severity"]) == ("raised", "high")
    assert found["clock"]["since"] == at(9).isoformat().replace("+00:00", "Z")


async def test_more_evidence_for_an_open_flag_is_told_to_nobody_again(clinic: Clinic) -> None:
    flag_id = await fell(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await clinic.world.happens(clinic.story.rated(GOAL, 1, 9))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], len(found["evidence"])) == ("acknowledged", 2)
    kinds = [kind for kind, _ in await clinic.world.told()]
    assert kinds.count("progress.flag_raised") == 1


async def test_the_sentence_tells_the_worst_answer_and_not_a_milder_one_that_came_later(
    clinic: Clinic,
) -> None:
    """A tired reader must not see a 2 where there was a 3 minutes earlier."""
    for minutes, answer in ((1, 1), (2, 3), (3, 2), (4, 1)):
        await clinic.world.happens(clinic.story.answered(answer, answer, minutes))
    [flag] = (await clinic.shown())["flags"]
    assert "item 9 answered 3" in flag["sentence"]
    assert "4 answers above 0" in flag["sentence"]


@pytest.mark.parametrize(
    ("rule", "seen"), [("WAIT_BREACH", (60,)), ("LONG_GAP", (1, 45)), ("LONG_GAP", (1, 120))]
)
async def test_the_session_that_ends_a_wait_is_no_news_of_waiting(
    clinic: Clinic, rule: str, seen: tuple[int, ...]
) -> None:
    """A closed flag would come back in the moment in which the client is seen at last."""
    *before, last = (clinic.story.attended(uuid4(), SEEN, day * DAY) for day in seen)
    missed = clinic.story.attended(uuid4(), Attendance.DID_NOT_ATTEND, (seen[-1] - 1) * DAY)
    await clinic.world.happens(*before, missed)
    [flag] = [each for each in (await clinic.shown())["flags"] if each["rule"] == rule]
    await did(clinic.clinician, flag["flag_id"], "acknowledge", note="seen")
    await did(clinic.clinician, flag["flag_id"], "close", reason="action_taken")
    await clinic.world.happens(last)
    found = (await clinic.clinician.get(f"flags/{flag['flag_id']}")).json()
    assert (found["state"], found["sentence"] != flag["sentence"]) == ("closed", True)
