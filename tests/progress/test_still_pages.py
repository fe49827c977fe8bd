"""Lists of cases that stand still, or lack an event for good, come in pages like every list."""

from typing import Any
from uuid import UUID

import pytest

from shared.events.words import Role
from tests.progress.desk import Clinic, Desk
from tests.progress.histories import Story


async def three_still(clinic: Clinic) -> list[str]:
    """Three open cases that stand still, two of them since the same moment; in their order."""
    ids = [UUID(int=n) for n in (3, 1, 2)]
    for case_id in ids:
        story = Story(case_id, clinic.story.clinic_id, clinician_id=clinic.story.clinician_id)
        await clinic.world.happens(story.opened(), story.answered(28, None, 1))
    since = "update parked set recorded_at = $2 where key = $1 and state = 'blocking'"
    for case_id, at in zip(ids, (1000, 2000, 2000), strict=True):
        await clinic.world.rows(since, str(case_id), at)
    return [str(case_id) for case_id in ids]


async def paged_through(desk: Desk, path: str, limit: int) -> list[list[str]]:
    """The cases of each page, as somebody reads one after the other."""
    pages: list[list[str]] = []
    more: dict[str, Any] = {}
    while len(pages) < 9:
        page = (await desk.get(path, limit=limit, **more)).json()
        pages.append([item["case_id"] for item in page["items"]])
        if page["next"] is None:
            break
        more = {"after": page["next"]}
    return pages


@pytest.mark.parametrize("path", ["standing-still", "left-out"])
async def test_each_case_is_on_one_page_in_the_order_of_the_whole(
    clinic: Clinic, path: str
) -> None:
    first, second, third = await three_still(clinic)
    if path == "left-out":
        await clinic.world.rows("update parked set state = 'skipped' where state = 'blocking'")
    for desk in (clinic.clinician, clinic.desk(Role.CLINICAL_LEAD)):
        assert await paged_through(desk, path, 1) == [[first], [second], [third]]
        assert await paged_through(desk, path, 2) == [[first, second], [third]]
        assert await paged_through(desk, path, 3) == [[first, second, third]]


@pytest.mark.parametrize("path", ["standing-still", "left-out"])
@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"after": "no cursor"}])
async def test_a_page_that_there_cannot_be_is_refused(
    clinic: Clinic, path: str, asked: dict[str, Any]
) -> None:
    answer = await clinic.clinician.get(path, **asked)
    assert answer.status_code == 422
    assert next(iter(asked)) in answer.text
