"""The flag board in figures and one sentence: past the clock, near, median, in time. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

from services.web import words
from services.web.cases import Flag
from services.web.charts.words import count
from services.web.flagging.clocks import Clock


Tile = tuple[str, str, str, str]  # number, unit, words, tone
ClockOf = Callable[[Flag], Clock]


def summary(flags: list[Flag], clock: ClockOf) -> str:
    """The board in one sentence."""
    if not flags:
        return "No open flags. This does not mean no risk."
    safety = sum(flag.safety for flag in flags)
    past = sum(clock(flag).state == "over" for flag in flags)
    said = f"{count(len(flags), 'open flag')}, {safety} about safety"
    over = f"{past} {'is' if past == 1 else 'are'} past {'its' if past == 1 else 'their'} clock"
    return f"{said}; {over if past else 'none is past its clock'}."


def tiles(flags: list[Flag], clock: ClockOf) -> list[Tile]:
    """Each figure above the board."""
    past = [flag for flag in flags if clock(flag).state == "over"]
    near = [flag for flag in flags if clock(flag).state == "near"]
    took = took_to_acknowledge(flags)
    return [
        (str(len(past)), "past", f"their clock, {_about_safety(past)}", "over" if past else ""),
        (str(len(near)), "near", f"due within 4 hours, {_about_safety(near)}", _near(near)),
        (
            words.ago(took.total_seconds()) if took else "none",
            "median",
            "to acknowledge, of the open flags that somebody has",
            "",
        ),
        in_time(flags),
    ]


def _near(near: list[Flag]) -> str:
    return "near" if near else ""


def _about_safety(flags: list[Flag]) -> str:
    return f"{sum(flag.safety for flag in flags) or 'none'} about safety"


def in_time(flags: list[Flag]) -> Tile:
    """Of the flags somebody has, with a clock for acting: how many are acted on or still in it.

    It says nothing of those that nobody has, so how many of them are late stands beside it.
    """
    late = late_words(flags)
    timed = [flag for flag in flags if flag.clock and flag.clock["what"] == "act"]
    done = sum(flag.state == "actioned" for flag in flags)
    good = sum(not flag.clock["past"] for flag in timed if flag.clock) + done
    if not timed and not done:
        return ("none", "to act on", f"no acknowledged flag has a time to act; {late}", "")
    says = f"acknowledged flags that are acted on, or within their time to act; {late}"
    return (f"{good} of {len(timed) + done}", "in time to act", says, "")


def late_words(flags: list[Flag]) -> str:
    """How many flags nobody has acknowledged although their time for it is over."""
    clocks = [flag.clock for flag in flags if flag.clock and flag.clock["what"] == "acknowledge"]
    late = sum(clock["past"] for clock in clocks)
    if not late:
        return "none is past its time to be acknowledged"
    past = "is past its" if late == 1 else "are past their"
    return f"{count(late, 'flag')} {past} time to be acknowledged"


def took_to_acknowledge(flags: list[Flag]) -> timedelta | None:
    """The median time from raised to acknowledged."""
    times = [
        datetime.fromisoformat(f.acknowledged["at"]) - datetime.fromisoformat(f.raised_at)
        for f in flags
        if f.acknowledged
    ]
    return timedelta(seconds=median(t.total_seconds() for t in times)) if times else None
