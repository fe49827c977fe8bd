"""A trial of a long past: some seconds at a time, cancelled, gone on with, for its own clinic."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.progress.commands import trying
from services.progress.projection.apply import TOPICS
from services.progress.projection.timekeeping import Timekeeper
from shared.events.words import Role
from tests.progress.desk import Clinic
from tests.progress.test_trying import breach, treated, tried


@pytest.fixture
def bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call looks at two cases."""
    monkeypatch.setattr(trying, "SLICE", 0.0)
    monkeypatch.setattr(trying, "CHUNK", 2)


@pytest.mark.usefixtures("bit_by_bit")
async def test_a_long_trial_says_how_far_it_is_and_goes_on(clinic: Clinic) -> None:
    """Two calls at once go on one after the other, and no case counts twice."""
    await treated(clinic, *(30 for _ in range(6)))
    begun = (await tried(clinic, breach(28))).json()
    assert (begun["state"], begun["cases"], begun["cases_in_all"]) == ("running", 2, 7)
    path = f"clinics/{clinic.story.clinic_id}/rules/try/{begun['trial_id']}"
    lead = clinic.desk(Role.CLINICAL_LEAD)
    found = await asyncio.gather(*(lead.post(path, {}) for _ in range(2)))
    assert sorted(each.json()["cases"] for each in found) == [4, 6]
    last = (await lead.post(path, {})).json()
    assert (last["state"], last["cases"], last["more"]) == ("done", 7, 6)
    assert (await lead.post(path, {})).json() == last == (await lead.get(path)).json()


@pytest.mark.usefixtures("bit_by_bit")
async def test_a_trial_that_is_cancelled_stays_where_it_is(clinic: Clinic) -> None:
    await treated(clinic, *(30 for _ in range(6)))
    begun = (await tried(clinic, breach(28))).json()
    path = f"clinics/{clinic.story.clinic_id}/rules/try/{begun['trial_id']}"
    lead = clinic.desk(Role.CLINICAL_LEAD)
    ended = (await lead.post(f"{path}/cancel", {})).json()
    assert (ended["state"], ended["cases"]) == ("cancelled", 2)
    assert (await lead.post(path, {})).json() == ended


@pytest.mark.usefixtures("bit_by_bit")
async def test_another_trial_of_the_same_person_gives_up_the_last(clinic: Clinic) -> None:
    await treated(clinic, *(30 for _ in range(6)))
    lead = clinic.desk(Role.CLINICAL_LEAD)
    path = f"clinics/{clinic.story.clinic_id}/rules/try"
    first, second = [(await lead.post(path, {"rules": [breach(28)]})).json() for _ in range(2)]
    assert (await lead.get(f"{path}/{first['trial_id']}")).json()["state"] == "cancelled"
    assert (await lead.get(f"{path}/{second['trial_id']}")).json()["state"] == "running"


async def test_the_worker_forgets_trials_that_are_a_day_old(clinic: Clinic) -> None:
    old, new = [(await tried(clinic, breach(28))).json()["trial_id"] for _ in range(2)]
    aged = "update rule_trial set until = until - interval '25 hours' where trial_id = $1"
    await clinic.world.rows(aged, UUID(old))
    reader = clinic.world.polling.reader
    await Timekeeper(reader).keep(dict.fromkeys(TOPICS, datetime.now(UTC)))
    left = await clinic.world.rows("select trial_id from rule_trial")
    assert [row["trial_id"] for row in left] == [UUID(new)]


async def test_a_stranger_sees_no_trial_and_a_clinician_none_either(clinic: Clinic) -> None:
    begun = (await tried(clinic, breach(28))).json()
    path = f"clinics/{clinic.story.clinic_id}/rules/try/{begun['trial_id']}"
    stranger = clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4())
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(path, {})).status_code == 404
    assert (await clinic.desk(Role.CLINICIAN).get(path)).status_code == 403
