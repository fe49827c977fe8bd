"""A clinic's figures and trials are of the cases that can be read, and say how many cannot."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.progress.commands import trying
from shared.events.words import Attendance, Role
from tests.progress.desk import Clinic
from tests.progress.histories import Story
from tests.progress.lives import Life
from tests.progress.reconciled import WRONG, repaired
from tests.progress.test_trying import breach, treated, tried


NONSENSE = b"\x00\xff"


async def missed(clinic: Clinic, count: int) -> list[UUID]:
    """Cases of the clinic in each of which somebody did not come; in the order of their ids."""
    lives = [Life(clinic_id=clinic.story.clinic_id) for _ in range(count)]
    for life in lives:
        absent = life.attended(uuid4(), Attendance.DID_NOT_ATTEND, 5)
        await clinic.world.happens(life.opened(), absent)
    return sorted(life.case_id for life in lives)


async def figures(clinic: Clinic) -> dict[str, Any]:
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11"}
    answer = await clinic.desk(Role.CLINICAL_LEAD).get("figures", **asked)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    of = {each["figure"]: each["of"] for each in shown["figures"]}
    return {"cases": shown["cases"], "unreadable": shown["unreadable"], "of": of["did_not_attend"]}


async def test_figures_count_the_others_and_say_how_many_could_not_be_read(clinic: Clinic) -> None:
    cases = await missed(clinic, 3)
    assert await figures(clinic) == {"cases": 4, "unreadable": 0, "of": 3}, "control"
    for case_id in cases[:2]:
        await clinic.world.rows(WRONG, case_id, NONSENSE)
    assert await figures(clinic) == {"cases": 2, "unreadable": 2, "of": 1}
    await repaired(clinic.world, cases[0])
    assert await figures(clinic) == {"cases": 3, "unreadable": 1, "of": 2}


async def test_the_cases_behind_a_figure_say_so_once_over_all_pages(clinic: Clinic) -> None:
    cases = await missed(clinic, 6)
    await clinic.world.rows("delete from live.case_state where not case_id = any($1)", cases)
    for place in (0, 2, 3, 5):
        await clinic.world.rows(WRONG, cases[place], NONSENSE)
    lead, after = clinic.desk(Role.CLINICAL_LEAD), None
    found: list[UUID] = []
    passed_over: list[int] = []
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11", "figure": "did_not_attend"}
    while after or not found:
        more: dict[str, Any] = {"after": after} if after else {}
        page = (await lead.get("figures/cases", **asked, **more, limit=1)).json()
        found += [UUID(item["case_id"]) for item in page["items"]]
        passed_over.append(page["unreadable"])
        after = page["next"]
    assert (found, passed_over) == ([cases[1], cases[4]], [1, 3])


async def test_a_trial_is_of_the_others_and_says_how_many_could_not_be_read(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is carried out in several calls."""
    stories: list[Story] = await treated(clinic, 30, 35, 50)
    whole = (await tried(clinic, breach(28))).json()
    assert (whole["cases"], whole["unreadable"], whole["more"]) == (4, 0, 2), "control"
    await clinic.world.rows(WRONG, stories[0].case_id, NONSENSE)
    monkeypatch.setattr(trying, "SLICE", 0.0)
    monkeypatch.setattr(trying, "CHUNK", 2)
    told = (await tried(clinic, breach(28))).json()
    path = f"clinics/{clinic.story.clinic_id}/rules/try/{told['trial_id']}"
    while told["state"] == "running":
        told = (await clinic.desk(Role.CLINICAL_LEAD).post(path, {})).json()
    assert (told["cases"], told["unreadable"], told["cases_in_all"]) == (4, 1, 4)
    assert told["more"] == whole["more"] - 1
