"""What a flag rests on: each value, what it is compared with, and how things stand since."""

from collections.abc import Callable, Iterable
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from services.progress.domain.state import SESSIONS, Case, Flag, encode
from services.progress.models.flags import EvidenceRead
from services.progress.queries import evidence
from shared.events import Event
from shared.events.words import Attendance, Disclosure, Rule
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import Story, at, folded
from tests.progress.lives import Life
from tests.progress.reconciled import WRONG, state


GOAL, OTHER = UUID(int=1), UUID(int=2)


def of(case: Case, rule: Rule) -> tuple[Rule, UUID | None, list[UUID]]:
    """The open flag of a rule as it is asked about: its rule, its client, its events."""
    [flag] = [each for each in case.flags if each.rule is rule and not each.cleared]
    return rule, _client(flag), [UUID(bytes=event) for event in flag.evidence]


def _client(flag: Flag) -> UUID | None:
    return UUID(bytes=flag.client) if flag.client else None


def words(found: Iterable[EvidenceRead]) -> list[str | None]:
    """What each says."""
    return [each.words for each in found]


def test_a_fall_is_told_with_each_score_the_first_one_and_the_newest() -> None:
    story = Story()
    scores = [story.answered(total, 0, day) for day, total in enumerate((8, 20, 15, 9))]
    case, _ = folded([story.opened(), *scores])
    asked = of(case, Rule.DETERIORATION)
    found = evidence.rests_on(case, asked[2])
    assert words(found) == ["PHQ-9 at 20, item 9 answered 0", "PHQ-9 at 15, item 9 answered 0"]
    assert [each.subject_id for each in found] == [each.response_id for each in scores[1:3]]
    assert words(evidence.lists(case, *asked)["compared_with"]) == ["PHQ-9 at 8, item 9 answered 0"]
    assert words(evidence.lists(case, *asked)["since"]) == ["PHQ-9 at 9, item 9 answered 0"]


def test_of_several_goals_the_ratings_stand_by_their_time_and_say_whose_they_are() -> None:
    story = Story()
    fell = [story.rated(OTHER, 8, 3), story.rated(GOAL, 9, 4), story.rated(OTHER, 2, 5)]
    fell += [story.rated(GOAL, 1, 6), story.rated(OTHER, 1, 7)]
    case, _ = folded([story.opened(), story.goal(GOAL), story.goal(OTHER), *fell])
    asked = of(case, Rule.DETERIORATION)
    found = evidence.rests_on(case, asked[2])
    assert [(each.goal_id, each.at) for each in found] == [
        (OTHER, at(5)),
        (GOAL, at(6)),
        (OTHER, at(7)),
    ]
    assert found[0].words == "A resilience goal at 2, rated by the client"
    first = evidence.lists(case, *asked)["compared_with"]
    assert [(each.goal_id, each.words) for each in first] == [
        (GOAL, "A resilience goal at 9, rated by the client"),
        (OTHER, "A resilience goal at 8, rated by the client"),
    ]
    assert evidence.lists(case, *asked)["since"] == []


def test_a_goal_that_stood_still_says_where_it_stands_now_and_is_compared_with_nothing() -> None:
    story = Story()
    turns = [story.rated(GOAL, value, day) for day, value in enumerate((4, 4, 4, 4, 7), 1)]
    case, _ = folded([story.opened(), story.goal(GOAL), *turns])
    asked = of(case, Rule.GOAL_STALLED)
    assert evidence.lists(case, *asked)["compared_with"] == []
    assert words(evidence.lists(case, *asked)["since"]) == [
        "A resilience goal at 7, rated by the client"
    ]


def test_sessions_say_what_became_of_them_and_which_treatment_it_was() -> None:
    story = Story()
    turns: list[Event] = [story.attended(uuid4(), Attendance.ATTENDED, 1)]
    turns += [story.attended(uuid4(), Attendance.DID_NOT_ATTEND, day) for day in (2, 3)]
    turns.append(story.attended(uuid4(), Attendance.LATE_SEEN, 4))
    case, _ = folded([story.opened(), *turns])
    missed = evidence.rests_on(case, of(case, Rule.DNA_2)[2])
    assert words(missed) == ["Session: the client did not attend"] * 2
    everything = evidence.rests_on(case, [each.event_id for each in turns])
    assert [each.words for each in everything][::3] == [
        "Treatment session 1: attended",
        "Treatment session 2: the client came late and was seen",
    ]


def test_what_was_disclosed_is_told_by_its_code_and_a_safety_flag_compares_nothing() -> None:
    life = Life()
    case, _ = folded([life.began(), life.discloses(Disclosure.SELF_HARM, 3)])
    asked = of(case, Rule.SI_ITEM)
    assert words(evidence.rests_on(case, asked[2])) == ["The client spoke of self-harm"]
    assert (
        evidence.lists(case, *asked)["compared_with"] == evidence.lists(case, *asked)["since"] == []
    )


def test_what_the_case_no_longer_holds_comes_first_and_says_nothing() -> None:
    story = Story()
    score = story.answered(20, 1, 1)
    case, _ = folded([story.opened(), score])
    gone = uuid4()
    found = evidence.rests_on(case, [score.event_id, gone])
    assert [(each.event_id, each.type) for each in found] == [
        (gone, None),
        (score.event_id, "goals.measure_completed"),
    ]
    assert (found[0].words, found[0].at, found[0].subject_id) == (None, None, None)


def test_a_total_that_does_not_count_is_told_as_one() -> None:
    story = Story()
    wrong = story.answered(20, 1, 1).model_copy(update={"total": 19, "usable": False})
    case, _ = folded([story.opened(), wrong])
    [told] = evidence.rests_on(case, [wrong.event_id])
    assert told.words == (
        "PHQ-9 at 19, which disagrees with its items and does not count, item 9 answered 1"
    )


def no_outcome(case: Case) -> bytes:
    """A state that can be taken apart, and in which a session ended as none can."""
    row = SESSIONS.pack(1, bytes(16), bytes(16), 77, 0)
    return encode(structs.replace(case, sessions=row))


@pytest.mark.parametrize("spoiling", [lambda case: b"\x00", no_outcome])
async def test_a_flag_of_a_case_that_nobody_can_read_is_shown_without_its_values(
    clinic: Clinic, spoiling: Callable[[Case], bytes]
) -> None:
    flag_id, case_id = await flagged(clinic), clinic.story.case_id
    case = await state(clinic.world, case_id)
    await clinic.world.rows(WRONG, case_id, spoiling(case))
    answer = await clinic.clinician.get(f"flags/{flag_id}")
    assert answer.status_code == 200
    [fact] = answer.json()["rests_on"]
    assert (fact["type"], fact["words"]) == (None, None)
    assert (await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {})).status_code == 200


async def test_the_answer_carries_all_three(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    told = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    [fact] = told["rests_on"]
    assert fact["words"].endswith("item 9 answered 1")
    assert (told["compared_with"], told["since"]) == ([], [])
    assert told["may_close_with"] == [
        "assessed_plan_in_place",
        "assessed_referred_on",
        "assessed_care_continues",
        "assessment_refused",
    ]
