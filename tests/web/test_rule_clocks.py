"""The clocks of a rule in hours, and in the days of the clinic."""

from typing import Any

import pytest

from services.web.lead.rule_clocks import clocks_words


def calendar(*days: tuple[int, int, int]) -> dict[str, Any]:
    hours = [{"weekday": day, "begins": begins, "ends": ends} for day, begins, ends in days]
    return {"in_force": {"hours": hours}}


def rule(seen: int | None, acted: int | None, closed: int | None, **more: bool) -> dict[str, Any]:
    hours = {"acknowledge_hours": seen, "act_hours": acted, "close_hours": closed}
    return hours | {"working_hours_only": True} | more


USUAL = calendar(*((day, 540, 1020) for day in range(1, 6)))
SAID = "To acknowledge within 16 h, to act on within 40 h, to close within 80 h of the clinic’s"


@pytest.mark.parametrize(
    ("held", "days"),
    [
        (USUAL, ": about 2, 5 and 10 working days"),
        # A lunch hour makes two parts of one day.
        (calendar((1, 540, 720), (1, 780, 960), (2, 540, 720)), ": about 4, 9 and 18 working days"),
        # A clinic that never said has the ordinary hours; one that cannot be asked, none.
        ({"in_force": None}, ": about 2, 5 and 10 working days"),
        (None, ""),
    ],
)
def test_hours_of_the_clinic_are_days_of_the_clinic_too(
    held: dict[str, Any] | None, days: str
) -> None:
    assert clocks_words(rule(16, 40, 80), held) == f"{SAID} hours{days}."


def test_a_safety_clock_runs_day_and_night() -> None:
    said = clocks_words(rule(4, 48, 168, working_hours_only=False), USUAL)
    assert said.endswith("to close within 168 h, day and night.")


def test_a_rule_without_clocks_says_nothing_of_them() -> None:
    assert clocks_words(rule(None, None, 80), USUAL) == ""
