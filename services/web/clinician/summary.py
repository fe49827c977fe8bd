"""The whole case in two sentences: goals, measures, the safety item. Pure."""

from dataclasses import dataclass
from typing import Any

from services.web.charts.words import Verdict, count, number


STANDING = 3  # measures whose words stand without opening anything


def case_sentence(goals: list[dict[str, Any]], unheard: int = 0) -> str:
    """How the goals stand; `unheard` more are agreed, of which the figures do not know yet."""
    if not unheard:
        return _standing(goals)
    more = f"{count(unheard, 'goal')} {'more ' if goals else ''}agreed, not in the figures yet."
    return f"{_standing(goals)} {more}" if goals else more


def _standing(goals: list[dict[str, Any]]) -> str:
    if not goals:
        return "No goals are agreed yet."
    rated = [goal for goal in goals if goal["points"]]
    if not rated:
        return f"{count(len(goals), 'goal')} agreed, none rated yet."
    verdicts = [of_goal(goal) for goal in rated]
    better, worse = verdicts.count("reliably_better"), verdicts.count("reliably_worse")
    if not better and not worse:
        return f"None of {_many(len(rated))} has changed reliably yet."
    said = (
        [f"{number(better).capitalize()} of {_many(len(rated))} {_is(better)} reliably better"]
        if better
        else []
    )
    if worse:
        one = number(worse) if said else f"{number(worse).capitalize()} of {_many(len(rated))}"
        said.append(f"{one} {_is(worse)} reliably worse")
    return f"{' and '.join(said)}."


def of_goal(goal: dict[str, Any]) -> str | None:
    """A goal's verdict; of a shared one worse if anybody's is, better only if everybody's is."""
    told = {line["verdict"] for line in goal.get("lines", [])}
    if goal["verdict"] or not told:
        verdict: str | None = goal["verdict"]
        return verdict
    if "reliably_worse" in told:
        return "reliably_worse"
    return told.pop() if len(told) == 1 else "no_reliable_change"


def _many(n: int) -> str:
    return "one goal" if n == 1 else f"{number(n)} goals"


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


@dataclass(frozen=True)
class Said:
    """What one measure says: its name, whose it is, where it stands, and what that means."""

    name: str
    sentence: str
    verdict: Verdict | None


def by_weight(said: list[Said]) -> list[Said]:
    """What got worse first, then what got better, then the rest; else as they came."""
    order = ("worse", "better", "same")
    return sorted(said, key=lambda each: order.index(each.verdict.tone) if each.verdict else 2)


def attendance_words(attendance: dict[str, int]) -> str:
    """Sessions by what became of them."""
    parts = [f"{count(attendance['attended'], 'session')} attended"]
    if attendance["did_not_attend"]:
        parts.append(f"{attendance['did_not_attend']} did not attend")
    if attendance["cancelled"]:
        parts.append(f"{attendance['cancelled']} cancelled")
    return ", ".join(parts)
