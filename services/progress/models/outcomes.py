"""What a case comes to: outcome, waiting and attendance, as progress answers it."""

from datetime import datetime
from uuid import UUID

from shared.app import Out


class PairRead(Out):
    """First and last score of one measure."""

    measure: str
    first: int
    last: int


class OutcomeRead(Out):
    """What became of one client's course, as NHS Talking Therapies counts it.

    Nulls while PHQ-9 and GAD-7 were not both answered twice.
    """

    client_id: UUID
    finished: bool
    paired: bool
    was_case: bool | None
    recovered: bool | None
    reliably_improved: bool | None
    reliably_recovered: bool | None
    reliably_deteriorated: bool | None
    pairs: list[PairRead]
    words: str


class WaitingRead(Out):
    """Days from the referral to the first treatment session, or until now; and to the second."""

    received_at: datetime | None
    first_treatment_at: datetime | None
    days: int | None
    still_waiting: bool
    band: str | None
    within_42: bool | None
    within_126: bool | None
    second_gap_days: int | None


class AttendanceCounts(Out):
    """What became of the case's sessions; late and not seen is neither attended nor missed."""

    attended: int
    did_not_attend: int
    cancelled: int
    late_not_seen: int
    sessions: int
    booked: int
    treatments_attended: int
    consecutive_did_not_attend: int
    last_contact: datetime | None
    next_contact: datetime | None
    days_since_contact: int | None
    longest_gap_days: int | None
