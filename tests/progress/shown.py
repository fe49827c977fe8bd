"""A case as it is shown, on the calendar of UTC, some time after all histories."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.progress.domain.state import Case
from services.progress.models.answers import MeasureProgress
from services.progress.models.goals import GoalProgress
from services.progress.models.outcomes import AttendanceCounts
from services.progress.queries import standing
from tests.progress.histories import START, Story, folded


NOW = START + timedelta(days=30)


def whole(case: Case) -> dict[str, Any]:
    """All of it."""
    return standing.whole(UUID(int=0), case, None, NOW)


def goals(case: Case) -> list[GoalProgress]:
    """Its goals."""
    found: list[GoalProgress] = whole(case)["goals"]
    return found


def measures(case: Case) -> list[MeasureProgress]:
    """Its measures."""
    found: list[MeasureProgress] = whole(case)["measures"]
    return found


def attendance(case: Case) -> AttendanceCounts:
    """Its sessions."""
    found: AttendanceCounts = whole(case)["attendance"]
    return found


def goal_after(*events: Any) -> GoalProgress:
    """The only goal, once all of this has happened."""
    return goals(folded(events)[0])[0]


def measure_after(*events: Any) -> MeasureProgress:
    """The only measure, once all of this has happened."""
    return measures(folded(events)[0])[0]


def scores(life: Story, measure: str, *totals: int) -> MeasureProgress:
    """A measure with these totals, one after the other."""
    return measure_after(*(life.answered(t, None, n, measure) for n, t in enumerate(totals)))
