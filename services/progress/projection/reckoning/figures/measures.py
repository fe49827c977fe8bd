"""Questionnaires as they are shown: baseline, latest, change, class, band, trend, every answer."""

from collections.abc import Sequence
from math import sqrt
from typing import Any
from uuid import UUID

from services.progress.projection.reckoning.answers import (
    Answer,
    at_caseness,
    change,
    comparable,
    series,
)
from services.progress.projection.reckoning.figures.trend import trend
from services.progress.projection.reckoning.history import History
from shared.events.measures import Change, Measure


RELIABLE = 1.96  # standard errors, either way (B.5 [S9])


def measures(history: History) -> dict[tuple[str, UUID], dict[str, Any]]:
    """Every measure that somebody answered, also when nothing of it counts."""
    return {key: _measure(given) for key, given in series(history.answers).items()}


def _measure(given: list[Answer]) -> dict[str, Any]:
    scores = [answer for answer in given if answer.counts]
    standing = [answer for answer in given if not answer.voided]
    newest = (scores or standing or given)[-1]
    known = newest.definition
    totals = scores if known is None or known.has_total else []
    verdict = _verdict(scores)
    compared = verdict not in (None, Change.NOT_COMPARABLE) and bool(totals)
    return {
        "has_total": known is None or known.has_total,
        "first": totals[0].total if totals else None,
        "latest": totals[-1].total if totals else None,
        "change": totals[-1].total - totals[0].total if compared else None,
        "verdict": verdict,
        "clinical_class": _class(known, totals),
        "band": _band(known, totals[-1].total) if known and totals else None,
        "at_caseness": _caseness(known, totals),
        **_trend(known, totals),
        "items": _items(known, scores),
        "points": [_point(answer) for answer in given],
    }


def _verdict(scores: Sequence[Answer]) -> Change | None:
    if len(scores) < 2:
        return Change.FIRST_SCORE if scores else None
    return change(scores[0], scores[-1])


def _class(known: Measure | None, totals: Sequence[Answer]) -> str | None:
    """Jacobson and Truax's five classes: by a reliable change, and by the side of the cut-off."""
    published = known and known.caseness and known.reliable_change
    if not published or len(totals) < 2 or not comparable(totals[0], totals[-1]):
        return None
    was, is_ = at_caseness(totals[0]), at_caseness(totals[-1])
    said = change(totals[0], totals[-1])
    if said is Change.RELIABLY_BETTER:
        return "recovered" if was and not is_ else "improved"
    if said is Change.RELIABLY_WORSE:
        return "harmed" if is_ and not was else "deteriorated"
    return "unchanged"


def _band(known: Measure, total: int) -> str:
    begun = [b.code for b in known.bands.steps if b.lowest * known.per_point <= total]
    return begun[-1] if begun else "none_published"


def _caseness(known: Measure | None, totals: Sequence[Answer]) -> bool | None:
    return at_caseness(totals[-1]) if known and known.caseness and totals else None


def _trend(known: Measure | None, totals: Sequence[Answer]) -> dict[str, Any]:
    """The reliable trend index, where standard deviation and reliability are published together."""
    like = [answer for answer in totals if comparable(totals[0], answer)]
    scale = known.per_point if known else 1
    found = trend([(answer.at, answer.total / scale) for answer in like])
    errors = [
        float(each.sd) * sqrt(1 - float(each.reliability))
        for each in (known.norms if known else ())
        if each.sd is not None and each.reliability is not None
    ]
    index = found.in_errors / errors[0] if found and errors else None
    reliable = None if index is None else abs(index) > RELIABLE
    return {"trend": found and found.slope, "index": index, "reliable": reliable}


def _items(known: Measure | None, scores: Sequence[Answer]) -> dict[str, tuple[Any, ...]]:
    """Each item's movement, where items stand for themselves; what does not apply is left out."""
    if known is None or known.has_total or not scores:
        return {}
    first, latest = known.counting(scores[0].items), known.counting(scores[-1].items)
    return {n: (first.get(n), latest.get(n)) for n in known.numbers}


def _point(answer: Answer) -> tuple[Any, ...]:
    known = answer.definition
    alone = known is not None and (not known.has_total or any(known.unscored.values()))
    said = dict([answer.safety]) if answer.safety else None
    kept = answer.items if alone and answer.items else None
    return (answer.response_id, answer.at, answer.total, said, kept, answer.agrees, answer.voided)
