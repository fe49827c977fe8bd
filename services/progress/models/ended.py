"""Why a flag was cleared: what went away of what it rested on."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.app import Out


class EndedBy(StrEnum):
    """How something that a cleared flag rested on went away; `stands`: it did not."""

    VOIDED = "voided"
    RECORDED_OTHERWISE = "recorded_otherwise"
    TAKEN_BACK = "taken_back"
    CASE_CLOSED = "case_closed"
    NOT_HELD = "not_held"
    STANDS = "stands"


class Ended(Out):
    """Why a flag was cleared: one thing that it rested on, as it was, or as it is now.

    `at` is when that was; for a closed case when it was closed. By whom, its own service says.
    """

    how: EndedBy
    event_id: UUID | None
    at: datetime | None
    type: str | None
    words: str | None
    subject_id: UUID | None
    goal_id: UUID | None
