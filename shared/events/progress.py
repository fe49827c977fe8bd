"""What the stream processor publishes. Keyed by case, as its causes."""

from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Event, Instant
from shared.events.rules import Teller
from shared.events.words import Rule, Severity


class FlagAction(StrEnum):
    """What was done about a flag (domain sheet C.1 [S4], C.2)."""

    SAFETY_ASSESSED = "safety_assessed"
    SAFETY_PLAN_MADE = "safety_plan_made"
    EMERGENCY_SERVICES_CALLED = "emergency_services_called"
    CLIENT_CONTACTED = "client_contacted"
    CONTACT_ATTEMPTED = "contact_attempted"
    DISCUSSED_IN_SUPERVISION = "discussed_in_supervision"
    CLINICAL_SUPPORT_TOOL_USED = "clinical_support_tool_used"
    GOAL_RENEGOTIATED = "goal_renegotiated"
    ENDING_PLANNED = "ending_planned"
    RE_TRIAGED = "re_triaged"
    SCORE_TAKEN = "score_taken"
    REFERRED_TO_AUTHORITY = "referred_to_authority"
    OTHERS_TOLD = "others_told"
    OTHER = "other"


class CloseReason(StrEnum):
    """Why a flag is done with. The first four say that a full assessment was made."""

    ASSESSED_PLAN_IN_PLACE = "assessed_plan_in_place"
    ASSESSED_REFERRED_ON = "assessed_referred_on"
    ASSESSED_CARE_CONTINUES = "assessed_care_continues"
    ASSESSMENT_REFUSED = "assessment_refused"
    ACTION_TAKEN = "action_taken"
    NO_ACTION_NEEDED = "no_action_needed"
    ENTERED_WRONGLY = "entered_wrongly"
    REFERRED_TO_AUTHORITY = "referred_to_authority"
    THRESHOLD_NOT_MET = "threshold_not_met"
    CASE_ENDED = "case_ended"


class ReopenReason(StrEnum):
    """Why a closed flag is opened again."""

    CLOSED_BY_MISTAKE = "closed_by_mistake"
    NOT_RESOLVED = "not_resolved"
    NEW_INFORMATION = "new_information"


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
    tell: tuple[Teller, ...] = (Teller.CLINICIAN,)


class FlagCleared(_FlagEvent):
    """What a flag rested on no longer stands."""

    type: Literal["progress.flag_cleared"] = "progress.flag_cleared"


class FlagAcknowledged(_FlagEvent):
    """Somebody has seen it; the note stays in the service."""

    type: Literal["progress.flag_acknowledged"] = "progress.flag_acknowledged"
    by: UUID


class FlagReviewStarted(_FlagEvent):
    """Somebody began to look into it."""

    type: Literal["progress.flag_review_started"] = "progress.flag_review_started"
    by: UUID


class FlagAssigned(_FlagEvent):
    """It is somebody's to look into from now on."""

    type: Literal["progress.flag_assigned"] = "progress.flag_assigned"
    by: UUID
    to: UUID


class FlagActioned(_FlagEvent):
    """Something was done about it; the note stays in the service."""

    type: Literal["progress.flag_actioned"] = "progress.flag_actioned"
    by: UUID
    action: FlagAction


class FlagEscalated(_FlagEvent):
    """A clock ran out, so it goes on to somebody else; steps count from 1."""

    type: Literal["progress.flag_escalated"] = "progress.flag_escalated"
    step: int
    to: Teller
    person_id: UUID | None
    due_at: Instant


class FlagClosed(_FlagEvent):
    """It is done with; the note stays in the service."""

    type: Literal["progress.flag_closed"] = "progress.flag_closed"
    by: UUID
    reason: CloseReason


class FlagReopened(_FlagEvent):
    """It was not done with after all."""

    type: Literal["progress.flag_reopened"] = "progress.flag_reopened"
    by: UUID
    reason: ReopenReason


class ConcernRaised(Event):
    """A restricted concern wants the safeguarding lead; of whom, stays in the service."""

    keyed_by: ClassVar[str] = "concern_id"
    restricted: ClassVar[bool] = True

    type: Literal["progress.concern_raised"] = "progress.concern_raised"
    concern_id: UUID
    urgent: bool


class ConcernNamed(Event):
    """Somebody else may see a concern from now on."""

    keyed_by: ClassVar[str] = "concern_id"
    restricted: ClassVar[bool] = True

    type: Literal["progress.concern_named"] = "progress.concern_named"
    concern_id: UUID
    person_id: UUID


class ConcernEscalated(Event):
    """A concern's clock ran out."""

    keyed_by: ClassVar[str] = "concern_id"
    restricted: ClassVar[bool] = True

    type: Literal["progress.concern_escalated"] = "progress.concern_escalated"
    concern_id: UUID
    step: int


ProgressEvent = (
    FlagRaised
    | FlagCleared
    | FlagAcknowledged
    | FlagReviewStarted
    | FlagAssigned
    | FlagActioned
    | FlagEscalated
    | FlagClosed
    | FlagReopened
    | ConcernRaised
    | ConcernNamed
    | ConcernEscalated
)
