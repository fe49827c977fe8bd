"""The rules of goals, each at its edge."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.goals.domain import moments
from services.goals.domain.ratings import rater
from shared.errors import Conflict, Invalid
from shared.events.words import RatedBy


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REFERRED = NOW - timedelta(days=30)
ONE, OTHER, STRANGER = uuid4(), uuid4(), uuid4()


@pytest.mark.parametrize(
    ("given", "meant"),
    [(None, NOW), (NOW, NOW), (REFERRED, REFERRED)],
    ids=["none", "now", "first"],
)
def test_a_moment_lies_between_referral_and_now(given: datetime | None, meant: datetime) -> None:
    assert moments.moment(given, REFERRED, NOW, "rated_at") == meant


@pytest.mark.parametrize(
    "given", [NOW + timedelta(microseconds=1), REFERRED - timedelta(microseconds=1)]
)
def test_no_moment_outside(given: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        moments.moment(given, REFERRED, NOW, "rated_at")
    assert [error.field for error in refused.value.errors] == ["rated_at"]


@pytest.mark.parametrize(
    ("given", "by", "goal_for", "clients", "whose"),
    [
        (None, RatedBy.CLIENT, ONE, [ONE], ONE),
        (ONE, RatedBy.CLIENT, ONE, [ONE, OTHER], ONE),
        (None, RatedBy.CLINICIAN, ONE, [ONE, OTHER], ONE),
        (None, RatedBy.CLIENT, None, [ONE], ONE),
        (OTHER, RatedBy.CLIENT, None, [ONE, OTHER], OTHER),
        (None, RatedBy.CLINICIAN, None, [ONE, OTHER], None),
    ],
)
def test_whose_rating_it_is(
    given: UUID | None,
    by: RatedBy,
    goal_for: UUID | None,
    clients: list[UUID],
    whose: UUID | None,
) -> None:
    assert rater(given, by, goal_for, clients) == whose


@pytest.mark.parametrize(
    ("given", "goal_for"), [(STRANGER, ONE), (STRANGER, None), (OTHER, ONE), (None, None)]
)
def test_a_rating_that_is_nobodys_is_refused(given: UUID | None, goal_for: UUID | None) -> None:
    with pytest.raises(Invalid):
        rater(given, RatedBy.CLIENT, goal_for, [ONE, OTHER])


def test_a_closed_case_is_closed() -> None:
    moments.open_for_changes(None)
    with pytest.raises(Conflict):
        moments.open_for_changes(NOW)


def test_a_review_may_be_today_and_not_yesterday() -> None:
    moments.review_day(None, date(2026, 3, 1))
    moments.review_day(date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(Invalid):
        moments.review_day(date(2026, 2, 28), date(2026, 3, 1))
