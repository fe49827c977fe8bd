"""What differs between two versions of the projection: both rows, in words, nothing clinical."""

from typing import Any

import pytest
from msgspec import structs

from services.progress.domain.state import Case
from services.progress.models import tables
from services.progress.projection.comparing import (
    ARRIVAL,
    ASIDE,
    CARRIED,
    HISTORY,
    OTHER,
    PASSED,
    RULE,
)
from services.web.operations.differing import (
    COLUMNS,
    NOT_THERE,
    PARTS,
    WHYS,
    beside,
    matters,
    why_words,
)


CASE = "5f1f2a51-6a3c-4f0e-9d8e-000000000003"
ROW: dict[str, Any] = {
    "rule_version": 1, "severity": "high", "raised_at": "2026-11-12T10:10:00Z",
    "grown_at": "2026-11-12T10:10:00Z", "cleared": False, "evidence": 1, "parameters": {"days": 90},
}  # fmt: skip
KEYS = {"flag_id", "case_id", "rule"}


def difference(what: str, live: Any = None, rebuilt: Any = None) -> dict[str, Any]:
    return {"case_id": CASE, "what": what, "reason": "r", "live": live, "rebuilt": rebuilt}


def test_every_part_column_and_reason_that_can_differ_has_words() -> None:
    assert set(PARTS) == {each.name for each in structs.fields(Case)} - ARRIVAL
    assert set(COLUMNS) == {column.name for column in tables.flag.columns} - KEYS
    assert set(WHYS) == {RULE, PASSED, CARRIED, ASIDE, OTHER}
    assert why_words("of another release") == ""
    assert {each for each in WHYS if not matters(each)} == HISTORY


@pytest.mark.parametrize(
    ("column", "changed", "live", "rebuilt"),
    [
        ("severity", {"severity": "urgent"}, "High (rule version 1)", "Urgent (rule version 2)"),
        ("rule_version", {}, "rule version 1", "rule version 2"),
        ("evidence", {"evidence": 3}, "1 event (rule version 1)", "3 events (rule version 2)"),
        ("cleared", {"cleared": True}, "stands (rule version 1)", "cleared (rule version 2)"),
        ("raised_at", {"raised_at": "2026-11-13T10:10:00Z"},
         "12 Nov 2026 10:10 UTC (rule version 1)", "13 Nov 2026 10:10 UTC (rule version 2)"),
        ("parameters", {"parameters": {"red_days": 120}}, "days 90 (rule version 1)",
         "red days 120 (rule version 2)"),
        ("because", {}, "clinical, not shown here (rule version 1)",
         "clinical, not shown here (rule version 2)"),
    ],
)  # fmt: skip
def test_both_values_stand_side_by_side_with_the_rules_versions(
    column: str, changed: dict[str, Any], live: str, rebuilt: str
) -> None:
    other = ROW | {"rule_version": 2} | changed
    found = beside(difference(f"flag SI_ITEM: {column}", ROW, other))
    assert (found.live, found.rebuilt) == (live, rebuilt)
    assert found.what.startswith("Flag: thoughts of suicide or self-harm, ")
    assert "_" not in found.what


def test_what_only_one_version_has_is_told_whole() -> None:
    found = beside(difference("flag DNA_2: only live", ROW))
    assert found.what == "Flag: missed sessions in a row"
    assert found.live == (
        "stands, High, raised 12 Nov 2026 10:10 UTC, rests on 1 event, rule version 1"
    )
    assert found.rebuilt == "not there"
    otherwise = beside(difference("flag DNA_2: raised otherwise"))
    assert NOT_THERE not in (otherwise.live, otherwise.rebuilt)
    of_before = beside(difference("flag DNA_2: only rebuilt"))
    assert (of_before.live, of_before.rebuilt) == ("not there", "not kept")
    whole = beside(difference("only rebuilt"))
    assert (whole.what, whole.live, whole.rebuilt) == ("The whole case", "not there", "there")


def test_a_cases_state_is_named_and_never_shown() -> None:
    found = beside(difference("previous_end_code"))
    assert found.what == "How an earlier case ended"
    assert (found.live, found.rebuilt) == ("clinical, not shown here", "clinical, not shown here")
