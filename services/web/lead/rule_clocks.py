"""The clocks of a rule in words, in hours and in the days of this clinic. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.web.lead.calendar import ORDINARY


Told = Mapping[str, Any]
ACTS = ("acknowledge", "act", "close")


def clocks_words(rule: Told, calendar: Told | None) -> str:
    """`To acknowledge within 16 h, …, of the clinic’s hours: about 2, 5 and 10 working days.`

    Empty for a rule without clocks; without days where the calendar cannot be asked.
    """
    hours = [rule[f"{act}_hours"] for act in ACTS]
    if not all(hours):
        return ""
    seen, acted, closed = hours
    said = f"To acknowledge within {seen} h, to act on within {acted} h, to close within {closed} h"
    if not rule["working_hours_only"]:
        return f"{said}, day and night."
    return f"{said} of the clinic’s hours{_days(hours, calendar)}."


def _days(hours: Sequence[int], calendar: Told | None) -> str:
    if calendar is None:
        return ""
    said = calendar.get("in_force")
    held = said["hours"] if said else ORDINARY
    open_ = sum(each["ends"] - each["begins"] for each in held) / 60
    a_day = open_ / len({each["weekday"] for each in held})
    *first, last = (str(max(1, round(each / a_day))) for each in hours)
    return f": about {', '.join(first)} and {last} working days"
