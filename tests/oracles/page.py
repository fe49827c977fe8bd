"""`python -m tests.oracles.page` writes docs/reference/oracles.md from the rows."""

from pathlib import Path

from tests.oracles import formulas, scores
from tests.oracles.row import Row


FILE = Path(__file__).parents[2] / "docs" / "reference" / "oracles.md"
ROWS = [*formulas.ROWS, *scores.ROWS]
HEAD = """# Numbers that must come out

Published and derived results that `make test` holds the scores and formulas to. This page is
printed from those tests by `python -m tests.oracles.page`.

| | What | Expected | Found | Source |
|---|---|---|---|---|
"""


def page() -> str:
    """The page as the rows say now."""
    return HEAD + "".join(_line(row) for row in ROWS)


def _line(row: Row) -> str:
    return (
        f"| {row.id} | {row.what} | {_said(row.expected)} | {_said(row.found)} | {row.source} |\n"
    )


def _said(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".")
        case dict():
            return ", ".join(f"item {number} = {answer}" for number, answer in value.items())
    return str(value)


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(page())
