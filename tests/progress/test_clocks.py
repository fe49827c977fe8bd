"""Clocks that change while they run: holidays entered later, a rise in severity, work that is done.

A clock counts each hour by what the clinic says of that hour, so nothing is stored and nothing has
to be computed anew; what has been passed on stays passed on.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.progress.domain.calendar import ORDINARY, Calendar, Week, calendar_of
from services.progress.domain.escalation import Since, clock, steps
from services.progress.domain.packed import instant, micros
from services.progress.domain.rules.days import after_days
from shared.events.clinics import CalendarChanged, Hours
from shared.events.words import Attendance, FlagState, Role, Rule
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import Story, at
from tests.progress.scenarios import DAY
from tests.progress.test_escalation import looked
from tests.progress.test_flags import did


TICK = timedelta(microseconds=1)
FRIDAY = datetime(2026, 12, 18, 15, tzinfo=UTC)  # 15:00, two hours before the end of the week
MONDAY = datetime(2026, 12, 21, tzinfo=UTC)


def hour(of_monday: float) -> datetime:
    return MONDAY + timedelta(hours=of_monday)


def london(*weeks: tuple[datetime, Week]) -> Calendar:
    return Calendar("Europe/London", weeks)


NO_TUESDAY = Week(holidays=frozenset({date(2026, 12, 22)}))
MORNINGS = Week(hours=tuple((day, 9 * 60, 12 * 60) for day in range(1, 6)))


@pytest.mark.parametrize(
    ("calendar", "due"),
    [
        # Sixteen hours: two on Friday, eight on Monday, six on Tuesday.
        (london(), hour(24 + 15)),
        # On Monday at noon Tuesday becomes a holiday: what is left counts on Wednesday.
        (london((hour(12), NO_TUESDAY)), hour(48 + 15)),
        # From Tuesday at 15:00 on: all sixteen have passed. A microsecond sooner: not quite.
        (london((hour(24 + 15), NO_TUESDAY)), hour(24 + 15)),
        (london((hour(24 + 15) - TICK, NO_TUESDAY)), hour(48 + 9) + TICK),
        # From Monday at noon on mornings only: five are done, nine left over Tuesday to Thursday.
        (london((hour(12), MORNINGS)), hour(96 + 11)),
        # A holiday that is taken back before it came.
        (london((hour(12), NO_TUESDAY), (hour(13), Week())), hour(24 + 15)),
    ],
)
def test_each_hour_counts_by_what_is_in_force_in_it(calendar: Calendar, due: datetime) -> None:
    assert calendar.after(FRIDAY, 16, working=True) == due
    assert calendar.after(FRIDAY, 16, working=False) == FRIDAY + timedelta(hours=16)


def test_a_calendar_entered_in_the_middle_of_an_hour_splits_it() -> None:
    """Ten to half past of the first calendar, then an hour's pause, then the second."""
    later = Week(hours=((1, 11 * 60 + 30, 17 * 60),))
    assert london((hour(10.5), later)).after(hour(10), 1, working=True) == hour(12)


@pytest.mark.parametrize(
    ("minutes", "hours", "due"),
    [
        # An hour each Monday: 80 hours are 80 Mondays, more than a year.
        (60, 80, hour(79 * 7 * 24 + 10)),
        # A minute a week: sixteen hours are 960 Mondays.
        (1, 16, hour(959 * 7 * 24 + 9) + timedelta(minutes=1)),
    ],
)
def test_sparse_hours_are_counted_past_a_year(minutes: int, hours: int, due: datetime) -> None:
    """Taken by an earlier release: such a clock waits; it does not run through the nights."""
    sparse = Week(hours=((1, 9 * 60, 9 * 60 + minutes),))
    calendar = Calendar("UTC", ((FRIDAY, sparse),))
    assert calendar.after(FRIDAY, hours, working=True) == due


def test_too_few_hours_in_twenty_years_end_with_the_last_of_them() -> None:
    calendar = Calendar("UTC", ((FRIDAY, Week(hours=((1, 9 * 60, 9 * 60 + 1),))),))
    due = calendar.after(FRIDAY, 80, working=True)
    assert (due.isoweekday(), due.hour, due.minute) == (1, 9, 1)
    assert due - FRIDAY > timedelta(days=19 * 366)


def test_only_without_any_hour_a_clock_runs_straight_on() -> None:
    calendar = Calendar("UTC", ((FRIDAY, Week(hours=())),))
    assert calendar.after(FRIDAY, 80, working=True) == FRIDAY + timedelta(hours=80)


