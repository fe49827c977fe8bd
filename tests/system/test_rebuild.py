"""A rebuild of the demo's months of history, written in a minute, is what live came to."""

from typing import Any

import pytest

from tests.system.running import System, until


pytestmark = pytest.mark.system

WHY = {"reason": "to see that it is the same"}
# How the same came about may differ: sweeps stood between facts that were written late.
HISTORY = ("raised and cleared again while facts were still coming", "stands in both; ")


async def board(system: System) -> list[tuple[Any, ...]]:
    """What a clinical lead sees of flags."""
    lead = system.person("clinical_lead")
    about = {"clinic_id": lead["clinic_id"], "state": "open", "limit": "100"}
    items = (await system.get("progress/v1/flags", lead["token"], **about))["items"]
    told = ("flag_id", "rule", "severity", "state", "raised_at")
    return sorted(tuple(item[name] for name in told) for item in items)


async def test_a_rebuild_of_the_seeded_history_is_equal_and_its_switch_tells_nothing(
    system: System,
) -> None:
    token = system.person("operations")["token"]
    before = await board(system)
    assert len(before) > 10, "or nothing is compared"
    number = (await system.post("progress/v1/rebuilds", token, WHY))["number"]
    path = f"progress/v1/rebuilds/{number}"

    async def compared() -> Any:
        found = await system.get(path, token)
        return found if found["state"] not in ("asked", "building") else None

    found = await until(compared, 60, "compared")
    assert found["problem"] is None
    assert (found["different"], found["only_live"], found["only_rebuilt"]) == (0, 0, 0)
    assert all(each["reason"].startswith(HISTORY) for each in found["by_reason"])
    for act in ("switch", "switch-back"):
        await system.post(f"{path}/{act}", token, WHY)
        outcome = await until(lambda: _done(system, path, token), 60, act)
        assert outcome == "0 flags raised or cleared"
        assert await board(system) == before


async def _done(system: System, path: str, token: str) -> str | None:
    acts = (await system.get(path, token))["acts"]
    return acts[-1]["outcome"] if all(act["done_at"] for act in acts) else None
