"""Cases that stand still, as progress answers it."""

from datetime import datetime
from uuid import UUID

from shared.app import Out


class Still(Out):
    """Since when a case stands still: up to then it is current, in these topics.

    `unreadable` of its events could not be read, and `waiting` came after them and wait.
    """

    since: datetime
    unreadable: int
    waiting: int
    topics: list[str]


class LeftOut(Out):
    """An event that two people left out for good: whose, of which type, and when it was sent.

    What is none of its publisher's types has none here.
    """

    topic: str
    type: str | None
    recorded_at: datetime


class LeftOutCase(Out):
    """An open case of which events were left out for good, in the order in which they were sent."""

    case_id: UUID
    clinician_id: UUID | None
    left_out: list[LeftOut]


class StillCase(Still):
    """A case that stands still, closed or not."""

    case_id: UUID
    clinician_id: UUID | None
