"""What `make reconcile` answers: about the case that was asked for, and what nobody looked at."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local import mending
from tests.progress.reconciled import some
from tests.progress.test_skip import stuck
from tests.progress.world import World


@pytest.fixture
def folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a running demo wrote down, of this world's log and tables."""
    monkeypatch.setattr(mending, "KafkaBus", lambda _: world.bus)
    monkeypatch.setattr(mending, "Settings", lambda: world.settings)
    databases = {"progress": world.settings.database("progress", "worker")}
    demo = {"databases": databases, "kafka": world.settings.kafka}
    (tmp_path / "demo.json").write_text(json.dumps(demo))
    return tmp_path


async def test_one_case_is_answered_about_alone(world: World, folder: Path) -> None:
    [story, *_] = await some(world)
    said = await mending.reconciled(folder, str(story.case_id))
    assert said == f"case {story.case_id} is what the log says"
    assert await mending.reconciled(folder, None) == "every case is what the log says"
    unknown = await mending.reconciled(folder, str(uuid4()))
    assert unknown.startswith("nobody knows such a case")


async def test_what_is_set_aside_is_counted_where_something_is(world: World, folder: Path) -> None:
    story = await stuck(world)
    said = await mending.reconciled(folder, None)
    assert said.endswith("but for 1 that is set aside: nobody looked there")
    assert "stands still" in await mending.reconciled(folder, str(story.case_id))
