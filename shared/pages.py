"""Cursors: where the next page of a list begins, as one opaque word."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from shared.errors import Invalid


Row = TypeVar("Row")


def cursor_of(*parts: object) -> str:
    """An opaque word for the sort values of a page's last row."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in parts]).encode()).decode()


def parts_of(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The sort values in a cursor, each made by its kind. Invalid, naming `after`, if not ours."""
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, binascii.Error):
        raise Invalid.of("after", "is not a cursor that a list gave") from None


def paged(
    rows: Sequence[Row], limit: int, sort: Callable[[Row], tuple[object, ...]]
) -> tuple[list[Row], str | None]:
    """Of `limit + 1` rows asked for: the page, and the next one's cursor when there are more."""
    page = list(rows[:limit])
    return page, cursor_of(*sort(page[-1])) if len(rows) > limit else None
