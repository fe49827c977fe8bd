"""Many small rows in one bytes value, which is appended to often and unpacked seldom.

A case's history would be most of the work of each event if it were unpacked and packed again; so
the fold only looks at the last row and appends. Only what came late or is shown unpacks.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID


BEGINNING = datetime(1, 1, 1, tzinfo=UTC)  # no instant is negative: bytes sort as times do
MICROSECOND = timedelta(microseconds=1)
# The calendar's first and last year are no time of anything: beyond them no day can be counted.
EARLIEST = (datetime(2, 1, 1, tzinfo=UTC) - BEGINNING) // MICROSECOND
LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - BEGINNING) // MICROSECOND


def octets(id_: UUID) -> bytes:
    """The 16 bytes of an id: `id_.bytes` without its cost, paid three times an event."""
    return id_.int.to_bytes(16)


def text_of(id_: bytes) -> str:
    """An id as text: what `str(UUID(bytes=id_))` is, at a third of its cost."""
    digits = id_.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def micros(at: datetime) -> int:
    """An instant as whole microseconds: exact, and sorts as the instants do."""
    return (at - BEGINNING) // MICROSECOND


def stamp(at: datetime) -> int:
    """The same of a moment that a fact tells. ValueError in the calendar's first or last year."""
    found = (at - BEGINNING) // MICROSECOND
    if EARLIEST <= found < LATEST:
        return found
    raise ValueError("a time beyond which no day can be counted")


def instant(at: int) -> datetime:
    """The instant of `micros`."""
    return BEGINNING + timedelta(microseconds=at)


class Layout:
    """Rows of one struct layout whose first field is an instant in microseconds."""

    def __init__(self, fields: str) -> None:
        self.fields = fields
        self._struct = struct.Struct(">Q" + fields)
        self.size = self._struct.size
        self.pack = self._struct.pack

    def rows(self, packed: bytes) -> Iterator[tuple[Any, ...]]:
        """All rows, oldest first."""
        return self._struct.iter_unpack(packed)

    def last(self, packed: bytes) -> tuple[Any, ...]:
        """The newest row; there must be one."""
        return self._struct.unpack_from(packed, len(packed) - self.size)

    def add(self, packed: bytes, row: bytes) -> tuple[bytes, bool]:
        """`packed` with a row at its place in time, and whether it is the newest.

        It comes behind those of the same instant: they came first.
        """
        if not packed or packed[-self.size : 8 - self.size] <= row[:8]:
            return packed + row, True
        place = len(packed)
        while place and packed[place - self.size : place - self.size + 8] > row[:8]:
            place -= self.size
        return packed[:place] + row + packed[place:], False

    def put(self, packed: bytes, row: bytes) -> bytes:
        """`packed` with a row instead of the one of its id (the field behind the instant).

        Of the same instant it keeps its place: it stands where it would, had it come so at once.
        """
        for place in range(0, len(packed), self.size):
            if packed[place : place + 24] == row[:24]:
                return packed[:place] + row + packed[place + self.size :]
        return self.add(self.without(packed, row[8:24]), row)[0]

    def find(self, packed: bytes, row_id: bytes) -> bytes | None:
        """The row of this id, if there is one."""
        for place in range(0, len(packed), self.size):
            if packed[place + 8 : place + 24] == row_id:
                return packed[place : place + self.size]
        return None

    def restore(self, packed: bytes, row: bytes) -> bytes:
        """`packed` with a corrected row where it would stand had it come right at once.

        Only for layouts that end in the number of the row's coming: two bytes.
        """
        rows = [row, *(packed[n : n + self.size] for n in range(0, len(packed), self.size))]
        rows.sort(key=_by_time_and_coming)
        return b"".join(rows)

    def unpack(self, row: bytes) -> tuple[Any, ...]:
        """One row's fields."""
        return self._struct.unpack(row)

    def without(self, packed: bytes, row_id: bytes) -> bytes:
        """`packed` without the row of this id (the field behind the instant), if there is one."""
        for place in range(0, len(packed), self.size):
            if packed[place + 8 : place + 24] == row_id:
                return packed[:place] + packed[place + self.size :]
        return packed


def _by_time_and_coming(row: bytes) -> bytes:
    return row[:8] + row[-2:]
