"""The one table of the system agrees with what the services themselves say."""

import importlib

import pytest

from deploy import topology
from services.progress.projection.apply import TOPICS
from shared.settings import Settings


def test_ports_are_those_that_web_looks_for() -> None:
    settings = Settings()
    ours = {part.name: settings.port_base + part.port for part in topology.PARTS}
    assert ours | {"issuer": settings.port_base + topology.ISSUER_PORT} == settings.ports


def test_everybody_reads_only_publishers_and_never_itself() -> None:
    for part in topology.PARTS:
        assert set(part.reads) <= set(topology.PUBLISHERS)
        assert part.name not in part.reads


@pytest.mark.parametrize(
    "part",
    [each for each in topology.STORING if each.name != "progress"],
    ids=lambda part: part.name,
)
def test_a_service_reads_what_the_table_says(part: topology.Part) -> None:
    reader = importlib.import_module(f"services.{part.name}.main").service.reader
    assert set(reader.topics if reader else ()) == set(part.reads)


def test_progress_reads_what_the_table_says() -> None:
    [progress] = [each for each in topology.STORING if each.name == "progress"]
    assert set(TOPICS) == set(progress.reads)
