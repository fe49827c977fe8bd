"""What is shown of an answer: its score in points, in words, and what asks for a look."""

from collections.abc import Sequence
from fractions import Fraction

from services.goals.models.answers import (
    Replaced,
    ReplacedRead,
    Response,
    ResponseRead,
    ResponseWhole,
    SubscaleRead,
    Voided,
)
from shared.events.measures import Measure, definition


DISAGREES = "The sender's total is not that of the answers. Both are kept; the score is not used."
SAME = ("items", "total", "at_caseness", "usable", "by", "answered_at", "entered_at", "entered_by")


def response(found: Response) -> ResponseRead:
    """An answer as it stands."""
    measure = definition(found.measure, found.version)
    names = ("response_id", "case_id", "client_id", "measure", "version", "definition")
    own = {name: getattr(found, name) for name in (*names, "appointment_id")}
    return ResponseRead(**own, voided=_voided(found), **_score(measure, found))


def replaced(found: Replaced, measure: Measure) -> ReplacedRead:
    """What an answer said before it was amended."""
    names = ("replaced_at", "replaced_by", "reason")
    own = {name: getattr(found, name) for name in names}
    return ReplacedRead(**own, **_score(measure, found))


def _voided(found: Response) -> Voided | None:
    if found.voided_at is None or found.voided_by is None or found.void_reason is None:
        return None
    return Voided(at=found.voided_at, by=found.voided_by, reason=found.void_reason)


def _score(measure: Measure, found: Response | Replaced) -> dict[str, object]:
    band = measure.band_of(found.items, found.total) if found.usable else None
    known = found.items_total is not None and measure.has_total
    return {name: getattr(found, name) for name in SAME} | {
        "points": measure.words(found.total) if measure.has_total else None,
        "items_points": measure.words(found.items_total or 0) if known else None,
        "band": found.band,
        "band_label": band.label if band else None,
        "subscales": _subscales(measure, found),
        "safety": measure.safety(found.items),
        "items_at_caseness": measure.items_at_caseness(found.items) if found.items else None,
        "why": None if found.usable else DISAGREES,
        "version_number": found.amendment,
    }


def _subscales(measure: Measure, found: Response | Replaced) -> list[SubscaleRead]:
    scores = measure.subscale_scores(found.items)
    shown = []
    for scale in measure.subscales:
        score = scores[scale.code]
        at = scale.positive_from
        positive = None if score is None or at is None else score >= at
        points = None if score is None else _points(score)
        shown.append(
            SubscaleRead(code=scale.code, label=scale.label, points=points, positive=positive)
        )
    return shown


def _points(score: Fraction) -> str:
    whole = score.denominator == 1
    return str(score.numerator) if whole else f"{float(score):.2f}"


def whole(found: Response, earlier: Sequence[Replaced]) -> ResponseWhole:
    """An answer as it stands, with everything that it said before."""
    measure = definition(found.measure, found.version)
    history = [replaced(one, measure) for one in earlier]
    return ResponseWhole(**dict(response(found)), history=history)
