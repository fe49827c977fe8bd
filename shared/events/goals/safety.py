"""What asks somebody to look at once: crisis texts, what was left unsent, what was said."""

from typing import Literal
from uuid import UUID

from shared.events.base import Code, Event, Instant
from shared.events.goals.answers import MeasureEvent
from shared.events.words import CorrectionReason, Disclosure


class CrisisTextShown(MeasureEvent):
    """A client was shown the clinic's crisis text after answering a safety item."""

    type: Literal["goals.crisis_text_shown"] = "goals.crisis_text_shown"
    link_id: UUID
    crisis_text_version: int
    language: Code


class SafetyLeftUnsent(MeasureEvent):
    """A safety item was answered above 0 on a link, and the answers were not sent.

    Which answer it was is not told: it was not sent. That somebody should look is.
    """

    type: Literal["goals.safety_left_unsent"] = "goals.safety_left_unsent"
    link_id: UUID
    answered_at: Instant


class DisclosureRecorded(Event):
    """A client said in words what a safety item asks; staff entered it as a code."""

    type: Literal["goals.disclosure_recorded"] = "goals.disclosure_recorded"
    disclosure_id: UUID
    case_id: UUID
    client_id: UUID
    disclosure: Disclosure
    disclosed_at: Instant


class DisclosureVoided(Event):
    """What was recorded as said does not count any more."""

    type: Literal["goals.disclosure_voided"] = "goals.disclosure_voided"
    disclosure_id: UUID
    case_id: UUID
    client_id: UUID
    reason: CorrectionReason
