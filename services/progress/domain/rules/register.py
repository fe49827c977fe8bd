"""Every rule with its functions: what it finds in a case, and when time may change its answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.progress.domain.rules import goals, safety, scores, sessions, waits
from services.progress.domain.rules.evidence import Due, Find, Silent, View
from services.progress.domain.state import Case
from shared.events.words import Rule


def never(view: View) -> bool:
    """It takes more than a glance."""
    return False


CASE = (None,)  # a rule that is asked once, for all clients of a case together


@dataclass(frozen=True)
class Working:
    """How a rule works: for each client, or for the case; by facts alone, or by time as well.

    `silent` sees at a glance, for all clients, that it certainly finds nothing: most facts concern
    most rules in theory only.
    """

    find: Find
    each_client: bool = False
    due: Due | None = None
    silent: Silent = never

    def whom(self, case: Case) -> Sequence[bytes | None]:
        """For whom it is asked: each client of the case, or the case."""
        return clients_of(case) if self.each_client else CASE

    def which(self, client: bytes) -> Sequence[bytes | None]:
        """For whom it is asked when something concerns one client."""
        return (client,) if self.each_client else CASE


# SAFEGUARDING is not here: a person raises it, no rule does.
RULES: dict[Rule, Working] = {
    Rule.SI_ITEM: Working(safety.safety_answers, each_client=True),
    Rule.DETERIORATION: Working(scores.deteriorations, each_client=True),
    Rule.NOT_ON_TRACK: Working(
        scores.not_on_track, each_client=True, due=scores.sessions, silent=scores.early
    ),
    Rule.GOAL_STALLED: Working(goals.stalled, each_client=True, due=goals.reviews),
    Rule.RECOVERED_READY: Working(scores.recovered, each_client=True, silent=scores.few_scores),
    Rule.DNA_1: Working(sessions.missed_one, silent=sessions.none_missed),
    Rule.DNA_2: Working(sessions.missed_more, silent=sessions.none_missed),
    Rule.LATE_NOT_SEEN: Working(sessions.late_not_seen, silent=sessions.none_late),
    Rule.OUTCOME_MISSING: Working(
        sessions.unpaired, due=sessions.windows, silent=sessions.within_windows
    ),
    Rule.WAIT_BREACH: Working(waits.waits, due=waits.wait_dues, silent=waits.new_referral),
    Rule.LONG_GAP: Working(waits.gaps, due=waits.gap_dues, silent=waits.no_gap),
    Rule.DISENGAGED: Working(waits.disengaged, due=waits.silence_dues, silent=waits.in_touch),
    Rule.REPEAT_REFERRAL: Working(waits.repeats, silent=waits.no_earlier_case),
}
TIMED = tuple(rule for rule, working in RULES.items() if working.due)


class About(NamedTuple):
    """A rule, and for whom it is asked."""

    rule: Rule
    client: bytes | None


def clients_of(case: Case) -> list[bytes | None]:
    """For whom the rules of clients are asked; a shared goal belongs to nobody alone (None)."""
    found: dict[bytes | None, None] = dict.fromkeys(measure.client for measure in case.measures)
    for goal in case.goals.values():
        found |= dict.fromkeys((goal.client, *goal.members))
    found |= dict.fromkeys(case.disclosers)
    return list(found)


def for_all(case: Case, rules: tuple[Rule, ...]) -> Iterator[About]:
    """These rules, for each client or for the case, as they work."""
    for rule in rules:
        for client in RULES[rule].whom(case):
            yield About(rule, client)


def dues(case: Case, view: View) -> Iterator[int]:
    """All moments, past or to come, at which time may change what a rule says.

    The view is turned to one rule after the other, and is nobody else's.
    """
    for rule in TIMED:
        if due := RULES[rule].due:  # for all clients at once
            view.rule = rule
            yield from due(view)
