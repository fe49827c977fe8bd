"""Clocks: in the clinic's hours over weekends and holidays; those of safety never stop."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.progress.domain.calendar import BEGINNING, Calendar, Week
from services.progress.domain.escalation import Since, clock, steps
from services.progress.models.incidents import FLAG_UNREADABLE
from services.progress.projection import escalating
from services.progress.projection.escalating import escalate
from shared.events.clinics import CalendarChanged, Hours
from shared.events.rules import Teller
from shared.events.words import FlagState, Role, Rule
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import START, at
from tests.progress.test_flags import did


DEPUTY = UUID(int=9)
CHRISTMAS = Week(holidays=frozenset({date(2026, 12, 25)}), deputy=DEPUTY)
LONDON = Calendar("Europe/London", ((BEGINNING, CHRISTMAS),))
FRIDAY = datetime(2026, 12, 18, 15, tzinfo=UTC)  # 15:00, two hours before the end of the week


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (FRIDAY, 2, datetime(2026, 12, 18, 17, tzinfo=UTC)),
        (FRIDAY, 3, datetime(2026, 12, 21, 10, tzinfo=UTC)),  # Monday
        (datetime(2026, 12, 19, 12, tzinfo=UTC), 1, datetime(2026, 12, 21, 10, tzinfo=UTC)),
        # Thursday afternoon; Friday is a holiday, then the weekend.
        (
            datetime(2026, 12, 24, 16, tzinfo=UTC),
            2,
            datetime(2026, 12, 28, 10, tzinfo=UTC),
        ),
        # The clocks go forward on Sunday: nine o'clock on Monday is eight in UTC.
        (datetime(2026, 3, 27, 17, tzinfo=UTC), 1, datetime(2026, 3, 30, 9, tzinfo=UTC)),
    ],
)
def test_working_hours_pass_over_nights_weekends_and_holidays(
    start: datetime, hours: int, due: datetime
) -> None:
    assert LONDON.after(start, hours, working=True) == due


def test_hours_that_the_clocks_skip_are_no_hours() -> None:
    """Open on Sundays from half past one to two: on the day of the change there is no such hour."""
    nights = Calendar("Europe/London", ((BEGINNING, Week(hours=((7, 90, 120),))),))
    saturday = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert nights.after(saturday, 1, working=True) == datetime(2026, 4, 12, 1, tzinfo=UTC)


def test_a_safety_clock_never_stops() -> None:
    assert LONDON.after(FRIDAY, 48, working=False) == FRIDAY + timedelta(hours=48)


def due_steps(rule: Rule, now: datetime, calendar: Calendar = LONDON) -> list[tuple[int, Teller]]:
    running = clock(rule, FlagState.RAISED, Since(FRIDAY), calendar)
    assert running
    return [(step.number, step.to) for step in steps(rule, running, calendar, now)]


def test_first_the_deputy_then_the_lead() -> None:
    first = FRIDAY + timedelta(hours=4)
    second = FRIDAY + timedelta(hours=8)
    moment = timedelta(microseconds=1)
    assert due_steps(Rule.SI_ITEM, first - moment) == []
    assert due_steps(Rule.SI_ITEM, first) == [(1, Teller.DEPUTY)]
    assert due_steps(Rule.SI_ITEM, second - moment) == [(1, Teller.DEPUTY)]
    assert due_steps(Rule.SI_ITEM, second) == [(1, Teller.DEPUTY), (2, Teller.CLINICAL_LEAD)]


def test_over_a_weekend_and_a_holiday_an_ordinary_flag_waits() -> None:
    """16 working hours from Friday 15:00: two, eight on Monday, six on Tuesday."""
    tuesday = datetime(2026, 12, 22, 15, tzinfo=UTC)
    assert due_steps(Rule.DETERIORATION, tuesday - timedelta(microseconds=1)) == []
    assert due_steps(Rule.DETERIORATION, tuesday) == [(1, Teller.DEPUTY)]
    # Another sixteen: two on Tuesday, eight on Wednesday, six on Thursday, not on the holiday.
    assert due_steps(Rule.DETERIORATION, datetime(2026, 12, 24, 15, tzinfo=UTC))[-1] == (
        2,
        Teller.CLINICAL_LEAD,
    )


def test_where_nobody_stands_in_it_goes_to_the_lead_at_once() -> None:
    found = due_steps(Rule.SI_ITEM, FRIDAY + timedelta(hours=4), Calendar("UTC"))
    assert found == [(1, Teller.CLINICAL_LEAD)]


@pytest.mark.parametrize("state", [FlagState.CLOSED, FlagState.CLEARED])
def test_no_clock_runs_for_what_is_over(state: FlagState) -> None:
    assert clock(Rule.SI_ITEM, state, Since(FRIDAY, FRIDAY, FRIDAY), LONDON) is None


async def looked(clinic: Clinic, now: datetime, times: int = 1) -> Sequence[tuple[str, UUID]]:
    """So many workers look at the clocks; what was told about escalations."""
    for _ in range(times):
        await clinic.world.polling.reader.with_connection(
            lambda it: escalate(it, now, clinic.world.settings.partitions)
        )
    return [each for each in await clinic.world.told() if "escalated" in each[0]]


async def stands_in(clinic: Clinic, deputy: UUID) -> None:
    """The clinic says who stands in."""
    changed = CalendarChanged(
        occurred_at=START,
        clinic_id=clinic.story.clinic_id,
        version=1,
        effective_from=START,
        hours=(Hours(weekday=1, begins=540, ends=1020),),
        holidays=(),
        deputy_id=deputy,
    )
    await clinic.world.happens(changed)


async def test_a_flag_that_nobody_sees_goes_on_once_however_many_look(clinic: Clinic) -> None:
    deputy = uuid4()
    await stands_in(clinic, deputy)
    flag_id = await flagged(clinic)  # at one minute past the start
    assert await looked(clinic, at(4 * 60)) == []
    assert len(await looked(clinic, at(4 * 60 + 1), times=3)) == 1
    assert len(await looked(clinic, at(8 * 60 + 1), times=3)) == 2
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert [(each["role"], each["person_id"]) for each in shown["told"][1:]] == [
        ("deputy", str(deputy)),
        ("clinical_lead", None),
    ]
    assert shown["state"] == "raised"
    seen = await clinic.desk(Role.CLINICIAN, deputy).get(f"flags/{flag_id}")
    assert seen.status_code == 200


@pytest.mark.parametrize("spoilt", ["'infinity'", "'9999-12-31 20:00Z'"])
async def test_a_row_from_which_no_clock_can_be_reckoned_stops_no_others(
    clinic: Clinic, spoilt: str
) -> None:
    flag_id = await flagged(clinic)
    await clinic.world.rows(f"update live.flag set raised_at = {spoilt}, grown_at = {spoilt}")
    lead = clinic.desk(Role.CLINICAL_LEAD)
    raised = {"case_id": str(clinic.story.case_id), "note": "x", "urgent": False}
    concern = (await lead.post("concerns", raised)).json()["concern_id"]
    late, partitions = START + timedelta(days=3650), clinic.world.settings.partitions
    await clinic.world.polling.reader.with_connection(lambda it: escalate(it, late, partitions))
    rows = await clinic.world.rows("select concern_id from concern_act where act = 'escalated'")
    assert {str(row["concern_id"]) for row in rows} == {concern}
    incidents = await clinic.world.rows("select case_id, what from incident")
    assert [tuple(row) for row in incidents] == [(clinic.story.case_id, FLAG_UNREADABLE)]
    found = (await clinic.clinician.get("flags", case_id=clinic.story.case_id)).json()
    assert (found["items"], found["unreadable"]) == ([], 1), flag_id


COPIES = """
insert into live.flag select (jsonb_populate_record(f,
    jsonb_build_object('flag_id', gen_random_uuid(), 'case_id', gen_random_uuid()))).*
