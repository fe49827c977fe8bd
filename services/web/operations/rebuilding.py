"""A rebuild in words: its state, how far it is, what the comparison found. Pure."""

from typing import Any

from services.web import words
from services.web.charts.words import count


STATES = {
    "asked": "Asked for",
    "building": "Reading the log",
    "compared": "Compared, ready to switch",
    "switched": "Switched: everybody reads it",
    "switched_back": "Switched back",
    "given_up": "Given up",
}
NOTHING_DONE = ("refused", "failed")  # how what came of an act begins that changed nothing
TURNING = {"switch": "Switching to it", "switch_back": "Switching back"}


def state_words(told: dict[str, Any]) -> str:
    """Where a rebuild stands; on its way to another place, that."""
    if turning := told.get("turning"):
        return words.said(TURNING, turning)
    if told["state"] == "switched" and told.get("live") not in (None, told["version"]):
        return "Switched, and replaced by a later one since"
    return words.said(STATES, told["state"])


def share(told: dict[str, Any]) -> float:
    """How much of the log is read, from 0 to 1; what everybody reads, or read, has read it all.

    What came since is not part of it, however long the log grows.
    """
    if told["state"] in ("switched", "switched_back"):
        return 1.0
    total = told["events_total"]
    return min(1.0, told["events_done"] / total) if total else 0.0


def bar(told: dict[str, Any]) -> int:
    """The same in percent, as a native progress bar takes it."""
    return int(share(told) * 100)


def progress_words(told: dict[str, Any]) -> str:
    """`82 %, 3,700 of 4,500 events, 9,000 a second, about 50 s left`."""
    if told["state"] == "asked":
        return "waits for the worker, which begins within a second"
    done, total = told["events_done"], told["events_total"]
    if share(told) == 1.0:  # what came since is not part of it
        return f"100 %, {done:,} events"
    said = [f"{bar(told)} %", f"{done:,} of {total:,} events"]
    if told["events_per_second"]:
        said.append(f"{told['events_per_second']:,.0f} a second")
    if told["seconds_left"] is not None:
        said.append(f"about {words.ago(told['seconds_left'])} left")
    return ", ".join(said)


def result_words(told: dict[str, Any]) -> str:
    """What the row-by-row comparison found; what it has not found yet is not told as none."""
    if told["equal"] is None:
        return "not compared yet"
    differ = told["different"] + told["only_live"] + told["only_rebuilt"]
    if not differ:
        return f"all {count(told['equal'], 'case')} equal in what stands now{_still(told)}"
    return (
        f"{told['equal']} equal, {told['different']} different, {told['only_live']} only in the"
        f" live version, {told['only_rebuilt']} only in the rebuilt one"
        f"{_still(told)}"
    )


def _still(told: dict[str, Any]) -> str:
    """A version is no better than the log: what nobody can read there blocks its case there too."""
    if not (number := told.get("stand_still")):
        return ""
    whose = f"{count(number, 'case')} of the rebuilt one"
    return f"; {whose} {'stands' if number == 1 else 'stand'} still: an event cannot be read"


def before_words(told: dict[str, Any]) -> str:
    """Which version was live before this one; until it is switched to, the one that is."""
    if told["previous"] is not None:
        return str(told["previous"])
    live = told.get("live")
    return str(live) if live not in (None, told["version"]) else "none"


def live_words(told: dict[str, Any]) -> str:
    """Which version everybody reads now, whatever became of this one."""
    live = told.get("live")
    return "none" if live is None else f"version {live}"


def back_at(told: dict[str, Any]) -> str | None:
    """When all went back from this version; None where they did not. A refusal went nowhere."""
    if told["state"] != "switched_back":
        return None
    gone = [
        each["done_at"]
        for each in told["acts"]
        if each["act"] == "switch_back"
        and each["done_at"]
        and not (each["outcome"] or "").startswith(NOTHING_DONE)
    ]
    return gone[-1] if gone else None
