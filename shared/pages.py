"""Parts of a list: cursors, where the next page begins, as one opaque word; chosen ids."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Query

from shared.errors import Invalid


Row = TypeVar("Row")
MOST_IDS = 200


def cursor_of(*parts: object) -> str:
    """An opaque word for the sort values of a page's last row."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in parts]).encode()).decode()


def parts_of(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The sort values in a cursor, each made by its kind. Invalid, naming `after`, if not ours."""
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return tuple(_bindable(kind(part)) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Invalid.of("after", "is not a cursor that a list gave") from None


def _bindable(part: Any) -> Any:
    """A value that the database takes, or ValueError: anybody can make a cursor."""
    if isinstance(part, datetime):
        if part.tzinfo is None:
            raise ValueError("no offset: a moment in nobody's zone")
        return part.astimezone(UTC)
    if isinstance(part, str) and "\0" in part.encode().decode():
        raise ValueError("NUL")  # and UnicodeEncodeError, a ValueError, for half a character
    if isinstance(part, int) and abs(part) >= 1 << 63:
        raise ValueError("larger than any column")
    return part


def paged(
    rows: Sequence[Row], limit: int, sort: Callable[[Row], tuple[object, ...]]
) -> tuple[list[Row], str | None]:
    """Of `limit + 1` rows asked for: the page, and the next one's cursor when there are more."""
    page = list(rows[:limit])
    return page, cursor_of(*sort(page[-1])) if len(rows) > limit else None


def part_of(
    every: Iterable[Row],
    limit: int,
    after: str | None,
    sort: Callable[[Row], tuple[Any, ...]],
    kinds: Sequence[Callable[[str], Any]],
) -> tuple[list[Row], str | None]:
    """Of a whole list, in any order: the page behind a cursor as `sort` has it, and the next one's.

    `kinds` make the sort values from a cursor. Invalid, naming `after`, for one that is not ours.
    """
    place = parts_of(after, *kinds)
    rows = [row for row in every if place is None or sort(row) > place]
    return paged(sorted(rows, key=sort), limit, sort)


async def _chosen(ids: Annotated[list[str] | None, Query()] = None) -> list[UUID] | None:
    if ids is None:
        return None
    parts = [part for given in ids for part in given.split(",") if part]
    if len(parts) > MOST_IDS:
        raise Invalid.of("ids", f"must have at most {MOST_IDS} entries")
    try:
        return [UUID(part) for part in parts]
    except ValueError:
        raise Invalid.of("ids", "must be UUIDs") from None


# `?ids=a,b` or `?ids=a&ids=b`; None when a list is not narrowed to some ids.
Ids = Annotated[list[UUID] | None, Depends(_chosen)]
