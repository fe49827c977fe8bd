"""A processor without one of its protections: the control of the whole campaign.

`make campaign WITHOUT=sequence` must end red: else the campaign would not notice that it is gone.
Each is taken out of the running service's own code, and it is an error when there is nothing to
take out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.progress.projection import apply, store
from services.progress.projection.target import LIVE
from shared.bus import Record
from shared.consumer import places, sorting
from shared.consumer.sorting import Place, Sorted


PROTECTIONS = ("row", "sequence", "version")
VERSION = "where held.version = excluded.version - 1"
LOCKED = "for update"


@dataclass(frozen=True)
class Change:
    """What stands where, instead of the service's own."""

    owner: Any
    name: str
    value: Any


def take_away(protection: str) -> None:
    """From now on this process works without it."""
    for change in changes(protection):
        assert getattr(change.owner, change.name) != change.value, f"{protection} is elsewhere now"
        setattr(change.owner, change.name, change.value)


def changes(protection: str) -> list[Change]:
    """What has to be otherwise for it."""
    match protection:
        case "row":
            unlocked = places._LOCK.replace(LOCKED, "")
            return [Change(store, "lock_number", _no_lock), Change(places, "_LOCK", unlocked)]
        case "sequence":
            return [Change(apply, "sort", unchecked)]
        case "version":
            unguarded = LIVE.rows.save.replace(VERSION, "")
            return [Change(LIVE.rows, "save", unguarded)]
    raise ValueError(f"{protection} is none of {', '.join(PROTECTIONS)}")


async def _no_lock(*_: object) -> None:
    """Nobody waits for anybody."""


def unchecked(records: Sequence[Record], place: Place, publisher: str) -> Sorted:
    """Whatever comes is taken for what comes next."""
    found = sorting.sort(records, place, publisher)
    found.next = list(records)
    return found