def version(number: int, since: datetime, deputy: UUID | None = None) -> tuple[str, dict[str, Any]]:
    said = {
        "effective_from": since.isoformat(),
        "hours": [list(each) for each in ORDINARY],
        "holidays": [],
        "deputy": str(deputy) if deputy else None,
    }
    return str(number), said


def test_who_stands_in_is_who_does_when_the_step_is_due() -> None:
    first, second = UUID(int=1), UUID(int=2)
    due = FRIDAY + timedelta(hours=4)
    versions = dict([version(1, FRIDAY, first), version(2, due, second)])
    calendar = calendar_of("Europe/London", versions)
    running = clock(Rule.SI_ITEM, FlagState.RAISED, Since(FRIDAY), calendar)
    assert running
    [step] = steps(Rule.SI_ITEM, running, calendar, due)
    assert step.person == second
    before = Since(FRIDAY - TICK)
    running = clock(Rule.SI_ITEM, FlagState.RAISED, before, calendar)
    assert running
    assert [one.person for one in steps(Rule.SI_ITEM, running, calendar, due)] == [first]


def test_a_later_version_that_begins_sooner_replaces_the_one_before() -> None:
    versions = dict([version(1, hour(20), UUID(int=1)), version(2, hour(10), UUID(int=2))])
    calendar = calendar_of("UTC", versions)
    assert [calendar.deputy(hour(each)) for each in (9, 10, 21)] == [
        None,
        UUID(int=2),
        UUID(int=2),
    ]


async def says(clinic: Clinic, number: int, since: datetime, *holidays: date) -> None:
    """The clinic (in Auckland) enters a calendar: every day, all day, but for these."""
    changed = CalendarChanged(
        occurred_at=since,
        clinic_id=clinic.story.clinic_id,
        version=number,
        effective_from=since,
        hours=tuple(Hours(weekday=day, begins=0, ends=24 * 60) for day in range(1, 8)),
        holidays=holidays,
        deputy_id=None,
    )
    await clinic.world.happens(changed)


async def fell(clinic: Clinic, minute: float) -> str:
    """A score got worse: a flag with sixteen hours of the clinic's to be looked at."""
    story = clinic.story
    await clinic.world.happens(
        story.answered(5, None, minute - 1), story.answered(15, None, minute)
    )
    return str((await clinic.shown())["flags"][0]["flag_id"])


async def due_of(clinic: Clinic, flag_id: str) -> datetime:
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    return datetime.fromisoformat(shown["clock"]["due_at"])


async def test_a_holiday_entered_later_counts_for_a_clock_that_runs(clinic: Clinic) -> None:
    """However many look and however often it is entered, the flag goes on once, when it is due."""
    await says(clinic, 1, at(-DAY))
    flag_id = await fell(clinic, 60)  # 10:00 UTC on the 2nd, 23:00 in Auckland
    assert await due_of(clinic, flag_id) == at(60 + 16 * 60)
    for _ in range(2):
        await says(clinic, 2, at(90), date(2026, 11, 3))
    assert await due_of(clinic, flag_id) == at(60 + 40 * 60)
    assert await looked(clinic, at(60 + 40 * 60) - TICK, times=2) == []
    assert len(await looked(clinic, at(60 + 40 * 60), times=3)) == 1


async def test_what_has_gone_on_stays_when_the_calendar_changes(clinic: Clinic) -> None:
    await says(clinic, 1, at(-DAY))
    flag_id = await fell(clinic, 60)
    told = await looked(clinic, at(60 + 16 * 60))
    assert len(told) == 1
    # The rest of the 3rd is off: the second step comes that much later, the first not again.
    await says(clinic, 2, at(60 + 17 * 60), date(2026, 11, 3))
    rest = (24 - 16) * 60
    second = at(60 + 32 * 60 + rest)
    assert await looked(clinic, second - TICK, times=2) == told
    assert len(await looked(clinic, second, times=2)) == 2
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert [act["step"] for act in shown["acts"]] == [1, 2]


async def waiting(clinic: Clinic) -> str:
    """A gap of a month after the first session: low; its flag, which somebody has acknowledged."""
    story = Story(clinic_id=clinic.story.clinic_id, clinician_id=clinic.story.clinician_id)
    seen = story.attended(uuid4(), Attendance.ATTENDED, -95 * DAY)
    await clinic.world.happens(story.opened(-96 * DAY), seen)
    await clinic.world.marks(at(-60 * DAY))
    found = (await clinic.clinician.get("flags", case_id=story.case_id)).json()["items"]
    [flag] = [each for each in found if each["rule"] == "LONG_GAP"]
    assert flag["severity"] == "low"
    await did(clinic.clinician, flag["flag_id"], "acknowledge", note="seen")
    return str(flag["flag_id"])


