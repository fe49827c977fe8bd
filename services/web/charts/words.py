"""The words of charts: numbers, spans of time, verdicts. Pure; pictures repeat them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


@dataclass(frozen=True)
class Verdict:
    """What a change means: words first, an arrow for its direction, a tone for good or bad."""

    words: str
    arrow: str  # up, down, level
    tone: str  # better, worse, same


def number(n: int) -> str:
    """Small numbers as words."""
    return NUMBERS[n] if 0 <= n < len(NUMBERS) else str(n)


def full_date(when: date) -> str:
    """`9 September 2026`: where a day may be of any year."""
    return f"{when.day} {when:%B %Y}"


def count(n: int, one: str, many: str | None = None) -> str:
    """`2 ratings`, `1 rating`."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def others(n: int, one: str) -> str:
    """`The other rating`, `The other 3 ratings`."""
    return f"The other {one}" if n == 1 else f"The other {count(n, one)}"


def every(n: int, one: str) -> str:
    """`The one rating`, `Both ratings`, `All 3 ratings`."""
    few = {1: f"The one {one}", 2: f"Both {one}s"}
    return few.get(n, f"All {count(n, one)}")


def signed(n: int) -> str:
    """A change with its sign, a real minus."""
    return f"+{n}" if n > 0 else f"−{-n}" if n < 0 else "0"


def span(start: datetime, end: datetime) -> str:
    """How long something took, as people say it."""
    days = (end - start) // timedelta(days=1)
    if days < 1:
        return "on one day"
    if days < 14:
        return f"in {number(days)} {'day' if days == 1 else 'days'}"
    return f"in {number(days // 7)} weeks"


def minus(said: str) -> str:
    """A change that a service told in points, with its sign and a real minus."""
    if said.startswith("-"):
        return f"−{said[1:]}"
    return said if said == "0" else f"+{said}"


def verdict(code: str | None, change: int | None, points: str | None = None) -> Verdict:
    """The verdict on a goal or a measure in words; the arrow only follows the number.

    `points` is the change as people say it, where `change` counts something finer.
    """
    moved = change or 0
    arrow = "up" if moved > 0 else "down" if moved < 0 else "level"
    by = signed(moved) if points is None else minus(points)
    match code:
        case "reliably_better":
            return Verdict(f"Reliably better, {by}", arrow, "better")
        case "reliably_worse":
            return Verdict(f"Reliably worse, {by}", arrow, "worse")
        case "no_reliable_change":
            return Verdict(f"No reliable change, {by}", "level", "same")
        case "no_published_threshold":
            return Verdict(f"No published threshold, {by}", "level", "same")
        case "not_comparable":
            return Verdict("Not comparable with the first", "level", "same")
        case "first_score":
            return Verdict("First score", "level", "same")
        case _:
            return Verdict("Not rated yet", "level", "same")


def rated(code: str | None, change: int | None) -> Verdict:
    """The verdict on ratings of a goal: what a measure calls a score is a rating here."""
    if code == "first_score":
        return Verdict("First rating", "level", "same")
    return verdict(code, change)
