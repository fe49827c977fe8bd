"""Wall time through every kind of clock change (R20): what is shown is what was booked."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling import domain
from shared.clock import Fold, resolve, wall_time
from shared.errors import Conflict, Invalid
from shared.events.words import Attendance


FROM, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2037, 12, 31, tzinfo=UTC)
ZONES = sorted(available_timezones())
WALL = datetime(2026, 1, 1, 9, 30)  # noqa: DTZ001


@cache
def changes(zone: str) -> list[datetime]:
    """The instants at which a zone's clocks change, found by halving."""
    place, found, step = ZoneInfo(zone), [], timedelta(days=7)
    at = FROM
    while at < UNTIL:
        low, high = at, at + step
        if low.astimezone(place).utcoffset() != high.astimezone(place).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                same = low.astimezone(place).utcoffset() == middle.astimezone(place).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high.replace(microsecond=0))
        at += step
    return found


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant within hours of one of its changes, or any instant if it has none."""
    zone = draw(st.sampled_from(ZONES))
    around = draw(st.sampled_from(changes(zone) or [FROM + (UNTIL - FROM) / 2]))
    return zone, around + timedelta(minutes=draw(st.integers(-240, 240)))


@settings(max_examples=150, deadline=None)
@given(near_a_change())
def test_an_instants_wall_time_means_that_instant(case: tuple[str, datetime]) -> None:
    zone, instant = case
    wall = wall_time(instant, zone)
    meant = {resolve(wall, zone, fold) for fold in Fold}
    assert instant in meant
    assert all(wall_time(each, zone) == wall for each in meant)
    if len(meant) == 2:
        with pytest.raises(Invalid, match="comes twice"):
            resolve(wall, zone)
    else:
        assert resolve(wall, zone) == instant


@settings(max_examples=150, deadline=None)
@given(near_a_change(), st.integers(-240, 240))
def test_a_wall_time_is_resolved_or_refused(case: tuple[str, datetime], minutes: int) -> None:
    zone, instant = case
    wall = wall_time(instant, zone) + timedelta(minutes=minutes)
    shown = wall_time(wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone)
    if shown == wall:
        assert wall_time(resolve(wall, zone, Fold.LATER), zone) == wall
    else:
        with pytest.raises(Invalid, match="does not exist"):
            resolve(wall, zone, Fold.LATER)


def test_a_change_of_the_law_is_known() -> None:
    """British Columbia keeps summer time from 2026 on: only the locked tzdata is sure to know."""
    winter = datetime(2026, 12, 1, 10)  # noqa: DTZ001 - a wall time
    assert resolve(winter, "America/Vancouver") == datetime(2026, 12, 1, 17, tzinfo=UTC)


def test_the_zone_in_force() -> None:
    old, new = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    zones = [(old, "Europe/London"), (new, "Europe/Lisbon")]
    assert domain.zone_in_force(zones, old - timedelta(days=1)) == "Europe/London"
    assert domain.zone_in_force(zones, new - timedelta(seconds=1)) == "Europe/London"
    assert domain.zone_in_force(zones, new) == "Europe/Lisbon"
    assert domain.zone_in_force([], new) is None


def test_what_has_begun_is_not_moved() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ahead, begun = now + timedelta(minutes=1), now
    domain.check_movable(False, None, ahead, now)
    for cancelled, outcome, starts in (
        (True, None, ahead),
        (False, Attendance.ATTENDED, ahead),
        (False, None, begun),
    ):
        with pytest.raises(Conflict):
            domain.check_movable(cancelled, outcome, starts, now)


def test_attendance_from_two_hours_before() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    just = (now + domain.RECORD_FROM, WALL)
    domain.check_recordable(False, Attendance.ATTENDED, just, now)
    before = (now + domain.RECORD_FROM + timedelta(seconds=1), WALL)
    for outcome in Attendance:
        with pytest.raises(Conflict):
            domain.check_recordable(False, outcome, before, now)


@pytest.mark.parametrize("outcome", Attendance)
def test_that_somebody_did_not_come_from_the_start_on(outcome: Attendance) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    domain.check_recordable(False, outcome, (now, WALL), now)
    ahead = (now + timedelta(seconds=1), WALL)
    if outcome not in (Attendance.DID_NOT_ATTEND, Attendance.LATE_NOT_SEEN):
        domain.check_recordable(False, outcome, ahead, now)
        return
    with pytest.raises(Invalid, match="from the start on, 1 January 2026 at 09:30"):
        domain.check_recordable(False, outcome, ahead, now)
