"""A case's questionnaires as the shapes of an answer. No database here."""

from collections.abc import Sequence
from fractions import Fraction
from uuid import UUID

from services.progress.domain.measures import safety_item
from services.progress.domain.movement import worst
from services.progress.domain.outcomes.significance import classified, standard_error
from services.progress.domain.outcomes.trend import per_week, told, trend
from services.progress.domain.packed import instant
from services.progress.domain.series import (
    Row,
    comparable_to,
    compared,
    counting,
    definition_of,
    items_of,
)
from services.progress.domain.state import ANSWERS, UNKNOWN, Case, Measure
from services.progress.models.answers import (
    AnswerPoint,
    CutOffRead,
    ItemSeries,
    MeasureProgress,
    ReliableChangeRead,
)
from services.progress.models.goals import TrendRead
from services.progress.queries.goals import TOO_FEW
from shared.events.measures import Change, Direction
from shared.events.measures import Measure as Definition


NO_ERROR = "No standard deviation and reliability are published together for this measure."


def measures(case: Case) -> list[MeasureProgress]:
    """Every measure that was answered, by its code."""
    ordered = sorted(case.measures, key=lambda each: (each.code, each.client))
    return [_measure(measure) for measure in ordered]


def worst_of(case: Case) -> Change | None:
    """The verdict over all measures that asks for a look first."""
    return worst(_verdict(measure, list(counting(measure))) for measure in case.measures)


def _measure(measure: Measure) -> MeasureProgress:
    rows = list(counting(measure))
    newest = rows[-1] if rows else None
    known = definition_of(measure, newest or _any_row(measure))
    has_total = known is None or known.has_total
    totals = rows if has_total else []
    verdict = _verdict(measure, rows)
    compares = verdict is not None and verdict is not Change.NOT_COMPARABLE
    first, latest = (totals[0][3], totals[-1][3]) if totals else (None, None)
    change = latest - first if compares and latest is not None and first is not None else None
    band = known.band(latest) if known and latest is not None else None
    return MeasureProgress(
        measure=measure.code,
        name=known.name if known else measure.code.upper(),
        version=measure.version,
        client_id=UUID(bytes=measure.client),
        direction=known.direction if known else None,
        has_total=has_total,
        first=first,
        latest=latest,
        change=change,
        first_points=_words(known, first),
        latest_points=_words(known, latest),
        change_points=_words(known, change),
        verdict=verdict,
        clinical_class=_class(measure, known, totals),
        band=band.code if band else None,
        band_label=band.label if band else None,
        at_caseness=known.at_caseness(latest) if known and latest is not None else None,
        cut_off=_cut_off(known),
        reliable_change=_reliable_change(known),
        trend=_trend(measure, known, totals),
        items=_items(measure, known, rows),
        points=_points(measure),
    )


def _any_row(measure: Measure) -> Row:
    return ANSWERS.last(measure.answers or measure.voided)


def _verdict(measure: Measure, rows: Sequence[Row]) -> Change | None:
    if not rows:
        return None
    return compared(measure, rows[0], rows[-1]) if len(rows) > 1 else Change.FIRST_SCORE


def _words(known: Definition | None, total: int | None) -> str | None:
    if total is None:
        return None
    return known.words(total) if known else str(total)


def _class(measure: Measure, known: Definition | None, rows: Sequence[Row]) -> str | None:
    """Jacobson and Truax's class, where a cut-off and a threshold are published.

    Caseness begins between two totals, so that is where the cut-off lies: whoever is at caseness is
    on the clinical side of it.
    """
    if not known or len(rows) < 2 or known.caseness is None or known.threshold is None:
        return None
    if not comparable_to(measure, rows[0])(rows[-1]):
        return None
    worse = 0.5 if known.direction is Direction.HIGHER_IS_WORSE else -0.5
    edge = float(Fraction(known.caseness.total) * known.per_point)
    edge += worse if known.caseness.beyond else -worse
    found = classified(rows[0][3], rows[-1][3], edge, known.threshold, known.direction)
    return found.value


