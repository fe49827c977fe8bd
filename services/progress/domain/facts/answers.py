"""What goals says of questionnaires, and of what was said in words."""

from uuid import UUID

from services.progress.domain.facts.base import Code, Fact, Instant
from shared.events.words import Disclosure


class Answered(Fact, frozen=True, gc=False):
    """Answers; items may be missing: what was not told is unknown, not 0."""

    response_id: UUID
    client_id: UUID
    measure: Code
    version: Code
    items: dict[str, int]
    total: int
    answered_at: Instant
    usable: bool = True


class MeasureCompleted(Answered, frozen=True, gc=False):
    """goals.measure_completed"""


class MeasureAmended(Answered, frozen=True, gc=False):
    """goals.measure_amended"""


class MeasureVoided(Fact, frozen=True, gc=False):
    """goals.measure_voided"""

    response_id: UUID


class SafetyLeftUnsent(Fact, frozen=True, gc=False):
    """goals.safety_left_unsent"""

    link_id: UUID
    client_id: UUID
    answered_at: Instant


class DisclosureRecorded(Fact, frozen=True, gc=False):
    """goals.disclosure_recorded"""

    disclosure_id: UUID
    client_id: UUID
    disclosure: Disclosure
    disclosed_at: Instant


class DisclosureVoided(Fact, frozen=True, gc=False):
    """goals.disclosure_voided"""

    disclosure_id: UUID
