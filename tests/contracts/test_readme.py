"""README's commands can be typed as they stand: what asks for a reason is shown with one."""

import re
from datetime import datetime, time, timedelta

from services.web.desk.free import EARLIEST, LATEST, unusual
from tests.contracts.test_tree import ROOT


README = (ROOT / "README.md").read_text()
REASONED = re.compile(r'^([a-z-]+):[^\n]*\n\t@\$\(LOCAL\)[^\n]*--reason "\$\(REASON\)"', re.M)


def test_every_command_that_asks_for_a_reason_is_shown_with_one() -> None:
    wanted = set(REASONED.findall((ROOT / "Makefile").read_text()))
    assert {"rebuild", "switch", "switch-back", "repair"} <= wanted
    shown = re.findall(r"`make ([a-z-]+)([^`]*)`", README)
    assert {command for command, _ in shown} >= wanted
    bare = [command for command, rest in shown if command in wanted and "REASON=" not in rest]
    assert bare == []


def test_the_tour_names_the_hours_that_booking_asks_about() -> None:
    said = f"where it begins before {EARLIEST:%H:%M} or ends after {LATEST:%H:%M} the page asks"
    assert said in " ".join(README.split())
    length, day = timedelta(minutes=60), datetime(2026, 11, 24)  # noqa: DTZ001
    at = [datetime.combine(day, time(*each)) for each in ((6, 59), (7,), (20,), (20, 1))]
    assert [unusual(each, length) for each in at] == [True, False, False, True]
