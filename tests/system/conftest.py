"""One running system for all system tests; TIDEMARK_TEST_SYSTEM=<folder> names one that runs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.environment import given
from deploy.local.controls import reset
from tests.system.running import System, connected, free_base, runner


@pytest.fixture(scope="session")
def system_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running system."""
    running = given("TIDEMARK_TEST_SYSTEM")
    if running:
        yield Path(running)
        return
    folder = tmp_path_factory.mktemp("system") / "local"
    with runner(folder, free_base()):
        yield folder
    reset(folder)


@pytest.fixture(scope="session")
async def system(system_folder: Path) -> AsyncIterator[System]:
    """A careful client of it."""
    async with connected(system_folder) as client:
        yield client
