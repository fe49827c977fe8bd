"""Log lines: ids get out, words do not, whoever writes them."""

import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
import structlog

from shared import log


CANARY = "zebra-canary"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    kept = logging.getLogger().handlers[:]
    log.configure("toy", "api")
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = kept


def written(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.mark.usefixtures("lines")
def test_a_field_that_is_not_listed_is_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("goal_set", case_id="c1", note=CANARY)
    line = json.loads(written(capsys))
    assert line["case_id"] == "c1"
    assert line["withheld"] == ["note"]
    assert CANARY not in json.dumps(line)


@pytest.mark.usefixtures("lines")
def test_an_id_is_its_text_and_no_object_says_what_it_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case_id = uuid4()
    structlog.get_logger().info("goal_set", case_id=case_id, cause=ValueError(CANARY))
    line = json.loads(written(capsys))
    assert (line["case_id"], line["cause"]) == (str(case_id), "ValueError")


@pytest.mark.usefixtures("lines")
def test_an_exception_is_type_and_frames(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
    line = json.loads(written(capsys))
    assert line["error"] == "ValueError"
    assert "test_log.py" in line["frames"][0]
    assert CANARY not in json.dumps(line)


@pytest.mark.usefixtures("lines")
def test_a_library_writes_its_name_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").error("could not save %s", CANARY)
    line = json.loads(written(capsys))
    assert (line["logger"], line["level"]) == ("some.library", "error")
    assert CANARY not in json.dumps(line)


def test_a_strange_trace_starts_a_new_one() -> None:
    log.continue_trace("00-zz")
    assert len(log.traceparent().split("-")[1]) == 32
