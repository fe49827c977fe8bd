"""A new revision is numbered behind the newest one."""

from pathlib import Path

import pytest

from deploy.revision import main, write


def test_the_first_and_the_next(tmp_path: Path) -> None:
    first = write(tmp_path, "goals", "tables of goals")
    second = write(tmp_path, "goals", "Pauses, and why")
    assert [first.name, second.name] == ["0001_tables_of_goals.py", "0002_pauses_and_why.py"]
    assert 'revision = "goals_1"\ndown_revision = None' in first.read_text()
    assert 'revision = "goals_2"\ndown_revision = "goals_1"' in second.read_text()
    assert second.read_text().startswith('"""Pauses, and why."""')


@pytest.mark.parametrize("arguments", [[], ["goals"], ["nobody", "something"], ["goals", " "]])
def test_what_is_missing_is_said(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="make migration SERVICE="):
        main(arguments)
