"""The short form of the campaign: more than twenty faults on real processes, and every fact there.

The long form, with the same faults, is `make campaign`. Beside it its control: without the sequence
check the same eye sees that something is wrong.
"""

import random
from pathlib import Path

import pytest

from tests.campaign import plan
from tests.campaign.plan import Fault, Kind
from tests.campaign.run import Wish, campaign
from tests.system.running import free_base


pytestmark = pytest.mark.system

KILLS, EVENTS, FAULTS = 15, 4_000, 20
# Who wakes up finds that its records were read meanwhile.
READ_TWICE = [Fault(Kind.ZOMBIE, name) for name in plan.PROCESSORS]


async def test_whatever_is_killed_everything_is_there_once(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    wish = Wish(tmp_path / "campaign", free_base(), seed, KILLS, EVENTS)
    verdict = await campaign(wish, print)
    assert verdict.failures == [], wish.again
    assert len(plan.make(seed, KILLS)) >= FAULTS


async def test_control_without_the_sequence_the_campaign_is_red(tmp_path: Path) -> None:
    wish = Wish(tmp_path / "campaign", free_base(), 1, 0, 2_000, without="sequence")
    verdict = await campaign(wish, print, READ_TWICE)
    assert any("ratings of a goal, or others, for" in said for said in verdict.failures)
