"""A case as it is shown, on the calendar of UTC, some time after all histories."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.progress.domain.state import Case
from services.progress.models.answers import MeasureProgress
from services.progress.models.goals import GoalProgress
from services.progress.models.outcomes import AttendanceCounts
from services.progress.queries import standing
from tests.progress.histories import START


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
