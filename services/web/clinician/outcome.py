"""What a case comes to, in words: its outcome with the rule, waiting, goal attainment. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.web.charts.words import count
from services.web.clinician.figures import name_of_measure


Who = Callable[[str | None], str]

# Domain sheet B.2 [S17][S20][S21]: both measures together; the limits count as reached.
RULE = (
    "Rule of NHS Talking Therapies, first and last score of PHQ-9 and GAD-7 together. At caseness: "
    "PHQ-9 10 or more, or GAD-7 8 or more. Recovered: at caseness first, below on both last. "
    "Reliably improved: PHQ-9 down by 6 or more or GAD-7 by 4 or more, and the other not up by as "
    "much. Reliably recovered: both."
)


@dataclass(frozen=True)
class Told:
    """One client's outcome: the sentence, and the scores that it rests on."""

    who: str
    words: str
    pairs: str


def outcomes(shown: dict[str, Any], who: Who) -> list[Told]:
    """A sentence for each client, with the pairs of scores behind it."""
    return [
        Told(
            who(each["client_id"]),
            each["words"],
            ", ".join(
                f"{name_of_measure(pair['measure'])} {pair['first']} → {pair['last']}"
                for pair in each["pairs"]
            ),
        )
        for each in shown.get("outcome", [])
    ]


def waiting_words(waiting: dict[str, Any] | None) -> str:
    """How long somebody waited for treatment, or waits; empty while the referral is unknown."""
    if not waiting or waiting["days"] is None:
        return ""
    days = count(waiting["days"], "day")
    if waiting["still_waiting"]:
        return f"Waiting for the first treatment session for {days}."
    if waiting["first_treatment_at"] is None:
        return f"No treatment session in {days} from the referral."
    limit = _limit(waiting)
    said = f"First treatment session {days} after the referral{limit}."
    gap = waiting["second_gap_days"]
    return f"{said} The second came {count(gap, 'day')} later." if gap is not None else said


def _limit(waiting: dict[str, Any]) -> str:
    """Against the two limits of NHS Talking Therapies, six and eighteen weeks."""
    if waiting["within_42"]:
        return ", within six weeks"
    return (
        ", within eighteen weeks" if waiting["within_126"] else ", after more than eighteen weeks"
    )


def attainment_words(shown: dict[str, Any], who: Who) -> list[str]:
    """The T score of the goals with described levels; for each client where there are several."""
    found = shown.get("attainment", [])
    several = sum(each["client_id"] is not None for each in found) > 1
    chosen = [each for each in found if several or each["client_id"] is None]
    return [_attained(each, who(each["client_id"]) if each["client_id"] else "") for each in chosen]


def _attained(told: dict[str, Any], whose: str) -> str:
    goals = count(told["goals"], "goal" if not whose else "line")
    of = f"{goals} by levels" if not whose else f"{whose}, {goals}"
    return (
        f"Goal attainment of {of}: T {told['t_score']:g}, from {told['at_start']:g} at the start. "
        "50 is every goal reached as agreed; above is better."
    )


CLASSES = {
    "recovered": "recovered: the change is reliable and crosses the cut-off to the healthy side",
    "improved": "improved: the change is reliable, the cut-off is not crossed",
    "unchanged": "unchanged: the change is within chance",
    "deteriorated": "deteriorated: the change for the worse is reliable",
    "harmed": "worsened into caseness: reliably worse, across the cut-off",
}


def class_words(code: str | None) -> str:
    """Jacobson and Truax's class of a change; empty where nothing can be said."""
    if code is None:
        return ""
    return f"Clinically significant change (Jacobson and Truax): {CLASSES.get(code, code)}."


def trend_words(trend: dict[str, Any] | None, scores: int) -> str:
    """The trend over all scores; empty while there are fewer than three."""
    if not trend or trend["per_week"] is None:
        return ""
    slope = trend["per_week"]
    way = f"{'+' if slope > 0 else '−' if slope < 0 else ''}{abs(slope):g} points a week"
    said = f"Trend over {count(scores, 'score')}: {way}"
    if trend["reliable"] is None:
        return f"{said}; no error of measurement is published, so it is not judged."
    index = f"{trend['index']:g}".replace("-", "−")
    sure = "more than chance" if trend["reliable"] else "within chance"
    return f"{said}, {sure} (reliable trend index {index}, beyond ±1.96 at 95 % confidence)."
