"""Records as our relays write them, kept small while they wait to be folded.

Of each header a client makes a tuple, a text and bytes: with eleven of them a record is two to
three kilobytes, which no cache holds any more by the time that a batch is sorted and folded. Most
of them say nothing that does not follow from the rest, and can go while they are still at hand.
"""

from msgspec import Struct

from shared.bus import Entry, Headers
from shared.headers import (
    CLINIC,
    CONTENT,
    ID,
    INCARNATION,
    JSON,
    PARTITION_KEY,
    SEQUENCE,
    SOURCE,
    SPECIFICATION,
    SUBJECT,
    TIME,
    TYPE,
    VERSION,
)


# As our relays write them, in this order.
_ALWAYS = (
    *(SEQUENCE, INCARNATION, SOURCE, ID, TYPE, TIME),
    *(VERSION, CONTENT, SUBJECT, PARTITION_KEY, CLINIC),
)
_FIELDS = {
    SEQUENCE: "sequence",
    INCARNATION: "incarnation",
    SOURCE: "source",
    ID: "id",
    TYPE: "type",
    TIME: "time",
    CLINIC: "clinic",
}


class Slim(Struct, gc=False):
    """A record whose headers are those of our relays, in their order; they are what they were.

    A stranger may have left a header without its value.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    sequence: bytes | None
    incarnation: bytes | None
    source: bytes | None
    id: bytes | None
    type: bytes | None
    time: bytes | None
    clinic: bytes | None
    more: tuple[tuple[str, bytes], ...]  # headers that follow: a trace

    @property
    def headers(self) -> Headers:
        """All headers, in their order."""
        front = (self.sequence, self.incarnation, self.source, self.id, self.type, self.time)
        said = (*front, SPECIFICATION, JSON, self.key, self.key, self.clinic)
        return (*zip(_ALWAYS, said, strict=True), *self.more)  # type: ignore[arg-type]

    def said(self, name: str) -> bytes | None:
        """One header's value; None when it is absent."""
        if field := _FIELDS.get(name):
            found: bytes | None = getattr(self, field)
            return found
        return next((value for each, value in self.headers if each == name), None)


def small(topic: str, partition: int, record: Entry) -> Slim | None:
    """A record of our relays, kept small; None for one that says anything else."""
    key, headers = record.key, record.headers
    if len(headers) < len(_ALWAYS):
        return None
    (
        (a, sequence),
        (b, incarnation),
        (c, source),
        (d, id_),
        (e, kind),
        (f, time),
        (g, version),
        (h, content),
        (i, subject),
        (j, partition_key),
        (k, clinic),
        *more,
    ) = headers
    if (a, b, c, d, e, f, g, h, i, j, k) != _ALWAYS:
        return None
    if version != SPECIFICATION or content != JSON:
        return None
    if subject != key or partition_key != key:
        return None
    front = (sequence, incarnation, source, id_, kind, time)
    place = (topic, partition, record.offset, record.timestamp)
    return Slim(*place, key, record.value, *front, clinic, tuple(more))
