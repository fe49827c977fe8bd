"""SI_ITEM: an answer above 0 to a safety item, or a disclosure in words (C.2 [S4][S43][S66])."""

from collections.abc import Iterator

from services.progress.projection.reckoning.answers import series
from services.progress.projection.reckoning.rules.look import Found, Look
from shared.events.rules import RuleParameter
from shared.events.words import Disclosure, Severity


def si_item(look: Look) -> Iterator[Found]:
    """Every answer above 0, urgent from the clinic's number on or when it rose against the last.

    An item that was not told is unknown and changes nothing; whether the total may be used does not
    matter here. A disclosure is high, a plan urgent (C.1 [S4]).
    """
    for (_, client), given in series(look.history.answers).items():
        last = 0
        for answer in given:
            if client != look.client or answer.voided or answer.safety is None:
                continue
            said = answer.safety[1]
            if said > 0:
                rose = 0 < last < said
                urgent = rose or said >= look.value(RuleParameter.URGENT_FROM, answer.at)
                severity = Severity.URGENT if urgent else Severity.HIGH
                yield Found(answer.at, (answer.event_id,), severity)
            last = said
    for event in look.history.disclosures.values():
        if event.client_id == look.client:
            plan = event.disclosure is Disclosure.SUICIDE_PLAN
            severity = Severity.URGENT if plan else Severity.HIGH
            yield Found(event.disclosed_at, (event.event_id,), severity)
    for left in look.history.unsent:  # which answer nobody knows: it weighs as the highest
        if left.client_id == look.client:
            yield Found(left.answered_at, (left.event_id,), Severity.URGENT)
