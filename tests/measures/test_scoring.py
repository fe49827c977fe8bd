"""Every measure at its lowest, its highest, with each item missing, and on answers of any kind."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.measures import Change, Direction, Measure, Method, definition
from tests.measures.every import MEASURES, answer_sets, at_end, every_measure


PAIRS = [(measure, number) for measure in MEASURES for number in measure.numbers]
any_measure = st.sampled_from(MEASURES)


def needs_all(measure: Measure) -> list[str]:
    """The items that always count: an answer of "does not apply" is not among their choices."""
    return [number for number in measure.numbers if not measure.unscored[number]]


@every_measure
def test_the_lowest_and_the_highest_answers(measure: Measure) -> None:
    low, high = (measure.total(at_end(measure, end)) for end in (False, True))
    assert high == measure.range[1]
    assert low == measure.range[0] if needs_all(measure) == measure.numbers else low >= 0
    assert measure.band(high) == measure.steps[-1]
    assert measure.band(measure.range[0]) == measure.steps[0]


@pytest.mark.parametrize(
    ("measure", "missing"), PAIRS, ids=lambda part: getattr(part, "code", part)
)
def test_each_item_missing(measure: Measure, missing: str) -> None:
    items = at_end(measure, highest=True)
    del items[missing]
    assert measure.unanswered(items) == [missing]
    if measure.scoring.may_miss:
        assert measure.missing(items) == []
        assert measure.total(items) == measure.range[1]
    else:
        assert measure.missing(items) == [missing]
        assert measure.agrees(items, measure.range[1]) is None
        with pytest.raises(ValueError, match=f"items {missing} of {measure.code}"):
            measure.total(items)


@pytest.mark.parametrize(("measure", "number"), PAIRS, ids=lambda part: getattr(part, "code", part))
def test_each_item_out_of_range(measure: Measure, number: str) -> None:
    items = at_end(measure, highest=False)
    for wrong in (min(measure.allowed[number]) - 1, max(measure.allowed[number]) + 1):
        faults = measure.faults(items | {number: wrong})
        assert list(faults) == [number]
        assert faults[number].startswith("must be")


@given(data=st.data(), measure=any_measure)
def test_a_score_never_leaves_its_range(data: st.DataObject, measure: Measure) -> None:
    items = data.draw(answer_sets(measure))
    total = measure.total(items)
    low, high = measure.range
    assert low <= total <= high
    assert measure.agrees(items, total) is True
    assert measure.agrees(items, total + 1) is False
    exact = measure.points(total)
    if exact.denominator == 1:
        assert measure.units(int(exact)) == total
    band = measure.band(total)
    assert Fraction(band.lowest) <= measure.points(total)
    if measure.at_caseness(total):
        worst = high if measure.direction is Direction.HIGHER_IS_WORSE else low
        assert measure.at_caseness(worst)


@given(data=st.data(), measure=any_measure)
def test_reversing_twice_is_the_identity(data: st.DataObject, measure: Measure) -> None:
    number = data.draw(st.sampled_from(measure.numbers))
    low, high = measure.ends[number]
    value = data.draw(st.integers(low, high))
    turned = measure.turned(number, value)
    assert low <= turned <= high
    assert measure.turned(number, turned) == value


@given(data=st.data(), measure=any_measure)
def test_the_order_of_answers_does_not_matter(data: st.DataObject, measure: Measure) -> None:
    items = data.draw(answer_sets(measure))
    shuffled = dict(data.draw(st.permutations(list(items.items()))))
    assert measure.total(shuffled) == measure.total(items)
    assert measure.subscale_scores(shuffled) == measure.subscale_scores(items)
    assert measure.safety(shuffled) == measure.safety(items)


@given(data=st.data(), measure=any_measure)
def test_a_change_back_is_the_changes_mirror(data: st.DataObject, measure: Measure) -> None:
    first, latest = (measure.total(data.draw(answer_sets(measure))) for _ in range(2))
    there, back = measure.change(first, latest), measure.change(latest, first)
    assert (there is Change.RELIABLY_BETTER) is (back is Change.RELIABLY_WORSE)
    assert measure.change(first, first) in (
        Change.NO_RELIABLE_CHANGE,
        Change.NO_PUBLISHED_THRESHOLD,
    )


@pytest.mark.parametrize(
    "measure", [m for m in MEASURES if m.threshold and m.has_total], ids=lambda m: m.code
)
def test_reaching_the_threshold_counts(measure: Measure) -> None:
    threshold, (low, _) = measure.threshold or 0, measure.range
    up = measure.direction is Direction.HIGHER_IS_BETTER
    reached = Change.RELIABLY_BETTER if up else Change.RELIABLY_WORSE
    assert measure.change(low, low + threshold) is reached
    assert measure.change(low, low + threshold - 1) is Change.NO_RELIABLE_CHANGE


@pytest.mark.parametrize(
    ("code", "total", "words"),
    [
        ("phq-9", 18, "18"),
        ("core-10", 162, "18"),
        ("core-10", 170, "18.89"),
        ("brs", 25, "4.17"),
        ("ors", 249, "24.90"),
        ("who-5", 52, "52"),
    ],
)
def test_totals_for_people(code: str, total: int, words: str) -> None:
    assert definition(code).words(total) == words


@pytest.mark.parametrize(
    ("code", "points", "total"),
    [
        ("phq-9", 18, 18),
        ("core-10", 18, 162),
        ("core-10", Decimal("18.9"), 170),  # nine answers of ten, as a sender rounds them
        ("core-10", Decimal("18.89"), 170),
        ("who-5", 52, 52),
    ],
)
def test_a_total_that_came_alone(code: str, points: Decimal, total: int) -> None:
    measure = definition(code)
    assert measure.total_alone
    assert measure.units(points) == total


@pytest.mark.parametrize(
    ("points", "total"), [("3.17", 19), ("3.2", 19), ("3.167", 19), ("3.5", 21)]
)
def test_a_rounded_mean_is_the_total_that_reads_so(points: str, total: int) -> None:
    assert definition("brs").units(Decimal(points)) == total


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("phq-9", 28),
        ("phq-9", -1),
        ("phq-9", Decimal("12.5")),
        ("who-5", 50),
        ("core-10", 41),
        ("core-10", Decimal("18.7")),  # no nine answers and no ten come to that
        ("core-10", Decimal("18.90")),
        ("brs", Decimal("3.4")),
    ],
)
def test_a_total_that_cannot_be(code: str, points: Decimal) -> None:
    with pytest.raises(ValueError, match="can be that"):
        definition(code).units(points)


def test_parts_of_the_phq4() -> None:
    scores = definition("phq-4").subscale_scores({"1": 1, "2": 2, "3": 0})
    assert scores == {"anxiety": 3, "depression": None}


def test_parts_as_means() -> None:
    measure = definition("pgis-ii")
    items = dict.fromkeys(measure.numbers, 2) | {"6": 3}
    assert measure.subscale_scores(items)["resources"] == Fraction(7, 3)


def test_items_that_stand_for_themselves() -> None:
    dialog = definition("dialog")
    first, latest = dict.fromkeys(dialog.numbers, 4), dict.fromkeys(dialog.numbers, 4)
    latest |= {"1": 5, "2": 3, "3": 8}
    assert dialog.scoring.method is Method.ITEMS
    assert dialog.item_change("1", first, latest) is Change.RELIABLY_BETTER
    assert dialog.item_change("2", first, latest) is Change.RELIABLY_WORSE
    assert dialog.item_change("3", first, latest) is None
    assert dialog.item_change("4", first, latest) is Change.NO_RELIABLE_CHANGE
    assert dialog.items_at_caseness(first) is None
    assert dialog.change(44, 11) is Change.NO_PUBLISHED_THRESHOLD
    assert dialog.at_caseness(11) is None


def test_phobia_ratings_at_four_ask_for_a_look() -> None:
    ratings = definition("phobia-ratings")
    assert ratings.items_at_caseness({"1": 3, "2": 4, "3": 8}) == ["2", "3"]


def test_a_total_has_no_items_at_caseness() -> None:
    assert definition("phq-9").items_at_caseness({"1": 3}) is None
    assert definition("phq-9").item_change("1", {"1": 0}, {"1": 3}) is (
        Change.NO_PUBLISHED_THRESHOLD
    )


def test_marks_on_a_line() -> None:
    ors = definition("ors")
    choices = ors.choices("1")
    assert (len(choices), choices[0].label, choices[50].label) == (101, "Low", "")
    assert ors.faults({"1": 101}) == {"1": "must be a whole number from 0 to 100"}
    marks = {"1": 62, "2": 63, "3": 62, "4": 62}
    assert ors.at_caseness(ors.total(marks)) is True
    assert ors.at_caseness(ors.total(marks | {"4": 63})) is False
