"""Cursors: what a list gave comes back; what somebody made up is refused before the database."""

import base64
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.errors import Invalid
from shared.pages import cursor_of, paged, part_of, parts_of


def made(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def test_a_cursor_holds_the_last_rows_place() -> None:
    place = (datetime(2026, 3, 1, 12, tzinfo=UTC), uuid4())
    kinds = (datetime.fromisoformat, type(place[1]))
    assert parts_of(cursor_of(*place), *kinds) == place
    assert parts_of(None, *kinds) is None


def test_a_page_is_followed_by_another_only_when_there_are_more_rows() -> None:
    page, following = paged([1, 2, 3], 2, lambda row: (row,))
    assert (page, following) == ([1, 2], cursor_of(2))
    assert paged([1, 2], 2, lambda row: (row,)) == ([1, 2], None)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_the_pages_of_a_whole_list_are_all_of_it_in_order_each_once(limit: int) -> None:
    found: list[tuple[int, str]] = []
    after, every = None, [(2, "a"), (1, "b"), (1, "a")]
    for _ in range(-(-len(every) // limit)):
        page, after = part_of(every, limit, after, lambda row: row, (int, str))
        found += page
        assert len(page) <= limit
    assert (found, after) == ([(1, "a"), (1, "b"), (2, "a")], None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        made(),
        made("2026-03-01T12:00:00+00:00", "more"),
        made("soon"),
        made(7),
        made(None),
        made("9999-12-31T23:59:59-23:00"),
        made("2026-03-01T12:00:00"),
        made("0001-01-01T00:00:00+23:00"),
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"[5, 6]").decode(),
        base64.urlsafe_b64encode(b"[{}, []]").decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff").decode(),
    ],
)
def test_a_cursor_that_somebody_made_up_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        parts_of(cursor, datetime.fromisoformat)
    assert [error.field for error in refused.value.errors] == ["after"]


def test_no_cursor_holds_what_the_database_would_refuse() -> None:
    with pytest.raises(Invalid):
        parts_of(made("a\0b"), str)
