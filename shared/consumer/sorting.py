"""Next, repeat, early or foreign: what a record is to somebody who has read up to a place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from shared import record as wire
from shared.bus import Record
from shared.headers import GENESIS, INCARNATION, MARKER, SEQUENCE, SOURCE, TYPE
from shared.slim import Slim


DIGITS = 19  # of a number that no publisher reaches, and that no column holds
_INCARNATION = re.compile(rb"^[1-9][0-9]{0,8}-[0-9a-f]{1,32}$")


class Clash(Exception):
    """One number, two events: the log or the database is not what it was. Everything stops."""


@dataclass(slots=True)
class Place:
    """How far one consumer has read one partition. The row in `consumed` is the truth about it."""

    next_offset: int = 0
    incarnation: str = ""  # none until the partition's genesis was read
    last_sequence: int = 0
    last_id: UUID | None = None
    topic_id: UUID | None = None
    paused_since: datetime | None = None


@dataclass(slots=True)
class Sorted:
    """One partition's records, sorted, and the place that holds once `next` is handled."""

    place: Place
    next: list[Record] = field(default_factory=list)
    foreign: list[Record] = field(default_factory=list)
    early: list[Record] = field(default_factory=list)
    repeats: int = 0

    @property
    def moved(self) -> bool:
        """Whether there is anything to write down."""
        return bool(self.next or self.foreign or self.repeats)


def sort(records: Sequence[Record], place: Place, publisher: str) -> Sorted:
    """Sort one partition's records by (incarnation, sequence) against what was read.

    *next* is exactly the number behind the last one, and is to be handled, in this order; *repeat*
    was read before; *early* is further ahead: it comes again, or is a stray, and moves nothing;
    *foreign* is not this publisher's, whatever its number. Clash when the last number comes again
    with another event.
    """
    found = Sorted(replace(place))
    here = found.place
    ours = _ours(publisher, here)
    expected = here.last_sequence + 1
    last: Record | None = None
    for record in records:
        value = None
        if type(record) is Slim and (record.incarnation, record.source) == ours:
            value = record.sequence  # nearly every record
        if value and value.isdigit() and len(value) < DIGITS:
            number = int(value)
        else:
            number = _slowly(record, found, publisher)
            if number == _ENTERED:
                ours, expected, last = _ours(publisher, here), 1, None
            if number < 0:
                continue
        if number > expected:
            found.early.append(record)
            continue
        here.next_offset = record.offset + 1
        if number == expected:
            found.next.append(record)
            last = record
            expected += 1
            continue
        if number == expected - 1:
            _same(record, last, here.last_id)
        found.repeats += 1
    here.last_sequence = expected - 1
    if last is not None:
        here.last_id = wire.known_id(last)
    return found


def _ours(publisher: str, here: Place) -> tuple[bytes, bytes] | None:
    """What a record of ours says; before any genesis was read none is."""
    return (here.incarnation.encode(), wire.source(publisher)) if here.incarnation else None


_DONE, _ENTERED = -1, -2


def _slowly(record: Record, found: Sorted, publisher: str) -> int:
    """The number of a record whose headers stand otherwise; negative when all is done with it."""
    here = found.place
    number = wire.header(record, SEQUENCE) or b""
    incarnation = wire.header(record, INCARNATION) or b""
    theirs = wire.header(record, SOURCE)
    if (
        not number.isdigit()
        or len(number) >= DIGITS
        or theirs != wire.source(publisher)
        or not _INCARNATION.match(incarnation)
    ):
        return _foreign(record, found)
    kind = wire.header(record, TYPE)
    if kind == GENESIS.encode():
        return _genesis(record, found, incarnation.decode())
    if not here.incarnation:
        found.early.append(record)  # nothing is known yet: it may well come again
        return _DONE
    if incarnation.decode() == here.incarnation:
        return int(number)
    if enters(record, here, publisher):
        return _entered(record, found, incarnation.decode())
    if counter(incarnation.decode()) < counter(here.incarnation):
        found.repeats += 1
        here.next_offset = record.offset + 1
        return _DONE
    # A higher incarnation is entered by its marker and by nothing else.
    return _foreign(record, found)


def enters(record: Record, here: Place, publisher: str) -> bool:
    """Whether this is the marker of a higher incarnation of this very topic.

    A forged one would make all that is still to come look like the past: production lets only the
    relay's principal write, and who does not know the topic's generation is not believed.
    """
    incarnation = wire.header(record, INCARNATION) or b""
    return (
        wire.header(record, TYPE) == MARKER.encode()
        and wire.header(record, SEQUENCE) == b"0"
        and wire.header(record, SOURCE) == wire.source(publisher)
        and bool(_INCARNATION.match(incarnation))
        and counter(incarnation.decode()) > counter(here.incarnation)
        and here.topic_id is not None
        and wire.known_id(record) == here.topic_id
    )


def _entered(record: Record, found: Sorted, incarnation: str) -> int:
    here = found.place
    found.repeats += 1
    here.next_offset = record.offset + 1
    here.incarnation, here.last_id = incarnation, None
    return _ENTERED


def _genesis(record: Record, found: Sorted, incarnation: str) -> int:
    here = found.place
    generation = wire.known_id(record)
    if generation is None or here.topic_id not in (None, generation):
        return _foreign(record, found)
    found.repeats += 1
    here.next_offset = record.offset + 1
    if here.topic_id is None:
        here.topic_id, here.incarnation = generation, incarnation
        return _ENTERED
    return _DONE


def _foreign(record: Record, found: Sorted) -> int:
    found.foreign.append(record)
    found.place.next_offset = record.offset + 1
    return _DONE


def _same(record: Record, last: Record | None, last_id: UUID | None) -> None:
    known = wire.known_id(last) if last is not None else last_id
    if known is not None and wire.known_id(record) != known:
        raise Clash(
            f"{record.topic} {record.partition}: the record at {record.offset} carries the number"
            " of another event"
        )


def counter(incarnation: str) -> int:
    """The counting part of an incarnation."""
    return int(incarnation.partition("-")[0] or 0)
