"""Rows of a table as CSV (RFC 4180) that a spreadsheet shows and never runs."""

import csv
import io
import re
from collections.abc import Iterable, Sequence


# Excel takes a file without a byte order mark for the machine's old code page.
MARK = "\ufeff"
# A cell that begins so is a formula to a spreadsheet, also behind a tab or a line break (OWASP).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Where people write 3,14 a spreadsheet takes the semicolon for the end of a cell, quoted or not.
BEHIND_A_SEMICOLON = re.compile(r"(;\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def written(rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """Rows in UTF-8 with a byte order mark; what is unknown is an empty cell."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([_cell(cell) for cell in row] for row in rows)
    return (MARK + text.getvalue()).encode()


def _cell(value: str | int | None) -> str:
    """A cell's text. Our own numbers stay numbers, so -2 is -2; others' words get an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    inside = BEHIND_A_SEMICOLON.sub(r"\1'", value)
    return f"'{inside}" if inside.lstrip(" ").startswith(FORMULA) else inside
