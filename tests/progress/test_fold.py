"""The fold at its boundaries: scores, sessions, and what asks for a look."""

from uuid import UUID, uuid4

import pytest

from services.progress.domain.measures import goal_change
from services.progress.domain.rules import Happened
from services.progress.domain.state import Case, decode, encode
from services.progress.projection.reckoning import told
from services.progress.projection.reckoning.sessions import in_order
from shared.events import derived_id
from shared.events.measures import Change
from shared.events.words import Attendance, Rule, Severity
from tests.progress import shown
from tests.progress.histories import Story, folded


GOAL = UUID(int=1)


@pytest.mark.parametrize(
    ("ratings", "first", "latest", "verdict"),
    [
        (1, 5, 5, Change.FIRST_SCORE),
        (2, 5, 7, Change.NO_RELIABLE_CHANGE),
        (2, 5, 8, Change.RELIABLY_BETTER),
        (2, 5, 3, Change.NO_RELIABLE_CHANGE),
        (2, 5, 2, Change.RELIABLY_WORSE),
    ],
)
def test_a_goal_moves_reliably_from_three_points_on(
    ratings: int, first: int, latest: int, verdict: Change
) -> None:
    assert goal_change(ratings, first, latest) is verdict


@pytest.mark.parametrize(
    ("latest", "verdict"),
    [
        (15, Change.NO_RELIABLE_CHANGE),
        (16, Change.RELIABLY_WORSE),
        (5, Change.NO_RELIABLE_CHANGE),
        (4, Change.RELIABLY_BETTER),
    ],
)
def test_a_phq_9_moves_reliably_from_six_points_on(latest: int, verdict: Change) -> None:
    assert shown.scores(Story(), "phq-9", 10, latest).verdict is verdict


def test_an_unknown_measure_has_no_published_threshold() -> None:
    assert shown.scores(Story(), "core-om", 1, 30).verdict is Change.NO_PUBLISHED_THRESHOLD


@pytest.mark.parametrize(
    ("total", "band", "at_caseness"),
    [
        (4, "minimal", False),
        (5, "mild", False),
        (9, "mild", False),
        (10, "moderate", True),
        (14, "moderate", True),
        (15, "moderately_severe", True),
        (20, "severe", True),
    ],
)
def test_bands_and_caseness_of_the_phq_9(total: int, band: str, at_caseness: bool) -> None:
    story = Story()
    case, _ = folded([story.answered(total, 0, 1)])
    measure = shown.measures(case)[0]
    assert (measure.band, measure.at_caseness) == (band, at_caseness)


def test_a_goal_shows_first_latest_best_and_change() -> None:
    story = Story()
    ratings = [story.rated(GOAL, value, n) for n, value in enumerate((2, 9, 4))]
    goal = shown.goals(folded([story.goal(GOAL), *ratings])[0])[0]
    assert (goal.first, goal.latest, goal.best, goal.change, goal.ratings) == (2, 4, 9, 2, 3)
    assert [point.rating_id for point in goal.points] == [event.rating_id for event in ratings]


def test_a_rating_that_came_late_takes_its_place_in_time() -> None:
    story = Story()
    events = [story.goal(GOAL), story.rated(GOAL, 4, 10), story.rated(GOAL, 7, 5, came=20)]
    goal = shown.goals(folded(events)[0])[0]
    assert [point.value for point in goal.points] == [7, 4]
    assert (goal.first, goal.latest) == (7, 4)


def test_ratings_wait_for_their_goal() -> None:
    story = Story()
    early = [story.rated(GOAL, 6, 1), story.rated(GOAL, 3, 2)]
    case, told = folded(early)
    assert shown.goals(case) == []
    assert told == []
    case, told = folded([story.goal(GOAL)], case)
    assert shown.goals(case)[0].ratings == 2
    assert [each.flag.rule for each in told] == [Rule.DETERIORATION]


def test_a_correction_replaces_what_was_recorded() -> None:
    story, one, two = Story(), uuid4(), uuid4()
    case, _ = folded(
        [
            story.attended(one, Attendance.DID_NOT_ATTEND, 1),
            story.corrected(one, Attendance.LATE_SEEN, Attendance.DID_NOT_ATTEND, 1),
            story.cancelled(two, 2),
        ]
    )
    counts = shown.attendance(case)
    assert (counts.attended, counts.did_not_attend, counts.cancelled) == (1, 0, 1)


def test_a_corrected_session_stands_where_it_would_had_it_come_right() -> None:
    """Of two that begin at the same moment the one that was first spoken of is the first."""
    story, before, one, two = Story(), uuid4(), uuid4(), uuid4()
    missed, seen = Attendance.DID_NOT_ATTEND, Attendance.ATTENDED
    first, last = story.attended(before, missed, 0.5), story.attended(two, missed, 1)
    wrong, put_right = story.attended(one, missed, 1), story.corrected(one, seen, missed, 1)
    right = [first, story.attended(one, seen, 1), last]
    for events in (right, [first, wrong, last, put_right]):
        case, _ = folded(events)
        assert [flag.rule for flag in case.flags if not flag.cleared] == [Rule.DNA_1]
        sessions = told(events).sessions
        assert [each.outcome for each in in_order(sessions)] == [missed, seen, missed]


def test_late_and_not_seen_is_neither_attended_nor_missed() -> None:
    story = Story()
    case, _ = folded([story.attended(uuid4(), Attendance.LATE_NOT_SEEN, 1)])
    counts = shown.attendance(case)
    assert (counts.attended, counts.did_not_attend, counts.late_not_seen) == (0, 0, 1)
    assert counts.last_contact is None


