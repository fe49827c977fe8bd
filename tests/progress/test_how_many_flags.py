"""The number of flags that wait, which stands on every page, is that of the list."""

from uuid import uuid4

from shared.events.words import Role
from tests.progress.desk import Clinic, Desk, flagged


async def both(desk: Desk, **about: object) -> tuple[int, int]:
    """The number, and the length of the list that it is the number of."""
    number = (await desk.get("flags/counts", **about)).json()["open"]
    listed = (await desk.get("flags", state="open", **about)).json()["items"]
    return number, len(listed)


async def test_it_is_that_of_the_list_for_whoever_asks(clinic: Clinic) -> None:
    flag, about = await flagged(clinic), {"clinic_id": clinic.story.clinic_id}
    whose = {"whose": clinic.story.clinician_id}
    lead, stranger = clinic.desk(Role.CLINICAL_LEAD), clinic.desk(Role.CLINICIAN)
    foreign = clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4())
    assert await both(lead, **about) == (1, 1)
    assert await both(clinic.clinician, **whose) == (1, 1)
    assert await both(stranger, **about) == (0, 0)
    assert await both(foreign, **about) == (0, 0)
    assert (await clinic.clinician.post(f"flags/{flag}/acknowledge", {})).status_code == 200
    assert await both(lead, **about) == (1, 1)
    closing = {"reason": "assessed_plan_in_place", "note": "Seen."}
    assert (await clinic.clinician.post(f"flags/{flag}/close", closing)).status_code == 200
    assert await both(lead, **about) == (0, 0)


async def test_it_is_asked_for_about_somebody_by_who_may(clinic: Clinic) -> None:
    refused = await clinic.clinician.get("flags/counts")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "clinic_id")
    desk = clinic.desk(Role.FRONT_DESK)
    assert (await desk.get("flags/counts", clinic_id=clinic.story.clinic_id)).status_code == 403
