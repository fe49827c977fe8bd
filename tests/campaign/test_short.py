"""The short form of the campaign: more than twenty faults on real processes, and every fact there.

The long form, with the same faults, is `make campaign`.
"""

import random
from pathlib import Path

import pytest

from tests.campaign import plan
from tests.campaign.run import Wish, campaign
from tests.system.running import free_base


pytestmark = pytest.mark.system

KILLS, EVENTS, FAULTS = 15, 4_000, 20


async def test_whatever_is_killed_everything_is_there_once(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    wish = Wish(tmp_path / "campaign", free_base(), seed, KILLS, EVENTS)
    verdict = await campaign(wish, print)
    assert verdict.failures == [], f"make campaign SEED={seed} KILLS={KILLS} EVENTS={EVENTS}"
    assert len(plan.make(seed, KILLS)) >= FAULTS
