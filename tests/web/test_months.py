"""A month's figures as lines of a table or a CSV, and the months that can be picked."""

import csv
import io
from datetime import date
from typing import Any

from services.web.lead.months import (
    WHATS,
    as_csv,
    chosen,
    figure_name,
    finished,
    instead_words,
    months,
    nearby,
    percent,
    published,
)


FIGURES: dict[str, Any] = {
    "month": "2026-10",
    "suppressed": True,
    "figures": [
        {"figure": "recovery", "label": "Recovery", "counted": 5, "of": 10, "percent": 50.0,
         "words": "out of, all"},
        {"figure": "waits_42", "label": "Within 42", "counted": None, "of": None, "percent": None,
         "words": "w"},
    ],
    "kinds": [{"kind": "insight", "goals": 10, "open": None, "reliably_better": None,
               "reached": None, "reliably_worse": None, "stalled": 5}],
    "kinds_words": "agreed goals",
}  # fmt: skip


def test_a_year_of_months_and_this_one() -> None:
    known = months(date(2026, 1, 31))
    assert known[0] == ("2026-01", "January 2026")
    assert known[1] == ("2025-12", "December 2025")
    assert known[-1] == ("2025-01", "January 2025")
    assert chosen("2025-03", known)[1] == "March 2025"
    assert chosen("1999-01", known) == chosen(None, known) == known[1]


def test_figures_as_lines_with_their_rule() -> None:
    lines = list(csv.reader(io.StringIO(as_csv(FIGURES))))
    assert lines[1] == ["2026-10", "recovery", "5", "10", "50.0", "yes", "out of, all"]
    assert lines[2] == ["2026-10", "waits_42", "", "", "", "yes", "w"], "too few is not 0"
    assert ["2026-10", "insight.stalled", "5", "10", "50.0", "yes", "agreed goals"] in lines
    assert ["2026-10", "insight.open", "", "10", "", "yes", "agreed goals"] in lines


def test_a_line_has_its_per_cent_wherever_somebody_could_be_counted() -> None:
    """Of one none is 0.0, as one of one is 100.0; of nobody there is no per cent."""
    figure, kind = FIGURES["figures"][0], FIGURES["kinds"][0]
    none = figure | {"figure": "dna", "counted": 0, "of": 1, "percent": None}
    nobody = figure | {"figure": "waits", "counted": 0, "of": 0, "percent": None}
    told = FIGURES | {"figures": [none, nobody], "kinds": [kind | {"open": 0}], "suppressed": False}
    lines = list(csv.reader(io.StringIO(as_csv(told))))
    shares = {line[1]: line[2:5] for line in lines}
    assert shares["dna"] == ["0", "1", "0.0"]
    assert shares["waits"] == ["0", "0", ""]
    assert shares["insight.open"] == ["0", "10", "0.0"]
    assert shares["insight.reached"] == ["", "10", ""], "too few is not 0"


def test_what_rounding_misstates_is_left_out_of_what_is_shown_outside() -> None:
    figure = {"figure": "recovery", "counted": 5, "of": 5, "percent": 100.0}
    kind = {"kind": "insight", "goals": 5} | dict.fromkeys(WHATS, 5)
    told = {"cases": 5, "figures": [figure], "kinds": [kind]}
    few = ["cases", "recovery", "insight.stalled"]
    shown = published(told | {"too_few": few})
    blank = {"counted": None, "percent": None}
    assert (shown["cases"], shown["figures"]) == (None, [figure | blank])
    assert shown["kinds"] == [kind | {"stalled": None}]
    [figure] = published(told | {"too_few": ["recovery", "recovery of"]})["figures"]
    assert (figure["counted"], figure["of"]) == (None, None)
    assert published(told | {"too_few": []}) == told | {"too_few": []}


def test_a_month_without_an_ended_course_gives_way_and_says_so() -> None:
    known = months(date(2026, 11, 25))
    assert finished(FIGURES)
    assert not finished({"figures": [{"figure": "recovery", "of": 0}, {"figure": "dna", "of": 9}]})
    assert [month for month, _ in nearby(known)] == [
        "2026-11", "2026-09", "2026-08", "2026-07", "2026-06",
    ]  # fmt: skip
    said = instead_words("October 2026", "November 2026", over=False)
    assert said.endswith("so November 2026 stands here, which is not over yet.")
    assert instead_words("a", "b", over=True) == "No course ended in a, so b stands here."


def test_a_share_of_nobody_is_not_nought() -> None:
    assert [percent(each) for each in FIGURES["figures"]] == ["50 %", "too few to show"]
    assert percent({"counted": 0, "of": 2, "percent": None}) == "none of 2"
    assert percent({"counted": 0, "of": 0, "percent": None}) == "none to count"
    assert percent({"counted": None, "of": 5, "percent": None}) == "too few to show"
    assert figure_name("recovery", FIGURES["figures"]) == "Recovery"
    assert figure_name("insight.stalled", []) == "Insight: stalled"
