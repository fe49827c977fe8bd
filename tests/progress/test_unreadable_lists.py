"""Lists of flags say how many of their cases nobody can read."""

from typing import Any
from uuid import UUID, uuid4

from shared.events.words import Role
from tests.progress.desk import Clinic, Desk, flagged
from tests.progress.histories import Story
from tests.progress.reconciled import WRONG, differing, repaired


GIVEN = """
insert into flag_case (flag_id, clinic_id, case_id, state, assigned_to, told)
select flag_id, clinic_id, case_id, 'acknowledged', $2, '{}' from live.flag where flag_id = $1
"""


async def unread(desk: Desk, **about: UUID) -> int:
    answer = await desk.get("flags", **about)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return int(told["unreadable_cases"])


async def beside(clinic: Clinic) -> Story:
    """A case of the same clinic and of another clinician."""
    story = Story(clinic_id=clinic.story.clinic_id)
    await clinic.world.happens(story.opened(), story.answered(1, 1, 1))
    return story


async def test_a_list_says_it_as_soon_as_it_is_known_and_a_case_at_once(clinic: Clinic) -> None:
    await flagged(clinic)
    ours, other, lead = clinic.story, await beside(clinic), clinic.desk(Role.CLINICAL_LEAD)
    await clinic.world.rows(WRONG, ours.case_id, b"\x00")
    assert await unread(clinic.clinician, case_id=ours.case_id) == 1
    assert await unread(lead, case_id=other.case_id) == 0, "control"
    assert await unread(lead, clinic_id=ours.clinic_id) == 0, "nobody has met it yet"
    await differing(clinic.world)
    assert await unread(lead, clinic_id=ours.clinic_id) == 1
    assert await unread(clinic.clinician, whose=ours.clinician_id) == 1
    assert await unread(clinic.clinician, clinician_id=ours.clinician_id) == 1
    await repaired(clinic.world, ours.case_id)
    assert await unread(lead, clinic_id=ours.clinic_id) == 0
    assert await unread(clinic.clinician, case_id=ours.case_id) == 0


async def test_whoever_sees_nothing_of_the_case_is_told_nothing(clinic: Clinic) -> None:
    await flagged(clinic)
    ours, other = clinic.story, await beside(clinic)
    await clinic.world.rows(WRONG, ours.case_id, b"\x00")
    await differing(clinic.world)
    colleague = clinic.desk(Role.CLINICIAN, other.clinician_id)
    for about in ({"clinic_id": ours.clinic_id}, {"case_id": ours.case_id}):
        assert await unread(colleague, **about) == 0
        assert await unread(clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4()), **about) == 0


async def test_who_was_given_a_flag_of_it_is_told(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    colleague = uuid4()
    await clinic.world.rows(WRONG, clinic.story.case_id, b"\x00")
    await differing(clinic.world)
    desk = clinic.desk(Role.CLINICIAN, colleague)
    assert await unread(desk, whose=colleague) == 0, "control"
    await clinic.world.rows(GIVEN, UUID(flag_id), colleague)
    assert await unread(desk, whose=colleague) == 1
