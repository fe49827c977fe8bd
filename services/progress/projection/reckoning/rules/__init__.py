"""Each rule as one function: from a case's facts and a moment to what the rule rests on."""

from services.progress.projection.reckoning.rules.goals import goal_stalled
from services.progress.projection.reckoning.rules.look import Find, Found, Look
from services.progress.projection.reckoning.rules.safety import si_item
from services.progress.projection.reckoning.rules.scores import (
    deterioration,
    not_on_track,
    recovered_ready,
)
from services.progress.projection.reckoning.rules.sessions import (
    dna_1,
    dna_2,
    late_not_seen,
    outcome_missing,
)
from services.progress.projection.reckoning.rules.waits import (
    disengaged,
    long_gap,
    repeat_referral,
    wait_breach,
)
from shared.events.words import Rule


# Asked for each client of the case. SAFEGUARDING is raised by a person, so no rule is here.
OF_CLIENTS: dict[Rule, Find] = {
    Rule.SI_ITEM: si_item,
    Rule.DETERIORATION: deterioration,
    Rule.NOT_ON_TRACK: not_on_track,
    Rule.GOAL_STALLED: goal_stalled,
    Rule.RECOVERED_READY: recovered_ready,
}
# Asked once for the case.
OF_THE_CASE: dict[Rule, Find] = {
    Rule.DNA_1: dna_1,
    Rule.DNA_2: dna_2,
    Rule.LATE_NOT_SEEN: late_not_seen,
    Rule.OUTCOME_MISSING: outcome_missing,
    Rule.WAIT_BREACH: wait_breach,
    Rule.LONG_GAP: long_gap,
    Rule.DISENGAGED: disengaged,
    Rule.REPEAT_REFERRAL: repeat_referral,
}

__all__ = ["OF_CLIENTS", "OF_THE_CASE", "Found", "Look"]
