"""Rows of figures: printed for people, written for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is better when larger, `aim` its minimum; where less is better, ratio is
    allowed ÷ seen and the aim is 1."""

    name: str
    figure: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    aim: float | None = None
    note: str = ""  # why there is no ratio

    @property
    def reached(self) -> bool:
        """Whether the aim, if there is one, was reached, or could not be tried."""
        return self.aim is None or bool(self.note) or (self.ratio or 0.0) >= self.aim


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    width = max(len(row.name) for row in rows)
    print(f"{'':{width}}  {'figure':>12} {'unit':10} {'baseline':>12} {'ratio':>7} {'aim':>7}")
    for row in rows:
        cells = [_number(value) for value in (row.baseline, row.ratio, row.aim)]
        mark = f"  {row.note}" if row.note else "" if row.reached else "  below its aim"
        print(
            f"{row.name:{width}}  {_number(row.figure):>12} {row.unit:10} {cells[0]:>12}"
            f" {cells[1]:>7} {cells[2]:>7}{mark}"
        )


def save(rows: Sequence[Row], path: Path) -> None:
    """Write the same rows as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