@pytest.mark.parametrize(
    ("nine", "severity"), [(1, Severity.HIGH), (2, Severity.URGENT), (3, Severity.URGENT)]
)
def test_any_answer_above_zero_to_item_nine_asks_for_a_look(nine: int, severity: Severity) -> None:
    story = Story()
    event = story.answered(nine, nine, 1)
    _, told = folded([event])
    assert [(each.what, each.flag.rule, each.flag.severity) for each in told] == [
        (Happened.RAISED, Rule.SI_ITEM, severity)
    ]
    assert told[0].flag.id == derived_id(event.event_id, "SI_ITEM").bytes
    assert told[0].flag.evidence == [event.event_id.bytes]


@pytest.mark.parametrize("nine", [0, None])
def test_zero_raises_nothing_and_unknown_is_not_zero(nine: int | None) -> None:
    story = Story()
    case, told = folded([story.answered(3, nine, 1)])
    assert told == []
    expected = None if nine is None else {"9": 0}
    assert shown.measures(case)[0].points[0].safety == expected


def test_more_of_the_same_is_more_evidence_for_the_one_open_flag() -> None:
    story = Story()
    events = [story.answered(1, 1, 1), story.answered(1, 1, 2), story.answered(0, 0, 3)]
    case, told = folded(events)
    # New evidence of this kind alerts again; the flag stays the one.
    assert [each.what for each in told] == [Happened.RAISED, Happened.RAISED]
    assert len(case.flags) == 1
    assert case.flags[0].evidence == [event.event_id.bytes for event in events[:2]]


def test_severity_rises_with_the_evidence_and_is_told_again() -> None:
    story = Story()
    case, told = folded([story.answered(1, 1, 1), story.answered(3, 3, 2)])
    assert [(each.what, each.flag.severity) for each in told] == [
        (Happened.RAISED, Severity.HIGH),
        (Happened.RAISED, Severity.URGENT),
    ]
    assert told[0].flag.id == told[1].flag.id
    assert case.flags[0].severity is Severity.URGENT


@pytest.mark.parametrize(("latest", "raised"), [(4, False), (3, True)])
def test_a_goal_that_fell_by_three_deteriorated(latest: int, raised: bool) -> None:
    story = Story()
    _, told = folded([story.goal(GOAL), story.rated(GOAL, 6, 1), story.rated(GOAL, latest, 2)])
    assert [each.flag.rule for each in told] == ([Rule.DETERIORATION] if raised else [])


@pytest.mark.parametrize(("latest", "raised"), [(15, False), (16, True)])
def test_a_phq_9_that_rose_by_six_deteriorated(latest: int, raised: bool) -> None:
    story = Story()
    _, told = folded([story.answered(10, 0, 1), story.answered(latest, 0, 2)])
    assert [each.flag.rule for each in told] == ([Rule.DETERIORATION] if raised else [])


def test_a_flag_is_cleared_when_a_late_score_moves_the_baseline() -> None:
    story = Story()
    events = [story.goal(GOAL), story.rated(GOAL, 6, 10), story.rated(GOAL, 3, 20)]
    case, told = folded([*events, story.rated(GOAL, 4, 5, came=30)])
    assert [each.what for each in told] == [Happened.RAISED, Happened.CLEARED]
    assert case.flags[0].cleared
    case, told = folded([story.rated(GOAL, 6, 1, came=40)], case)
    fell = [each for each in told if each.flag.rule is Rule.DETERIORATION]
    assert [each.what for each in fell] == [Happened.RAISED]
    assert [flag.cleared for flag in case.flags if flag.rule is Rule.DETERIORATION] == [False]


def test_a_better_score_does_not_make_a_flag_lapse() -> None:
    story = Story()
    ratings = [story.rated(GOAL, value, n) for n, value in enumerate((6, 3, 9))]
    case, told = folded([story.goal(GOAL), *ratings])
    assert [each.what for each in told] == [Happened.RAISED]
    assert not case.flags[0].cleared


@pytest.mark.parametrize(("total", "nine"), [(28, None), (-1, None)])
def test_a_score_outside_its_range_is_refused(total: int, nine: int | None) -> None:
    with pytest.raises(ValueError, match="outside the range"):
        folded([Story().answered(total, nine, 1)])


def test_a_total_that_disagrees_with_its_items_is_kept_and_does_not_count() -> None:
    story = Story()
    event = story.answered(3, 1, 1).model_copy(update={"total": 24})
    case, told = folded([story.answered(2, 0, 0), event])
    assert [each.flag.rule for each in told] == [Rule.SI_ITEM]
    assert case.measures[0].first == 2


@pytest.mark.parametrize("version", ["2024a", "1.1", "256", "0", "2"])
def test_a_measure_in_a_version_that_we_do_not_know_holds_nobody_up(version: str) -> None:
    story = Story()
    events = [story.answered(n, 0, n).model_copy(update={"version": version}) for n in (4, 24)]
    case, told = folded(events)
    assert told == []
    assert shown.measures(case)[0].version == version
    assert [point.total for point in shown.measures(case)[0].points] == [4, 24]


def test_the_newest_fifty_events_can_be_waited_for() -> None:
    story = Story()
    ratings = [story.rated(GOAL, 5, n) for n in range(60)]
    case, _ = folded([story.goal(GOAL), *ratings])
    assert case.heard_of(ratings[-1].event_id.bytes)
    assert case.heard_of(ratings[10].event_id.bytes)
    assert not case.heard_of(ratings[9].event_id.bytes)


def test_a_state_survives_being_kept() -> None:
    story = Story()
    events = [story.opened(), story.goal(GOAL), story.rated(GOAL, 6, 1), story.rated(GOAL, 1, 2)]
    case, _ = folded(
        [*events, story.answered(9, 1, 3), story.attended(GOAL, Attendance.ATTENDED, 4)]
    )
    assert decode(encode(case)) == case
    assert isinstance(decode(encode(case)), Case)