from live.flag f, generate_series(1, $1)
"""


@pytest.mark.parametrize("in_one_go", [escalating.IN_ONE_GO, 10**9])
async def test_a_look_at_many_flags_lets_others_have_their_turn(
    clinic: Clinic, in_one_go: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose loop stands still for seconds is taken for dead by its group.

    The control looks at all of them in one go.
    """
    await flagged(clinic)
    many = 20 * escalating.IN_ONE_GO
    await clinic.world.rows(COPIES, many)
    monkeypatch.setattr(escalating, "IN_ONE_GO", in_one_go)
    turns, during, real = 0, [0], escalating._due

    def noted(*given: object) -> object:
        during.append(turns)
        return real(*given)  # type: ignore[arg-type]

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(escalating, "_due", noted)
    beside = asyncio.create_task(others())
    assert await looked(clinic, at(60)) == []
    beside.cancel()
    assert len(during) > many
    assert (during[-1] - during[1] >= 19) is (in_one_go < 10**9)


async def test_what_is_done_is_not_reckoned_again(clinic: Clinic) -> None:
    """Most flags that stand for long have had both steps: their calendar is not asked any more."""
    await clinic.world.opened(clinic.story.clinic_id)
    await flagged(clinic)
    assert len(await looked(clinic, at(3 * 24 * 60))) == 2
    nowhere = "update live.clinic set zone = 'Nowhere/Nothing' returning 1"
    assert await clinic.world.rows(nowhere)
    assert len(await looked(clinic, at(4 * 24 * 60))) == 2
    assert not await clinic.world.rows("select 1 from incident")


async def test_who_acknowledged_has_a_clock_too(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    now = datetime.now(UTC)
    assert await looked(clinic, now + timedelta(hours=47)) == []
    assert len(await looked(clinic, now + timedelta(hours=49))) == 1
    await did(clinic.clinician, flag_id, "action", action="safety_assessed", note="done")
    assert len(await looked(clinic, now + timedelta(hours=200))) == 1


async def test_a_flag_that_is_opened_again_has_all_its_time_anew(clinic: Clinic) -> None:
    """Closed in time and opened a month later, it must not go on to the lead at once."""
    flag_id = await flagged(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await did(clinic.clinician, flag_id, "close", reason="assessed_plan_in_place", note="plan made")
    long_ago = "update flag_case set acknowledged_at = acknowledged_at - interval '30 days'"
    await clinic.world.rows(long_ago)
    shown = await did(clinic.clinician, flag_id, "reopen", reason="not_resolved")
    now = datetime.now(UTC)
    assert (shown["clock"]["what"], shown["clock"]["past"]) == ("act", False)
    assert await looked(clinic, now + timedelta(hours=47)) == []
    assert len(await looked(clinic, now + timedelta(hours=49))) == 1
