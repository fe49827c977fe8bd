"""Why a flag was cleared: what its case still says of what went away of its evidence."""

from uuid import UUID, uuid4

from services.progress.domain.state import Case
from services.progress.models.ended import Ended, EndedBy
from services.progress.queries.clearing import ended
from shared.events.goals import DisclosureRecorded, DisclosureVoided, MeasureVoided, RatingVoided
from shared.events.words import Attendance, CorrectionReason, Disclosure, Rule
from tests.progress.histories import Story, at, folded


WRONG = CorrectionReason.ENTERED_WRONGLY
GOAL = UUID(int=1)


def why(case: Case, rule: Rule) -> list[Ended]:
    [flag] = [each for each in case.flags if each.rule is rule]
    assert flag.cleared
    return ended(case, rule, flag.because, [UUID(bytes=event) for event in flag.evidence])


def common(story: Story, when: float) -> dict[str, object]:
    return {"occurred_at": at(when), "clinic_id": story.clinic_id, "case_id": story.case_id}


def test_an_answer_that_was_voided_is_told_as_it_was_also_once_the_case_is_closed() -> None:
    story = Story()
    given = story.answered(12, 1, 5)
    said = {"response_id": given.response_id, "client_id": story.client_id, "reason": WRONG}
    void = MeasureVoided(**common(story, 6), **said, measure="phq-9")
    history = [story.opened(), given, void, story.closed(9)]
    for upto in (3, 4):
        [told] = why(folded(history[:upto])[0], Rule.SI_ITEM)
        assert (told.how, told.at, told.subject_id) == (EndedBy.VOIDED, at(5), given.response_id)
        assert told.words == "PHQ-9 at 12, item 9 answered 1"
        assert told.event_id == given.event_id


def test_ratings_that_were_voided_are_told_one_by_one() -> None:
    story = Story()
    rated = [story.rated(GOAL, value, 3 + place) for place, value in enumerate((9, 2, 1))]
    voids = [
        RatingVoided(
            **common(story, 10 + place), rating_id=each.rating_id, goal_id=GOAL, reason=WRONG
        )
        for place, each in enumerate(rated[1:])
    ]
    case, _ = folded([story.opened(), story.goal(GOAL), *rated, *voids])
    # The last to go is what the flag rested on; the first made it rest on less.
    [told] = why(case, Rule.DETERIORATION)
    assert (told.how, told.goal_id, told.subject_id) == (EndedBy.VOIDED, GOAL, rated[2].rating_id)


def test_a_session_recorded_otherwise_is_told_as_it_is_now() -> None:
    story, visit = Story(), uuid4()
    missed = story.attended(visit, Attendance.DID_NOT_ATTEND, 5)
    right = story.corrected(visit, Attendance.ATTENDED, Attendance.DID_NOT_ATTEND, 5)
    [told] = why(folded([story.opened(), missed, right])[0], Rule.DNA_1)
    assert (told.how, told.subject_id) == (EndedBy.RECORDED_OTHERWISE, visit)
    assert told.words == "Treatment session 1: attended"


def test_what_was_said_and_taken_back_is_told_by_its_time() -> None:
    story, name = Story(), uuid4()
    said = {"disclosure_id": name, "client_id": story.client_id}
    spoke = DisclosureRecorded(
        **common(story, 5), **said, disclosure=Disclosure.SELF_HARM, disclosed_at=at(4)
    )
    back = DisclosureVoided(**common(story, 6), **said, reason=WRONG)
    [told] = why(folded([story.opened(), spoke, back])[0], Rule.SI_ITEM)
    assert (told.how, told.at, told.words) == (EndedBy.TAKEN_BACK, at(4), None)


def test_a_case_that_was_closed_takes_along_what_still_stands() -> None:
    story = Story()
    missed = story.attended(uuid4(), Attendance.DID_NOT_ATTEND, 5)
    [told] = why(folded([story.opened(), missed, story.closed(9)])[0], Rule.DNA_1)
    assert (told.how, told.at) == (EndedBy.CASE_CLOSED, at(9))


def test_what_stands_and_what_cannot_be_read_are_not_told_as_gone() -> None:
    story = Story()
    given = story.answered(12, 1, 5)
    case, _ = folded([story.opened(), given])
    [flag] = [each for each in case.flags if each.rule is Rule.SI_ITEM]
    [told] = ended(case, Rule.SI_ITEM, flag.because, [given.event_id])
    assert (told.how, told.subject_id) == (EndedBy.STANDS, given.response_id)
    [lost] = ended(case, Rule.SI_ITEM, flag.because, [uuid4()])
    assert lost.how is EndedBy.NOT_HELD
    assert ended(None, Rule.SI_ITEM, flag.because, [given.event_id]) == []
