"""The one table of the system agrees with what the services themselves say."""

import importlib

import pytest

from deploy import topology
from shared.settings import Settings


def test_ports_are_those_that_web_looks_for() -> None:
    settings = Settings()
    ours = {part.name: settings.port_base + part.port for part in topology.PARTS}
    assert ours | {"issuer": settings.port_base + topology.ISSUER_PORT} == settings.ports


def test_everybody_reads_only_publishers_and_never_itself() -> None:
    for part in topology.PARTS:
        assert set(part.reads) <= set(topology.PUBLISHERS)
        assert part.name not in part.reads


@pytest.mark.parametrize("part", [each for each in topology.STORING if each.name != "progress"])
def test_a_service_reads_what_the_table_says(part: topology.Part) -> None:
    service = importlib.import_module(f"services.{part.name}.main").service
    read = {type_.partition(".")[0] for type_ in service.reader.types} if service.reader else set()
    assert read == set(part.reads)
