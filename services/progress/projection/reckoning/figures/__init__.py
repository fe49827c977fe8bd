"""What is shown of a case, reckoned from its facts: the same words and numbers as an answer's."""

from datetime import datetime
from typing import Any

from services.progress.projection.reckoning.figures import course, goals, measures
from services.progress.projection.reckoning.history import History


def figures(history: History, zone: str, now: datetime) -> dict[str, dict[Any, Any]]:
    """Each part of what is shown, by its rows or fields; on the calendar of `zone`, at `now`."""
    return {
        "case": course.case(history),
        "goals": goals.goals(history, zone, now),
        "kinds of goal": goals.kinds(history, zone, now),
        "attainment": goals.attainment(history),
        "measures": measures.measures(history),
        "sessions": course.sessions(history),
        "attendance": course.attendance(history, zone, now),
        "waiting": course.waiting(history, zone, now),
        "outcome": course.outcomes(history),
    }


__all__ = ["figures"]
