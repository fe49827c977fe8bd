"""From the projection's answers to charts: points in the clinic's wall time."""

from dataclasses import replace
from itertools import pairwise
from math import ceil, floor
from typing import Any

from services.web import words
from services.web.charts.domains import Standing
from services.web.charts.drawing import Chart
from services.web.charts.goal import Aimed, Rated, goal_chart
from services.web.charts.measure import measure_chart
from services.web.charts.scores import Band, Measure, Score, safety_sentence
from services.web.charts.target import Earlier
from services.web.charts.words import Verdict, verdict
from services.web.charts.yardstick import LEVELS, TEN, Yardstick
from services.web.walltime import wall
from shared.events.measures import Direction, UnknownMeasure, definition
from shared.events.measures import Measure as Definition


def yardstick(goal: dict[str, Any]) -> Yardstick:
    """The scale on which a goal is rated."""
    if goal.get("method") == "gas":
        return LEVELS
    return replace(TEN, reliable=goal.get("reliable_change", TEN.reliable))


def chart_of_goal(
    name: str,
    title: str,
    goal: dict[str, Any],
    points: list[dict[str, Any]],
    aim: Aimed,
    zone: str,
) -> Chart:
    """A goal's chart from these of its points; `name` makes its ids unlike other charts'."""
    rated = [Rated(wall(p["at"], zone), p["value"], p["by"], bool(p.get("voided"))) for p in points]
    chart = goal_chart(f"goal-{name}", title, aim, rated, yardstick(goal))
    return replace(chart, ids=tuple(p.get("rating_id", "") for p in points))


def aimed(goal: dict[str, Any], versions: list[dict[str, Any]], zone: str) -> Aimed:
    """The target and the earlier ones, from what was agreed (the newest first)."""
    earlier = [
        Earlier(wall(newer["made_at"], zone), older["target"])
        for older, newer in pairwise(reversed(versions))
        if older["target"] != newer["target"]
    ]
    return Aimed(goal["target"], tuple(earlier))


def chart_of_measure(number: int, answered: dict[str, Any], zone: str) -> tuple[Chart, str | None]:
    """A measure's chart, and what its safety item said last. Raises UnknownMeasure."""
    known = definition(answered["measure"].lower())
    measure = chart_measure(known)
    scores = [
        Score(
            wall(p["at"], zone),
            p["total"],
            safety_value(p, measure.safety_item),
            _without(p),
            prorated(known, p),
        )
        for p in answered["points"]
    ]
    chart = measure_chart(f"measure-{number}", measure, scores)
    ids = tuple(p.get("response_id", "") for p in answered["points"])
    return replace(chart, ids=ids), safety_sentence(measure, scores)


def prorated(known: Definition, point: dict[str, Any]) -> str:
    """`9 of 10 items` where the total stands for items without an answer; else empty."""
    answered, asked = len(point.get("items") or ()), len(known.numbers)
    if not known.scoring.may_miss or not answered or answered == asked:
        return ""
    return f"{answered} of {asked} items"


def _without(point: dict[str, Any]) -> str:
    """Why a point does not count; empty when it does."""
    if point.get("voided"):
        return "voided"
    return "" if point.get("usable", True) else "not used"


def safety_value(point: dict[str, Any], item: str | None) -> int | None:
    """The safety item's answer at a point; None when it is unknown."""
    known = point.get("safety") or {}
    value: int | None = known.get(item) if item else None
    return value


def chart_measure(known: Definition) -> Measure:
    """What the chart needs of a measure's definition, in the units that its totals are told in."""
    unit, (lowest, highest) = known.per_point, known.range
    case = known.caseness if known.has_total else None
    bands = tuple(
        Band(
            band.label.lower() if known.bands.steps else "",
            ceil(band.lowest * unit),
            floor(band.highest * unit),
        )
        for band in known.steps
    )
    screens = [one.total for one in known.cut_offs if one.code == "positive_screen"]
    return Measure(
        name=known.name,
        lowest=lowest,
        highest=highest,
        bands=bands if known.bands.steps else (Band("", lowest, highest),),
        cut_off=ceil(case.total * unit) if case else None,
        beyond=bool(case and case.beyond),
        reliable=known.threshold if known.has_total else None,
        safety_item=str(known.safety_items[0].item) if known.safety_items else None,
        rising=known.direction is Direction.HIGHER_IS_BETTER,
        per_point=unit,
        screen=ceil(screens[0] * unit) if screens and not case else None,
    )


def name_of_measure(code: str) -> str:
    """`PHQ-9`, also for a measure that we have no definition of."""
    try:
        return definition(code.lower()).name
    except UnknownMeasure:
        return code.upper()


def way_of_measure(code: str) -> str:
    """`lower is better`."""
    return chart_measure(definition(code.lower())).way


AGREED = ("active", "on_hold", "achieved", "not_achieved", "open_at_closing")


def standings(goals: list[dict[str, Any]]) -> list[Standing]:
    """The agreed goals as the eight domains show them: one for each line of a shared goal."""
    return [
        Standing(goal["kind"], first, latest, goal["target"], yardstick(goal))
        for goal in goals
        if goal["kind"] in words.KINDS and goal.get("status", "active") in AGREED
        for first, latest in ends(goal)
    ]


def ends(goal: dict[str, Any]) -> list[tuple[int | None, int | None]]:
    """First and latest rating of a goal; of a shared one, of each of those who rate it."""
    if goal["first"] is not None or not goal.get("lines"):
        return [(goal["first"], goal["latest"]) if goal["points"] else (None, None)]
    return [(line["first"], line["latest"]) for line in goal["lines"]]


def measure_verdict(answered: dict[str, Any]) -> Verdict:
    """The verdict on a measure, its change in points."""
    return verdict(answered["verdict"], answered["change"], answered.get("change_points"))
