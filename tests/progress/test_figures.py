"""A clinic's figures: numerators and denominators, at their edges, and who may see them."""

from typing import Any
from uuid import uuid4

import pytest

from services.progress.domain.outcomes.figures import FIGURES, members_of
from services.progress.domain.outcomes.month import Month
from services.progress.domain.packed import micros
from services.progress.domain.state import Case
from services.progress.queries.standing import calendar
from shared.events.words import Attendance, GoalKind, Role
from tests.progress.desk import Clinic
from tests.progress.histories import folded
from tests.progress.lives import Life
from tests.progress.shown import NOW


DAY = 24 * 60
NOVEMBER = Month(2026, 11, calendar(None), micros(NOW))


def counted(case: Case, figure: str, month: Month = NOVEMBER) -> tuple[int, int]:
    """How often a case is in a figure's numerator and denominator."""
    members = members_of(figure)
    assert members is not None
    found = list(members(case, month))
    return sum(member.counted for member in found), len(found)


def course(
    phq: tuple[int, ...] = (), gad: tuple[int, ...] = (), treated: int = 2, closed: float = 10
) -> list[Any]:
    """A case with these scores and treatment sessions, closed on a day of November."""
    life = Life()
    events: list[Any] = [life.opened()]
    events += [life.answered(total, None, n) for n, total in enumerate(phq)]
    events += [life.answered(total, None, n, "gad-7") for n, total in enumerate(gad)]
    events += [life.attended(uuid4(), Attendance.ATTENDED, n) for n in range(treated)]
    return [*events, life.closed(closed * DAY)]


@pytest.mark.parametrize(
    ("events", "recovery", "improvement"),
    [
        (course((16, 9), (12, 7)), (1, 1), (1, 1)),
        (course((16, 10), (12, 7)), (0, 1), (1, 1)),  # still a case on one
        (course((9, 3), (7, 3)), (0, 0), (1, 1)),  # never a case: cannot recover
        (course((16,), (12,)), (0, 1), (0, 1)),  # no second score: stays in the denominator
        (course(), (0, 1), (0, 1)),  # no score at all, too
        (course((9,), ()), (0, 1), (0, 1)),  # below on one, the other unknown
        (course((9,), (7,)), (0, 0), (0, 1)),  # known to be below on both
        (course((16, 9), (12, 7), treated=1), (0, 0), (0, 0)),  # treated once: not finished
        (course((16, 9), (12, 7), closed=29), (0, 0), (0, 0)),  # ended in December
    ],
)
def test_recovery_and_improvement(
    events: list[Any], recovery: tuple[int, int], improvement: tuple[int, int]
) -> None:
    case, _ = folded(events)
    assert counted(case, "recovery") == recovery
    assert counted(case, "reliable_improvement") == improvement


def test_deterioration_and_paired_scores() -> None:
    worse, _ = folded(course((10, 16), (8, 2)))
    assert counted(worse, "reliable_deterioration") == (1, 1)
    assert counted(worse, "reliable_improvement") == (0, 1)
    assert counted(worse, "paired_scores") == (1, 1)
    unpaired, _ = folded(course((10, 16), (8,)))
    assert counted(unpaired, "paired_scores") == (0, 1)


@pytest.mark.parametrize(
    ("days", "soon", "late"), [(42, 1, 1), (43, 0, 1), (126, 0, 1), (127, 0, 0)]
)
def test_waits_are_of_those_who_entered_treatment_in_the_month(
    days: int, soon: int, late: int
) -> None:
    life = Life()
    seen = life.attended(uuid4(), Attendance.ATTENDED, 0)
    case, _ = folded([life.began(0, referred=-days * DAY), seen])
    assert counted(case, "waits_42") == (soon, 1)
    assert counted(case, "waits_126") == (late, 1)
    assert counted(case, "waits_42", Month(2026, 10, calendar(None), micros(NOW))) == (0, 0)


def test_sessions_called_off_or_not_recorded_are_in_no_rate() -> None:
    life = Life()
    said = [Attendance.ATTENDED, Attendance.DID_NOT_ATTEND, Attendance.LATE_NOT_SEEN]
    said += [Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE]
    events = [life.attended(uuid4(), each, n) for n, each in enumerate(said)]
    case, _ = folded([life.opened(), *events, life.booked(uuid4(), 60)])
    assert counted(case, "did_not_attend") == (1, 3)


