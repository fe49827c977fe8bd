"""Every oracle holds, and the page that shows them is fresh."""

import pytest

from tests.oracles.page import FILE, ROWS, page
from tests.oracles.row import Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.id}-{row.what}")
def test_what_must_come_out_comes_out(row: Row) -> None:
    assert row.holds, f"{row.what}: expected {row.expected}, found {row.found}"


def test_the_page_is_fresh() -> None:
    """After a change: python -m tests.oracles.page."""
    assert FILE.read_text() == page()