async def shown_of(clinic: Clinic, flag_id: str) -> Any:
    return (await clinic.clinician.get(f"flags/{flag_id}")).json()


async def test_a_flag_that_rises_asks_for_a_new_look_and_its_clock_begins_with_the_rise(
    clinic: Clinic,
) -> None:
    """More than 90 days: medium. Not the microsecond before."""
    flag_id = await waiting(clinic)
    rise = instant(after_days(micros(at(-95 * DAY)), 90, "Pacific/Auckland"))
    await clinic.world.marks(rise - TICK)
    assert (await shown_of(clinic, flag_id))["state"] == "acknowledged"
    await clinic.world.marks(rise)
    shown = await shown_of(clinic, flag_id)
    assert (shown["severity"], shown["state"], shown["acknowledged"]) == ("medium", "raised", None)
    assert shown["clock"]["what"] == "acknowledge"
    assert datetime.fromisoformat(shown["clock"]["since"]) == rise
    again = await did(clinic.clinician, flag_id, "acknowledge", note="seen anew")
    assert again["state"] == "acknowledged"


async def test_a_flag_that_nobody_has_looked_at_keeps_its_first_clock_when_it_rises(
    clinic: Clinic,
) -> None:
    """Beginning anew would give more time because it is worse."""
    flag_id = await flagged(clinic)
    due = await due_of(clinic, flag_id)
    await clinic.world.happens(clinic.story.answered(3, 3, 60))
    shown = await shown_of(clinic, flag_id)
    assert (shown["severity"], await due_of(clinic, flag_id)) == ("urgent", due)


@pytest.mark.parametrize("acts", [("acknowledge",), ("acknowledge", "review", "action")])
async def test_new_evidence_of_danger_asks_anew_whatever_was_done(
    clinic: Clinic, acts: Sequence[str]
) -> None:
    flag_id, me = await flagged(clinic), clinic.clinician
    words = {"acknowledge": {"note": "seen"}, "review": {}}
    words["action"] = {"action": "safety_assessed", "note": "called"}
    for act in acts:
        await did(me, flag_id, act, **words[act])
    await clinic.world.happens(clinic.story.answered(1, 1, 60))
    shown = await shown_of(clinic, flag_id)
    assert (shown["severity"], shown["state"], shown["acknowledged"]) == ("high", "raised", None)
    assert datetime.fromisoformat(shown["clock"]["since"]) == at(60)
    assert await looked(clinic, at(60 + 4 * 60) - TICK) == []
    assert len(await looked(clinic, at(60 + 4 * 60), times=2)) == 1


async def test_what_was_acted_on_has_a_week_to_be_closed_and_alerts_nobody(clinic: Clinic) -> None:
    flag_id, me = await flagged(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="seen")
    shown = await did(me, flag_id, "action", action="safety_assessed", note="done")
    since, due = (datetime.fromisoformat(shown["clock"][name]) for name in ("since", "due_at"))
    assert (shown["clock"]["what"], due - since) == ("close", timedelta(hours=168))
    assert await looked(clinic, due + timedelta(days=60)) == []
    # Something more was done: it has its week from then.
    more = await did(me, flag_id, "action", action="contact_attempted", note="called again")
    assert datetime.fromisoformat(more["clock"]["since"]) > since
    closed = await did(me, flag_id, "close", reason="assessed_plan_in_place", note="plan made")
    assert closed["clock"] is None


def test_an_ordinary_flag_has_two_working_weeks_to_be_closed() -> None:
    since = Since(FRIDAY, FRIDAY, FRIDAY)
    running = clock(Rule.GOAL_STALLED, FlagState.ACTIONED, since, london())
    assert running
    assert running.due == FRIDAY + timedelta(days=14)
    assert list(steps(Rule.GOAL_STALLED, running, london(), FRIDAY + timedelta(days=99))) == []


async def test_a_lead_sees_what_nobody_closed_as_past(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag_id, me = await flagged(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="seen")
    await did(me, flag_id, "action", action="safety_assessed", note="done")
    await clinic.world.rows("update flag_act set at = at - interval '8 days'")
    lead = clinic.desk(Role.CLINICAL_LEAD)
    listed = await lead.get("flags", clinic_id=clinic.story.clinic_id, state="open")
    [flag] = listed.json()["items"]
    assert (flag["clock"]["what"], flag["clock"]["past"]) == ("close", True)