def test_a_months_edge_is_the_clinics_midnight() -> None:
    case, _ = folded(course((16, 9), (12, 7), closed=28.5))  # 1 December in Auckland
    auckland = Month(2026, 11, calendar("Pacific/Auckland"), micros(NOW))
    assert counted(case, "recovery") == (1, 1)
    assert counted(case, "recovery", auckland) == (0, 0)


def test_there_are_no_other_figures() -> None:
    assert members_of("happiness") is None
    assert members_of("resilience.happiness") is None
    assert members_of("happiness.open") is None


async def test_a_lead_sees_the_months_figures_and_the_cases_behind_one(clinic: Clinic) -> None:
    life = Life(clinic_id=clinic.story.clinic_id)
    events = [life.opened(), *(life.answered(t, None, n) for n, t in enumerate((16, 9)))]
    events += [life.answered(t, None, n, "gad-7") for n, t in enumerate((12, 7))]
    events += [life.attended(uuid4(), Attendance.ATTENDED, n) for n in range(2)]
    await clinic.world.happens(*events, life.closed(DAY))
    lead = clinic.desk(Role.CLINICAL_LEAD)
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11"}
    shown = (await lead.get("figures", **asked)).json()
    figures = {each["figure"]: each for each in shown["figures"]}
    assert list(figures) == list(FIGURES)
    recovery = figures["recovery"]
    assert (recovery["counted"], recovery["of"], recovery["percent"]) == (1, 1, 100.0)
    assert [each["kind"] for each in shown["kinds"]] == list(GoalKind)
    assert (shown["cases"], "current_to" in shown) == (2, True)
    rounded = (await lead.get("figures", **asked, suppressed=True)).json()
    assert {each["of"] for each in rounded["figures"]} == {0}
    assert {"cases", "recovery", "recovery of", "insight", "insight.open"} <= set(
        rounded["too_few"]
    )
    assert shown["too_few"] == []
    behind = (await lead.get("figures/cases", **asked, figure="recovery")).json()
    assert [(each["case_id"], each["counted"], each["of"]) for each in behind["items"]] == [
        (str(life.case_id), 1, 1)
    ]
    acts = await clinic.world.rows("select act from audit")
    assert "figure_cases_read" in {act["act"] for act in acts}


async def test_figures_are_for_leads_of_that_clinic(clinic: Clinic) -> None:
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11"}
    assert (await clinic.clinician.get("figures", **asked)).status_code == 403
    other = clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4())
    assert (await other.get("figures", **asked)).status_code == 404
    assert (await other.get("figures/cases", **asked, figure="recovery")).status_code == 404


@pytest.mark.parametrize("month", ["2026", "2026-13", "0000-01", "november"])
async def test_a_month_that_is_none_is_refused(clinic: Clinic, month: str) -> None:
    lead = clinic.desk(Role.CLINICAL_LEAD)
    answer = await lead.get("figures", clinic_id=clinic.story.clinic_id, month=month)
    assert answer.status_code == 422
    assert "month" in answer.text


async def test_a_figure_that_is_none_is_refused(clinic: Clinic) -> None:
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11"}
    lead = clinic.desk(Role.CLINICAL_LEAD)
    answer = await lead.get("figures/cases", **asked, figure="happiness")
    assert answer.status_code == 422
    assert "figure" in answer.text


async def test_cases_behind_a_figure_come_in_pages(clinic: Clinic) -> None:
    lives = [Life(clinic_id=clinic.story.clinic_id) for _ in range(3)]
    for life in lives:
        missed = life.attended(uuid4(), Attendance.DID_NOT_ATTEND, 5)
        await clinic.world.happens(life.opened(), missed)
    lead, found, after = clinic.desk(Role.CLINICAL_LEAD), [], None
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11", "figure": "did_not_attend"}
    for _ in range(3):
        more: dict[str, Any] = {"after": after} if after else {}
        page = (await lead.get("figures/cases", **asked, **more, limit=1)).json()
        found += [item["case_id"] for item in page["items"]]
        after = page["next"]
    assert found == sorted(str(life.case_id) for life in lives)
    assert after is None
