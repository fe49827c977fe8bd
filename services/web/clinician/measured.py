"""A case's measures as its page shows them: charts, items that stand for themselves, the words."""

from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.charts.drawing import Chart
from services.web.charts.words import Verdict, count, verdict
from services.web.clinician import figures
from services.web.clinician.outcome import class_words, trend_words
from services.web.clinician.record import Record
from services.web.walltime import wall
from shared.events.measures import UnknownMeasure


NO_BANDS = "none_published"


@dataclass(frozen=True)
class ItemRow:
    """One item that stands for itself."""

    label: str
    first: str
    latest: str
    case: str
    verdict: Verdict


@dataclass(frozen=True)
class MeasureView:
    """One measure: its chart, or its items; what the numbers mean."""

    name: str
    way: str
    who: str
    sentence: str
    verdict: Verdict | None  # none where each item has its own
    chart: Chart
    drawn: bool  # whether totals are drawn
    items: list[ItemRow]
    notes: list[str]  # class, trend
    means: list[str]  # the cut-off and the threshold, with their sources
    without: str  # why some answers do not count


def measures_of(found: Record) -> tuple[list[MeasureView], list[str]]:
    """The measures, and what their safety items said last."""
    views: list[MeasureView] = []
    safety: list[str] = []
    for n, answered in enumerate((found.shown or {"measures": []})["measures"]):
        try:
            view, said = _measure(n, answered, found)
        except UnknownMeasure:
            continue
        views.append(view)
        whose = f"{view.who}’s " if view.who else ""
        safety += [f"{whose}{view.name} {words.lower(said)}"] if said else []
    return views, safety


def _measure(n: int, answered: dict[str, Any], found: Record) -> tuple[MeasureView, str | None]:
    drawn = bool(answered.get("has_total", True))
    chart, said = figures.chart_of_measure(n, answered, found.clinic.zone)
    if not drawn:
        chart = _answers(chart, answered, found.clinic.zone)
    items = [_item(each) for each in answered.get("items", [])]
    view = MeasureView(
        name=figures.name_of_measure(answered["measure"]),
        way=figures.way_of_measure(answered["measure"]),
        who=found.client(answered["client_id"]) if len(found.case.clients) > 1 else "",
        sentence=f"{_banded(chart.sentence, answered)}" if drawn else item_sentence(answered),
        verdict=figures.measure_verdict(answered) if drawn else None,
        chart=chart,
        drawn=drawn,
        items=items,
        notes=_notes(answered),
        means=meanings(answered),
        without=without(answered),
    )
    return view, said


def _banded(sentence: str, answered: dict[str, Any]) -> str:
    band = answered.get("band_label")
    if not band or answered.get("band") == NO_BANDS:
        return sentence
    return f"{sentence} Severity band now: {band.lower()}."


def _answers(chart: Chart, answered: dict[str, Any], zone: str) -> Chart:
    """Each time it was answered: without a total there is nothing to draw."""
    told = [(wall(p["at"], zone), p) for p in answered["points"]]
    rows = tuple(
        (f"{at.day} {at:%b %Y}", ", ".join(map(str, (p["items"] or {}).values())), _counts(p))
        for at, p in told
    )
    return Chart("", chart.svg, ("Date", "Items in order", "Counts"), rows, chart.ids)


def _counts(point: dict[str, Any]) -> str:
    if point.get("voided"):
        return "voided"
    return "yes" if point.get("usable", True) else "not used"


def item_sentence(answered: dict[str, Any]) -> str:
    """How the items moved, where each stands for itself."""
    items = answered.get("items", [])
    if not items:
        return "Not answered yet."
    told = [each["verdict"] for each in items]
    cases = sum(bool(each["at_caseness"]) for each in items)
    said = "Each item stands for itself; there is no total."
    if cases:
        said += f" {cases} of {count(len(items), 'item')} at caseness now."
    better, worse = told.count("reliably_better"), told.count("reliably_worse")
    if better or worse:
        said += f" {better} reliably better, {worse} reliably worse."
    return said


def _item(item: dict[str, Any]) -> ItemRow:
    case = item["at_caseness"]
    return ItemRow(
        label=item["label"],
        first=_value(item["first"]),
        latest=_value(item["latest"]),
        case="" if case is None else "at caseness" if case else "not at caseness",
        verdict=verdict(item["verdict"], item["change"])
        if item["verdict"]
        else Verdict("Not answered", "level", "same"),
    )


def _value(value: int | None) -> str:
    return "not answered" if value is None else str(value)


def _notes(answered: dict[str, Any]) -> list[str]:
    counting = [p for p in answered["points"] if p.get("usable", True) and not p.get("voided")]
    said = [
        class_words(answered.get("clinical_class")),
        trend_words(answered.get("trend"), len(counting)),
    ]
    return [each for each in said if each]


def meanings(answered: dict[str, Any]) -> list[str]:
    """What the cut-off and the threshold of reliable change are, and on whose word."""
    cut, change = answered.get("cut_off"), answered.get("reliable_change")
    said = [_sourced(cut) if cut else "No cut-off is published."]
    none = "No reliable change is published: a difference is told, not judged."
    return [*said, _sourced(change) if change else none]


def _sourced(told: dict[str, Any]) -> str:
    return f"{told['words']} Source: {told['source'].rstrip('.')}."


def without(answered: dict[str, Any]) -> str:
    """Why some of the points do not count; empty where all do."""
    voided = sum(bool(p.get("voided")) for p in answered["points"])
    unused = sum(not p.get("usable", True) and not p.get("voided") for p in answered["points"])
    said = []
    if voided:
        said.append(f"{count(voided, 'answer')} voided: crossed out, counted nowhere.")
    if unused:
        said.append(
            f"{count(unused, 'answer')} not used: the total on the form differs from its items."
        )
    return " ".join(said)
