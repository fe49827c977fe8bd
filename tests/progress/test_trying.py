"""Other numbers tried on the past: so many more, so many fewer, on which cases; nothing changes."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events.words import Attendance, Role
from tests.progress.histories import Story
from tests.progress.scenarios import DAY
from tests.progress.test_api import Clinic, clinic


__all__ = ["clinic"]


AGO = 120  # days before the start of all histories: what is tried lies in the past


def breach(days: int) -> dict[str, Any]:
    return {"rule": "WAIT_BREACH", "parameter": "days", "value": days}


async def treated(clinic: Clinic, *after: float) -> list[Story]:
    """Cases of the clinic whose first treatment came so many days after the referral."""
    made = []
    for days in after:
        story = Story(clinic_id=clinic.story.clinic_id)
        seen = story.attended(uuid4(), Attendance.ATTENDED, (days - AGO) * DAY)
        await clinic.world.happens(story.opened(-AGO * DAY), seen)
        made.append(story)
    return made


async def tried(clinic: Clinic, *rules: dict[str, Any], role: Role = Role.CLINICAL_LEAD) -> Any:
    path = f"clinics/{clinic.story.clinic_id}/rules/try"
    return await clinic.desk(role).post(path, {"rules": list(rules)})


async def test_a_shorter_limit_would_flag_more(clinic: Clinic) -> None:
    stories = await treated(clinic, 5, 30, 35, 50)
    found = (await tried(clinic, breach(28))).json()
    assert (found["cases"], found["more"], found["fewer"]) == (5, 2, 0)
    assert {each["case_id"] for each in found["differences"]} == {
        str(story.case_id) for story in stories[1:3]
    }
    assert all("more than 28" in each["sentence"] for each in found["differences"])


async def test_a_longer_one_would_flag_fewer(clinic: Clinic) -> None:
    await treated(clinic, 5, 50, 90)
    found = (await tried(clinic, breach(84))).json()
    assert (found["more"], found["fewer"]) == (0, 1)
    [rule] = found["rules"]
    assert (rule["before"], rule["after"]) == (2, 1)


async def test_more_of_one_rule_and_fewer_of_another(clinic: Clinic) -> None:
    [story] = await treated(clinic, 35)
    for when in (40, 41):
        await clinic.world.happens(
            story.attended(uuid4(), Attendance.DID_NOT_ATTEND, (when - AGO) * DAY)
        )
    three = {"rule": "DNA_2", "parameter": "in_a_row", "value": 3}
    found = (await tried(clinic, breach(28), three)).json()
    assert (found["more"], found["fewer"]) == (1, 1)


async def test_a_rule_switched_off_would_flag_nothing(clinic: Clinic) -> None:
    await treated(clinic, 50)
    found = (await tried(clinic, {"rule": "WAIT_BREACH", "parameter": "on", "value": 0})).json()
    assert (found["more"], found["fewer"]) == (0, 1)


async def test_no_flag_changes(clinic: Clinic) -> None:
    await treated(clinic, 30, 50)
    asked = "select row_to_json(f)::text from live.flag f order by flag_id"
    before, told = await clinic.world.rows(asked), await clinic.world.told()
    await tried(clinic, breach(28))
    assert await clinic.world.rows(asked) == before
    assert await clinic.world.told() == told


@pytest.mark.parametrize("number", [breach(5), {"rule": "SI_ITEM", "parameter": "on", "value": 0}])
async def test_a_number_out_of_its_range_is_not_tried(
    clinic: Clinic, number: dict[str, Any]
) -> None:
    answer = await tried(clinic, number)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "rules")


async def test_only_a_lead_of_the_clinic_tries(clinic: Clinic) -> None:
    assert (await tried(clinic, breach(28), role=Role.CLINICIAN)).status_code == 403
    stranger = clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4())
    path = f"clinics/{clinic.story.clinic_id}/rules/try"
    assert (await stranger.post(path, {"rules": [breach(28)]})).status_code == 404