def _cut_off(known: Definition | None) -> CutOffRead | None:
    if known is None or known.caseness is None:
        return None
    case, rises = known.caseness, known.direction is Direction.HIGHER_IS_WORSE
    side = "above" if rises else "below"
    total = f"{side} {case.total}" if case.beyond else f"at {case.total} or {side}"
    each = "" if known.has_total else " (each item for itself)"
    whom = f", {case.population}" if case.population else ""
    return CutOffRead(
        total=str(case.total),
        beyond=case.beyond,
        words=f"{known.name} is at caseness {total}{each}{whom}.",
        population=case.population,
        source=case.source,
    )


def _reliable_change(known: Definition | None) -> ReliableChangeRead | None:
    if known is None or known.reliable_change is None or known.threshold is None:
        return None
    told = known.reliable_change
    sure = f"{float(told.confidence) * 100:g} %" if told.confidence else None
    level = f"at {sure} confidence" if sure else "the source states no confidence level"
    return ReliableChangeRead(
        points=str(told.points),
        units=known.threshold,
        confidence=sure,
        source=told.source,
        words=f"A change of {told.points} points or more is more than chance: {level}.",
    )


def _trend(measure: Measure, known: Definition | None, rows: Sequence[Row]) -> TrendRead:
    """The reliable trend index over all totals that compare with the first."""
    like = [row for row in rows if comparable_to(measure, rows[0])(row)]
    scale = known.per_point if known else 1
    error = _standard_error(known)
    scores = [(row[0], row[3]) for row in like]
    found = trend(scores, (error or 1.0) * scale) if told([row[0] for row in like]) else None
    if found is None:
        return TrendRead(per_week=None, index=None, reliable=None, why=TOO_FEW)
    slope = per_week(found, scale)
    if error is None:
        return TrendRead(per_week=slope, index=None, reliable=None, why=NO_ERROR)
    return TrendRead(
        per_week=slope,
        index=round(found.index, 2),
        reliable=found.reliable,
        why="Reliable trend index beyond 1.96 either way: 95 % confidence.",
    )


def _standard_error(known: Definition | None) -> float | None:
    for norms in known.norms if known else ():
        if norms.sd is not None and norms.reliability is not None:
            return standard_error(float(norms.sd), float(norms.reliability))
    return None


def _items(measure: Measure, known: Definition | None, rows: Sequence[Row]) -> list[ItemSeries]:
    """Each item's movement, where it stands for itself."""
    if known is None or known.has_total or not rows:
        return []
    first, latest = items_of(measure, rows[0]), items_of(measure, rows[-1])
    cases = known.items_at_caseness(latest)
    before, after = known.counting(first), known.counting(latest)
    found = []
    for item in known.items:
        number = str(item.number)
        start, now = before.get(number), after.get(number)
        told = known.item_change(number, first, latest) if len(rows) > 1 else None
        found.append(
            ItemSeries(
                number=number,
                label=item.label,
                first=start,
                latest=now,
                change=None if start is None or now is None else now - start,
                verdict=told if len(rows) > 1 or now is None else Change.FIRST_SCORE,
                at_caseness=None if cases is None or now is None else number in cases,
            )
        )
    return found


def _points(measure: Measure) -> list[AnswerPoint]:
    rows = [(row, False) for row in ANSWERS.rows(measure.answers)]
    rows += [(row, True) for row in ANSWERS.rows(measure.voided)]
    rows.sort(key=lambda each: (each[0][0], each[0][7]))
    return [_point(measure, row, voided) for row, voided in rows]


def _point(measure: Measure, row: Row, voided: bool) -> AnswerPoint:
    at, response_id, _, total, answer, version, counts, _ = row
    known, number = definition_of(measure, row), str(version) if version else measure.version
    item = safety_item(measure.code, number)
    return AnswerPoint(
        response_id=UUID(bytes=response_id),
        at=instant(at),
        total=total,
        points=_words(known, total) if known is None or known.has_total else None,
        version=number,
        safety=None if item is None or answer == UNKNOWN else {item: answer},
        items=items_of(measure, row) or None,
        usable=bool(counts),
        voided=voided,
    )
