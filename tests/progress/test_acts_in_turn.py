"""Acts stand in the order in which they were done, whatever the clocks of those processes said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.app import called_at
from shared.events.words import Role
from tests.progress.desk import Clinic, flagged
from tests.progress.reconciled import differing, repaired
from tests.progress.test_flags import did
from tests.progress.test_reconcile_acts import row, seen


NOW = datetime.now(UTC)
ASSESSED = {"reason": "assessed_plan_in_place", "note": "a plan"}
ACTED = {"action": "safety_assessed", "note": "a plan"}
# Who was last has a clock that is behind by more than what lies between two acts.
ORDERS: list[tuple[list[tuple[int, str, dict[str, str]]], str]] = [
    ([(30, "close", ASSESSED), (10, "reopen", {"reason": "closed_by_mistake"})], "in_review"),
    ([(30, "action", ACTED), (10, "close", ASSESSED)], "closed"),
]


@contextmanager
def clock(clinic: Clinic, milliseconds: int) -> Iterator[None]:
    """Whoever answers now has such a clock."""
    app = clinic.calls._transport.app  # type: ignore[attr-defined]
    app.dependency_overrides[called_at] = lambda: NOW + timedelta(milliseconds=milliseconds)
    try:
        yield
    finally:
        del app.dependency_overrides[called_at]


@pytest.mark.parametrize(("steps", "state"), ORDERS)
async def test_a_clock_that_is_behind_puts_no_act_before_another(
    clinic: Clinic, steps: list[tuple[int, str, dict[str, str]]], state: str
) -> None:
    flag_id = await flagged(clinic)
    for behind, act, said in [(0, "acknowledge", {"note": "x"}), *steps]:
        with clock(clinic, behind):
            await did(clinic.clinician, flag_id, act, **said)
    assert (await row(clinic, UUID(flag_id)))["state"] == state
    asked = "select act from flag_act where by is not null order by at, number"
    known = {"acknowledge": "acknowledged", "action": "actioned", "close": "closed"}
    acts = [each["act"] for each in await clinic.world.rows(asked)]
    assert acts == ["acknowledged", *(known.get(act, "reopened") for _, act, _ in steps)]
    assert await differing(clinic.world) == {}
    await repaired(clinic.world, clinic.story.case_id)
    assert (await row(clinic, UUID(flag_id)))["state"] == state


async def test_an_undo_is_not_overtaken_by_an_act_that_came_before_it(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    with clock(clinic, 30):
        await did(clinic.clinician, flag_id, "acknowledge", note="x")
    with clock(clinic, 10):
        mine = await did(clinic.clinician, flag_id, "close", **ASSESSED)
        said = {"reason": "closed_by_mistake", "undoes": mine["last_act"]}
        assert (await did(clinic.clinician, flag_id, "reopen", **said))["state"] == "acknowledged"


async def test_what_is_done_about_a_concern_stands_in_order_too(clinic: Clinic) -> None:
    lead = clinic.desk(Role.SAFEGUARDING_LEAD)
    worry = {"case_id": str(clinic.story.case_id), "note": "a worry", "urgent": True}
    path = "concerns/" + (await lead.post("concerns", worry)).json()["concern_id"]
    closed = {"reason": "threshold_not_met", "note": "looked into"}
    for behind, act, said in ((30, "acknowledge", {"note": "x"}), (10, "close", closed)):
        with clock(clinic, behind):
            assert (await lead.post(f"{path}/{act}", said)).status_code == 200
    acts = (await lead.get(path)).json()["acts"]
    assert [each["act"] for each in acts] == ["acknowledged", "closed"]


@pytest.mark.parametrize("code", ["other", ""])
async def test_a_step_whose_word_nobody_knows_is_shown_without_whom_it_told(
    clinic: Clinic, code: str
) -> None:
    flag_id = await seen(clinic)
    path = f"flags/{flag_id}"
    before = (await clinic.clinician.get(path)).json()
    await clinic.world.rows("update flag_act set code = $1 where act = 'escalated'", code)
    answer = await clinic.clinician.get(path)
    assert answer.status_code == 200
    assert len(answer.json()["told"]) < len(before["told"])
    assert await differing(clinic.world) != {}
