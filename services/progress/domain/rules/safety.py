"""SI_ITEM: an answer above 0 to a safety item, sent or not, or a disclosure in words.

Zero says nothing.
"""

from collections.abc import Iterator

from services.progress.domain.measures import safety_item
from services.progress.domain.rules.evidence import Evidence, View
from services.progress.domain.state import (
    ANSWERS,
    CODES,
    DISCLOSURES,
    UNKNOWN,
    UNSENT,
    Because,
)
from shared.events.rules import RuleParameter
from shared.events.words import Disclosure, Severity


# What was said in words weighs as the protocol's tiers do (C.1 [S4]): a plan as the highest answer.
PLAN = (Disclosure.SUICIDE_PLAN,)
HIGHEST = 4  # of any safety item that is known (CORE-10 item 6)


def safety_answers(view: View) -> Iterator[Evidence]:
    """Answers above 0 to a safety item, and disclosures.

    A rise against the last answer is more than the answer itself: it is urgent. An item that was
    not told is unknown, not 0 (C.2, stream consequence 5).
    """
    for measure in view.case.measures:
        if measure.client != view.client:
            continue
        last: int | None = None
        for at, _, event, _, answer, version, *_ in ANSWERS.rows(measure.answers):
            item = safety_item(measure.code, str(version))
            if item is None or answer == UNKNOWN:
                continue
            if answer:
                rose = bool(last) and answer > (last or 0)
                urgent = rose or answer >= view.value(RuleParameter.URGENT_FROM, at)
                because = Because("item", measure.code, int(item), answer, at, 1)
                severity = Severity.URGENT if urgent else Severity.HIGH
                yield Evidence(at, (event,), severity, because, weight=answer)
            last = answer
    yield from _disclosures(view)


def _disclosures(view: View) -> Iterator[Evidence]:
    case = view.case
    for at, _, event, code, number in DISCLOSURES.rows(case.disclosures):
        if number < len(case.disclosers) and case.disclosers[number] == view.client:
            severity, because = _unsent(at) if code == UNSENT else _said(code, at)
            weight = HIGHEST if severity is Severity.URGENT else 0
            yield Evidence(at, (event,), severity, because, weight=weight)


def _said(code: int, at: int) -> tuple[Severity, Because]:
    said = CODES[code]
    severity = Severity.URGENT if said in PLAN else Severity.HIGH
    return severity, Because("disclosure", said.value, 0, 1, at, 1)


def _unsent(at: int) -> tuple[Severity, Because]:
    """Which answer it was nobody can look up, so it weighs as the highest."""
    return Severity.URGENT, Because("unsent", "", 0, 1, at, 1)
