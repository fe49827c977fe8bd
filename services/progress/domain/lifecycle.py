"""The life of a flag: which act leads where, and who may do it. Pure."""

from enum import StrEnum

from shared.errors import Conflict, Forbidden, Invalid
from shared.events.progress import CloseReason
from shared.events.rules import DEFINITIONS
from shared.events.words import FlagState, Rule


class Act(StrEnum):
    """What can be done about a flag; escalation is the clock's own."""

    ACKNOWLEDGED = "acknowledged"
    REVIEW_STARTED = "review_started"
    ASSIGNED = "assigned"
    ACTIONED = "actioned"
    ESCALATED = "escalated"
    CLOSED = "closed"
    REOPENED = "reopened"


S = FlagState
SEEN = (S.ACKNOWLEDGED, S.IN_REVIEW, S.ACTIONED)

# From which states an act is possible, and where it leads; None: the state stays.
MOVES: dict[Act, tuple[tuple[FlagState, ...], FlagState | None]] = {
    Act.ACKNOWLEDGED: ((S.RAISED,), S.ACKNOWLEDGED),
    Act.REVIEW_STARTED: ((S.ACKNOWLEDGED, S.ACTIONED), S.IN_REVIEW),
    Act.ASSIGNED: ((S.RAISED, *SEEN), None),
    Act.ACTIONED: (SEEN, S.ACTIONED),
    Act.CLOSED: (SEEN, S.CLOSED),
    Act.REOPENED: ((S.CLOSED,), S.IN_REVIEW),
}
SAYS = {
    S.RAISED: "has not been acknowledged yet",
    S.ACKNOWLEDGED: "is acknowledged already",
    S.IN_REVIEW: "is in review already",
    S.ACTIONED: "has been acted on already",
    S.CLOSED: "is closed",
    S.CLEARED: "is cleared: what it rested on no longer stands, or its case has ended",
}
ASSESSMENTS = (
    CloseReason.ASSESSED_PLAN_IN_PLACE,
    CloseReason.ASSESSED_REFERRED_ON,
    CloseReason.ASSESSED_CARE_CONTINUES,
    CloseReason.ASSESSMENT_REFUSED,
)
# What is offered where nobody's safety is concerned; an authority is for concerns.
USUAL = (
    CloseReason.ACTION_TAKEN,
    CloseReason.NO_ACTION_NEEDED,
    CloseReason.ENTERED_WRONGLY,
    CloseReason.CASE_ENDED,
)


def leads(act: Act) -> FlagState | None:
    """The state to which an act leads; None where the state stays."""
    return MOVES[act][1] if act in MOVES else None


def moved(act: Act, state: FlagState, what: str = "flag") -> FlagState:
    """The state to which an act leads. Conflict, in words, when it is not possible from here.

    `what` is what the words call it: a concern has the life of a flag.
    """
    if state not in MOVES[act][0]:
        raise Conflict(f"The {what} {SAYS[state]}.", extra={"state": state.value})
    return leads(act) or state


def before_closing(state: str | None) -> FlagState:
    """Where a closing that is taken back leads: to where the flag was.

    In review, as any reopening leads, for a closing of which that was not kept.
    """
    return FlagState(state) if state else S.IN_REVIEW


def closings(rule: Rule) -> list[CloseReason]:
    """The reasons that suit a rule, in the order in which they are offered."""
    return list(ASSESSMENTS if rule is Rule.SI_ITEM else USUAL)


def check_closing(rule: Rule, reason: CloseReason, note: str | None, clinician: bool) -> None:
    """Who may close a flag, and with what.

    A safety flag only a clinician, who says why; thoughts of suicide or self-harm only with the
    outcome of a full assessment (domain sheet C.1 [S4], C.2).
    """
    if not DEFINITIONS[rule].safety:
        return
    if not clinician:
        raise Forbidden("Only a clinician may close this flag.")
    if rule is Rule.SI_ITEM and reason not in ASSESSMENTS:
        raise Invalid.of("reason", "this flag closes with the outcome of a full assessment")
    if not note:
        raise Invalid.of("note", "is needed: this is closed with a reason in words")
