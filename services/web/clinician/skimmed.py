"""What of a case stands in its one line of the caseload: main goal and main measure. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from services.web import words
from services.web.charts.spark import spark
from services.web.charts.words import Verdict, rated
from services.web.clinician.figures import measure_verdict, name_of_measure, yardstick


WORSE = "reliably_worse"


@dataclass(frozen=True)
class GoalCell:
    """A case's main goal on its own scale; `whose` names no one where all ratings are one line."""

    first: str
    latest: str
    target: str
    kind: str
    spark: Markup
    verdict: Verdict


@dataclass(frozen=True)
class MeasureCell:
    """A case's main measure in points."""

    name: str
    latest: str
    first: str  # empty while there is one score only
    verdict: Verdict


def main_goal(goals: list[dict[str, Any]]) -> GoalCell | None:
    """The goal that got worse, else the one rated last; of a shared one the line that looks worst.

    Whoever skims the list must not miss a fall because another goal was rated after it.
    """
    told = [goal for goal in goals if _counting(goal)]
    if not told:
        return None
    goal = max(told, key=_skimmed)
    line, points = _main_line(goal)
    on = yardstick(goal)
    return GoalCell(
        first=on.value(line["first"]),
        latest=on.value(line["latest"]),
        target=on.value(goal["target"]),
        kind=words.said(words.KINDS, goal["kind"]),
        spark=spark([point["value"] for point in points], goal["target"], on),
        verdict=rated(line["verdict"], line["change"]),
    )


def _skimmed(goal: dict[str, Any]) -> tuple[bool, datetime]:
    """Worse first, then the newest rating."""
    worse = _main_line(goal)[0]["verdict"] == WORSE
    return worse, datetime.fromisoformat(_counting(goal)[-1]["at"])


def _counting(goal: dict[str, Any]) -> list[dict[str, Any]]:
    return [point for point in goal["points"] if not point.get("voided")]


def _main_line(goal: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What stands for a goal, and the points of it: its own ratings, else the worst line."""
    points = _counting(goal)
    if goal["first"] is not None:  # the client's word, where the client rates
        return goal, [point for point in points if point["by"] == "client"] or points
    line = min(goal["lines"], key=lambda each: (each["verdict"] != WORSE, each["change"]))
    whose = (line["client_id"], line["by"])
    return line, [p for p in points if (p["client_id"], p["by"]) == whose]


def main_measure(measures: list[dict[str, Any]]) -> MeasureCell | None:
    """The one that got worse, else one that can be judged; of several the one answered last.

    None of those whose items stand for themselves.
    """
    told = [each for each in measures if each.get("latest") is not None]
    if not told:
        return None
    chosen = max(told, key=_weight)
    several = chosen["verdict"] != "first_score"
    return MeasureCell(
        name=name_of_measure(chosen["measure"]),
        latest=chosen["latest_points"],
        first=chosen["first_points"] if several else "",
        verdict=measure_verdict(chosen),
    )


def _weight(measure: dict[str, Any]) -> tuple[bool, bool, datetime]:
    verdict = measure["verdict"]
    answered = datetime.fromisoformat(measure["points"][-1]["at"])
    return verdict == WORSE, verdict != "no_published_threshold", answered
