"""What a case is shown to come to: goals' lines and lives, measures' thresholds, outcome, waits."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.progress.domain.packed import micros
from services.progress.domain.state import DISCLOSURES
from services.progress.models.answers import MeasureProgress
from services.progress.models.goals import GoalProgress
from shared.events.measures import Change, newest
from shared.events.words import (
    Attendance,
    Disclosure,
    EndCode,
    GoalKind,
    GoalMethod,
    GoalStatus,
    RatedBy,
    Rule,
    SessionKind,
)
from tests.progress import shown
from tests.progress.histories import Story, at, folded
from tests.progress.lives import Life


GOAL, OTHER = UUID(int=1), UUID(int=2)
DAY = 24 * 60


def goal_after(*events: Any) -> GoalProgress:
    return shown.goals(folded(events)[0])[0]


def measure_after(*events: Any) -> MeasureProgress:
    return shown.measures(folded(events)[0])[0]


def scores(life: Story, measure: str, *totals: int) -> MeasureProgress:
    return measure_after(*(life.answered(t, None, n, measure) for n, t in enumerate(totals)))


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        ([], GoalStatus.ACTIVE),
        (["paused"], GoalStatus.ON_HOLD),
        (["paused", "resumed"], GoalStatus.ACTIVE),
        (["achieved"], GoalStatus.ACHIEVED),
        (["not_achieved"], GoalStatus.NOT_ACHIEVED),
        (["withdrawn"], GoalStatus.WITHDRAWN),
        (["achieved", "reopened"], GoalStatus.ACTIVE),
        (["declined"], GoalStatus.DECLINED),
    ],
)
def test_the_life_of_a_goal(moves: list[str], status: GoalStatus) -> None:
    life = Life()
    goal = goal_after(life.agreed(GOAL), *(life.moves(GOAL, move) for move in moves))
    assert goal.status is status


def test_a_proposed_goal_is_worked_on_once_it_is_agreed() -> None:
    life = Life()
    proposed = life.agreed(GOAL, status=GoalStatus.PROPOSED)
    assert goal_after(proposed).status is GoalStatus.PROPOSED
    assert goal_after(proposed, life.moves(GOAL, "agreed")).status is GoalStatus.ACTIVE


def test_a_revision_keeps_the_ratings() -> None:
    life = Life()
    goal = goal_after(life.agreed(GOAL), life.says(GOAL, 4, 1), life.revised(GOAL, 9, 2))
    assert (goal.kind, goal.target, goal.weight) == (GoalKind.INSIGHT, 9, 2)
    assert (goal.first, goal.ratings) == (4, 1)


def test_a_voided_rating_is_marked_and_counts_for_nothing() -> None:
    life = Life()
    one, two = life.says(GOAL, 9, 1), life.says(GOAL, 4, 2)
    goal = goal_after(life.agreed(GOAL), one, two, life.voided(one))
    assert (goal.first, goal.best, goal.ratings) == (4, 4, 1)
    assert [(point.value, point.voided) for point in goal.points] == [(9, True), (4, False)]


def test_the_last_amendment_holds() -> None:
    life = Life()
    event = life.says(GOAL, 9, 1)
    twice = goal_after(
        life.agreed(GOAL), event, life.amended(event, 2, 5), life.amended(event, 6, 3)
    )
    once = goal_after(life.agreed(GOAL), event, life.amended(event, 6, 3))
    assert twice.points == once.points
    assert [point.value for point in twice.points] == [6]


def test_a_fall_that_was_entered_wrongly_clears_its_flag() -> None:
    life = Life()
    fall = life.says(GOAL, 3, 2)
    events = [life.agreed(GOAL), life.says(GOAL, 7, 1), fall]
    case, _ = folded(events)
    [flag] = [flag for flag in case.flags if flag.rule is Rule.DETERIORATION]
    assert not flag.cleared
    folded([life.amended(fall, 6, 2)], case)
    assert flag.cleared


@pytest.mark.parametrize("name", ["voided", "amended"])
def test_a_correction_of_what_was_never_heard_of_is_passed_over(name: str) -> None:
    life = Life()
    never = life.says(GOAL, 5, 1)
    said = [never] if name == "voided" else [never, 3, 1]
    assert goal_after(life.agreed(GOAL), getattr(life, name)(*said)).points == []
    answered = life.answered(3, 0, 1)
    case, _ = folded([life.opened(), life.taken_back(answered), life.retold(answered, 9, 1, 1)])
    assert case.measures == []


def test_members_of_a_shared_goal_are_never_mixed() -> None:
    life = Life()
    shared = life.agreed(GOAL, client_id=None)
    events = [life.says(GOAL, 8, 1), life.says(GOAL, 2, 2, True), life.says(GOAL, 4, 3)]
    goal = goal_after(shared, *events)
    assert (goal.first, goal.latest, goal.verdict) == (None, None, None)
    assert {line.client_id: (line.first, line.latest, line.verdict) for line in goal.lines} == {
        life.client_id: (8, 4, Change.RELIABLY_WORSE),
        life.other_id: (2, 2, Change.FIRST_SCORE),
    }
    case, _ = folded([shared, *events])
    assert {flag.client for flag in case.flags} == {life.client_id.bytes}


def test_what_the_client_says_is_the_goals_movement_and_the_clinician_stands_beside() -> None:
    life = Life()
    client = [life.says(GOAL, 3, 1), life.says(GOAL, 4, 3)]
    by: Any = {"rated_by": RatedBy.CLINICIAN}
    clinician = [life.says(GOAL, 6, 2, **by), life.says(GOAL, 8, 4, **by)]
    for order in ([*client, *clinician], [*clinician, *client], [clinician[0], *client]):
        goal = goal_after(life.agreed(GOAL), *order)
        assert (goal.first, goal.latest, goal.best, goal.change) == (3, 4, 4, 1)
        assert goal.verdict is Change.NO_RELIABLE_CHANGE
    alone = goal_after(life.agreed(GOAL), *clinician)
    assert (alone.first, alone.latest, alone.change) == (6, 8, 2)


def test_a_goal_moves_by_what_counted_when_it_was_agreed() -> None:
    life = Life()
    ratings = [life.rated(GOAL, value, t) for t, value in enumerate((2, 6))]
    assert goal_after(life.agreed(GOAL), *ratings).verdict is Change.RELIABLY_BETTER
    strict = goal_after(life.agreed(GOAL, reliable_change=5), *ratings)
    assert (strict.verdict, strict.reliable_change) == (Change.NO_RELIABLE_CHANGE, 5)
    fall = [life.rated(GOAL, value, t) for t, value in enumerate((8, 4))]
    assert folded([life.agreed(GOAL, reliable_change=5), *fall])[0].flags == []
    assert folded([life.agreed(GOAL), *fall])[0].flags[0].rule is Rule.DETERIORATION


def test_a_review_at_the_end_of_all_days_stops_no_case() -> None:
    life = Life()
    agreed = life.agreed(GOAL, method=GoalMethod.GAS, target=0, review_on=date.max)
    case = folded([agreed, life.level(GOAL, -1, 1)])[0]
    assert case.goals


def test_raters_have_lines_of_their_own() -> None:
    life = Life()
    theirs = life.says(GOAL, 6, 2, rated_by=RatedBy.CLINICIAN)
    goal = goal_after(life.agreed(GOAL), life.says(GOAL, 3, 1), theirs)
    assert [(line.by, line.first) for line in goal.lines] == [
        (RatedBy.CLIENT, 3),
        (RatedBy.CLINICIAN, 6),
    ]


@pytest.mark.parametrize(
    ("values", "stalled"),
    [((3, 3, 3), False), ((3, 3, 3, 3), True), ((3, 4, 3, 4), False), ((8, 8, 8, 8), False)],
)
def test_a_goal_stands_still_over_four_ratings_short_of_its_target(
    values: tuple[int, ...], stalled: bool
) -> None:
    life = Life()
    goal = goal_after(life.agreed(GOAL), *(life.says(GOAL, v, n) for n, v in enumerate(values)))
    assert goal.stalled is stalled


@pytest.mark.parametrize(
    ("review", "level", "stalled"),
    [(date(2026, 12, 1), -1, True), (date(2026, 12, 2), -1, False), (date(2026, 12, 1), 0, False)],
)
def test_below_the_agreed_level_past_the_review(review: date, level: int, stalled: bool) -> None:
    life = Life()
    goal = goal_after(life.attainment(GOAL, review_on=review), life.level(GOAL, level, 1))
    assert shown.NOW.date() == date(2026, 12, 2)
    assert goal.stalled is stalled


def test_attainment_is_one_t_score_of_weighed_goals() -> None:
    life = Life()
    events: list[Any] = [life.attainment(GOAL), life.attainment(OTHER)]
    events += [life.level(GOAL, -1, 1), life.level(OTHER, -1, 1), life.level(GOAL, 1, 2)]
    whole = shown.whole(folded([*events, life.level(OTHER, 0, 2)])[0])
    case, client = whole["attainment"]
    assert (case.client_id, case.t_score, case.goals) == (None, 56.2, 2)
    assert (client.client_id, client.at_start) == (life.client_id, 37.6)
    assert whole["goals"][0].verdict is Change.NO_PUBLISHED_THRESHOLD


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ((18, 6), "recovered"),
        ((18, 12), "improved"),
        ((18, 13), "unchanged"),
        ((10, 4), "recovered"),  # at caseness from 10 on
        ((16, 10), "improved"),  # and still at 10
        ((12, 18), "deteriorated"),
        ((6, 12), "harmed"),
    ],
)
def test_clinically_significant_change(totals: tuple[int, ...], expected: str) -> None:
    assert scores(Life(), "phq-9", *totals).clinical_class == expected


def test_a_threshold_says_its_confidence_and_its_source() -> None:
    life = Life()
    core = scores(life, "core-10", 0).reliable_change
    phq = scores(life, "phq-9", 10).reliable_change
    assert core is not None
    assert phq is not None
    assert core.words == "A change of 6 points or more is more than chance: at 90 % confidence."
    assert phq.words.endswith("the source states no confidence level.")
    assert core.source
    assert phq.source


def test_a_mean_is_told_in_points_and_pro_rated() -> None:
    life = Life()
    said = dict.fromkeys(map(str, range(1, 10)), 2)
    measure = measure_after(life.fills("core-10", said, 1))
    assert measure.latest_points == "20"
    assert measure.points[0].points == "20"


def test_a_total_of_four_items_is_not_compared_with_one_of_five() -> None:
    life = Life()
    works, retired = (dict.fromkeys("12345", 4), {"1": 9} | dict.fromkeys("2345", 4))
    measure = measure_after(life.fills("wsas", works, 1), life.fills("wsas", retired, 2))
    assert (measure.verdict, measure.change) == (Change.NOT_COMPARABLE, None)
    assert measure.trend.per_week is None
    again = measure_after(life.fills("wsas", retired, 1), life.fills("wsas", retired, 2))
    assert again.verdict is Change.NO_PUBLISHED_THRESHOLD


def test_items_that_stand_for_themselves_have_series_of_their_own() -> None:
    life = Life()
    first = dict.fromkeys(map(str, range(1, 12)), 4)
    later = first | {"1": 5, "2": 3, "3": 8}
    measure = measure_after(life.fills("dialog", first, 1), life.fills("dialog", later, 2))
    assert (measure.has_total, measure.first, measure.latest) == (False, None, None)
    verdicts = {item.number: item.verdict for item in measure.items}
    assert (verdicts["1"], verdicts["2"], verdicts["3"]) == (
        Change.RELIABLY_BETTER,
        Change.RELIABLY_WORSE,
        None,
    )


def test_a_score_that_is_not_usable_is_kept_and_its_safety_item_shown() -> None:
    life = Life()
    wrong = life.answered(20, 2, 2).model_copy(update={"usable": False, "total": 26})
    case, told = folded([life.answered(9, 0, 1), wrong])
    [measure] = shown.measures(case)
    assert (measure.latest, measure.verdict) == (9, Change.FIRST_SCORE)
    assert [point.usable for point in measure.points] == [True, False]
    assert measure.points[1].safety == {"9": 2}
    assert {each.flag.rule for each in told} == {Rule.SI_ITEM}


def test_eight_zeros_and_a_one_to_item_nine_are_minimal_and_ask_for_a_look() -> None:
    life = Life()
    case, told = folded([life.fills("phq-9", dict.fromkeys("12345678", 0) | {"9": 1}, 1)])
    [measure] = shown.measures(case)
    assert (measure.latest, measure.band) == (1, "minimal")
    assert [each.flag.rule for each in told] == [Rule.SI_ITEM]


def test_answers_that_were_another_clients_move_to_them() -> None:
    life = Life()
    answered = life.answered(12, 1, 1)
    case, _ = folded([life.began(), answered, life.retold(answered, 12, 1, 1, True)])
    [measure] = shown.measures(case)
    assert measure.client_id == life.other_id
    assert {flag.client for flag in case.flags if not flag.cleared} == {life.other_id.bytes}


def test_a_slow_trend_is_reliable_over_many_scores() -> None:
    life = Life()
    per_point = next(m for m in newest() if m.code == "core-10").per_point
    told = [life.answered((24 - 2 * n) * per_point, None, n * 7 * DAY, "core-10") for n in range(6)]
    trend = measure_after(*told).trend
    assert (trend.per_week, trend.reliable) == (-2.0, True)
    assert measure_after(*told[:2]).trend.per_week is None
    assert scores(life, "phq-9", 9, 8, 7).trend.reliable is None


def test_a_disclosure_in_words_asks_for_a_look_at_that_client() -> None:
    life = Life()
    said = life.discloses(Disclosure.SELF_HARM, 3)
    case, told = folded([life.began(), said])
    assert len(list(DISCLOSURES.rows(case.disclosures))) == 1
    assert case.disclosers == [life.client_id.bytes]
    assert [(each.flag.rule, each.flag.client) for each in told] == [
        (Rule.SI_ITEM, life.client_id.bytes)
    ]


def test_what_the_referral_and_the_opening_say_is_kept() -> None:
    life = Life()
    ended = {"previous_end_code": EndCode.COMPLETED_AS_AGREED, "previous_closed_at": at(-9)}
    began = life.began(5).model_copy(update=ended)
    case, _ = folded([life.referred(), began, life.closed(99)])
    assert (case.received_at, case.opened_at, case.closed_at) == tuple(
        micros(at(minutes)) for minutes in (0, 5, 99)
    )
    assert (case.previous_end_code, case.previous_closed_at) == ("46", micros(at(-9)))
    assert (case.end_code, case.modality) == ("46", "individual")


def course(life: Life, phq: tuple[int, int], gad: tuple[int, int], *more: Any) -> dict[str, Any]:
    events = [life.answered(total, None, n) for n, total in enumerate(phq)]
    events += [life.answered(total, None, n, "gad-7") for n, total in enumerate(gad)]
    return shown.whole(folded([life.opened(), *events, *more])[0])


def test_both_measures_make_the_outcome_of_a_finished_course() -> None:
    life = Life()
    treated = [life.attended(uuid4(), Attendance.ATTENDED, n) for n in range(2)]
    [outcome] = course(life, (16, 9), (12, 7), *treated, life.closed(9))["outcome"]
    assert (outcome.finished, outcome.paired, outcome.reliably_recovered) == (True, True, True)
    assert outcome.words == (
        "Recovered: at caseness before, below it on both measures now, by a reliable change"
        " (a finished course)."
    )
    [early] = course(life, (16, 9), (12, 7), treated[0], life.closed(9))["outcome"]
    assert not early.finished


def test_one_measure_alone_is_no_outcome() -> None:
    life = Life()
    whole = shown.whole(folded([life.opened(), life.answered(16, None, 1)])[0])
    [outcome] = whole["outcome"]
    assert (outcome.paired, outcome.recovered) == (False, None)


@pytest.mark.parametrize(
    ("days", "band", "soon"),
    [
        (14, "up_to_14", True),
        (15, "15_to_28", True),
        (42, "29_to_42", True),
        (43, "43_to_84", False),
        (126, "85_to_126", False),
        (127, "over_126", False),
    ],
)
def test_waiting_is_counted_in_days_to_the_first_treatment(
    days: int, band: str, soon: bool
) -> None:
    life = Life()
    seen = life.attended(uuid4(), Attendance.ATTENDED, days * DAY)
    whole = shown.whole(folded([life.referred(), life.began(), seen])[0])
    waiting = whole["waiting"]
    assert (waiting.days, waiting.band, waiting.within_42) == (days, band, soon)
    assert waiting.within_126 is (days <= 126)
    assert not waiting.still_waiting


def test_an_assessment_alone_does_not_stop_the_clock() -> None:
    life = Life()
    seen = life.attended(uuid4(), Attendance.ATTENDED, 60)
    assessed = seen.model_copy(update={"kind": SessionKind.ASSESSMENT})
    waiting = shown.whole(folded([life.referred(), assessed])[0])["waiting"]
    assert (waiting.still_waiting, waiting.days) == (True, 30)


def test_a_referral_that_was_sent_back_waits_no_more() -> None:
    life = Life()
    whole = shown.whole(folded([life.referred(), life.rejected(3 * DAY)])[0])
    assert whole["status"] == "rejected"
    assert (whole["waiting"].still_waiting, whole["waiting"].days) == (False, 3)


def test_sessions_missed_in_a_row_contacts_and_gaps() -> None:
    life, ahead = Life(), uuid4()
    said = [Attendance.ATTENDED, Attendance.LATE_SEEN, Attendance.DID_NOT_ATTEND]
    said += [Attendance.CANCELLED_BY_CLIENT, Attendance.DID_NOT_ATTEND]
    events = [life.attended(uuid4(), each, n * 7 * DAY) for n, each in enumerate(said)]
    booked = [life.booked(ahead, 31 * DAY), life.moved(ahead, 35 * DAY)]
    counts = shown.attendance(folded([*booked, *events])[0])
    assert (counts.consecutive_did_not_attend, counts.longest_gap_days) == (2, 7)
    assert (counts.booked, counts.sessions, counts.days_since_contact) == (1, 6, 23)
    assert counts.next_contact is not None
    assert (counts.next_contact - shown.NOW).days == 5


def test_the_eight_kinds_say_where_each_stands() -> None:
    life = Life()
    events = [life.agreed(GOAL), life.agreed(OTHER), life.says(GOAL, 2, 1), life.says(GOAL, 6, 2)]
    events += [life.says(OTHER, 7, 1), life.says(OTHER, 3, 2)]
    kinds = {each.kind: each for each in shown.whole(folded(events)[0])["kinds"]}
    assert list(kinds) == list(GoalKind)
    resilience = kinds[GoalKind.RESILIENCE]
    assert (resilience.goal_id, resilience.start, resilience.now) == (OTHER, 7, 3)
    assert (resilience.verdict, resilience.goals) == (Change.RELIABLY_WORSE, 2)
    assert kinds[GoalKind.INSIGHT].verdict == "no_goal"


def test_the_worst_verdict_of_a_case() -> None:
    life = Life()
    events: list[Any] = [life.agreed(GOAL), life.says(GOAL, 2, 1), life.says(GOAL, 6, 2)]
    assert shown.whole(folded(events)[0])["worst"] is Change.RELIABLY_BETTER
    events += [life.answered(6, None, 1), life.answered(12, None, 2)]
    assert shown.whole(folded(events)[0])["worst"] is Change.RELIABLY_WORSE
