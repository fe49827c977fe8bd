"""What the stream processor publishes. Keyed by case, as its causes."""

from typing import Literal
from uuid import UUID

from shared.events.base import Event, Instant
from shared.events.words import Rule, Severity


class _FlagEvent(Event):
    flag_id: UUID
    case_id: UUID
    client_id: UUID | None
    rule: Rule
    rule_version: int


class FlagRaised(_FlagEvent):
    """A clinician should look: why is the rule and the events it rests on."""

    type: Literal["progress.flag_raised"] = "progress.flag_raised"
    severity: Severity
    clinician_id: UUID | None
    evidence: tuple[UUID, ...]
    raised_at: Instant


class FlagCleared(_FlagEvent):
    """What a flag rested on no longer stands."""

    type: Literal["progress.flag_cleared"] = "progress.flag_cleared"


class FlagAcknowledged(_FlagEvent):
    """Somebody has seen it; the note stays in the service."""

    type: Literal["progress.flag_acknowledged"] = "progress.flag_acknowledged"
    by: UUID


ProgressEvent = FlagRaised | FlagCleared | FlagAcknowledged
