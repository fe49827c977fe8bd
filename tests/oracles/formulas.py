"""Oracles of the formulas: reliable change, cut-offs, trend, goal attainment, national rates."""

from services.progress.domain.outcomes import recovery
from services.progress.domain.outcomes.attainment import Attained, t_score
from services.progress.domain.outcomes.recovery import Rate
from services.progress.domain.outcomes.significance import (
    Sample,
    Z,
    cut_off_a,
    cut_off_b,
    cut_off_c,
    error_of_difference,
    reliable_change_index,
    smallest_reliable_change,
    standard_error,
)
from services.progress.domain.outcomes.trend import trend
from shared.events.measures import Direction
from tests.oracles.row import Row


UP = Direction.HIGHER_IS_BETTER
CECP = "cpsyctc/CECPfuns at 05918c3"
RTI = "andrewmcaleavey/ReliableTrendIndex at 8a7cf1f"
NHS = "digital.nhs.uk, psychological therapies, report of"
DERIVED = "derived from the formula"
CORE10 = "derived from SD and alpha (novopsych.com.au); published 6 at 90 % (Barkham 2013)"

ILL, WELL = Sample(40, 7.5), Sample(60, 7.5)
S_DIFF = error_of_difference(7.5, 0.8)


def _t(*levels: int) -> float | None:
    return t_score([Attained(level) for level in levels])


def _index_of_trend() -> float | None:
    found = trend([(0, 32.5), (1, 47.5)], standard_error(7.5, 0.8))
    return found.index if found else None


CHANGE = [
    (
        "O1",
        "smallest reliable change: SD 7.5, r .80, 95 %",
        9.296925484568419,
        smallest_reliable_change(7.5, 0.8),
        CECP + ", unit test",
    ),
    (
        "O2",
        "index, 32.5 to 47.5, S_diff 4.74",
        3.164557,
        reliable_change_index(32.5, 47.5, 4.74),
        RTI,
    ),
    (
        "O2",
        "index, 32.5 to 47.5, S_diff from SD and r",
        3.16228,
        reliable_change_index(32.5, 47.5, S_DIFF),
        DERIVED,
    ),
    ("O2", "trend of the same two scores", 3.16228, _index_of_trend(), RTI),
    ("O3", "standard error: SD 7.5, r .80", 3.3541, standard_error(7.5, 0.8), DERIVED),
    ("O3", "S_diff: SD 7.5, r .80", 4.7434, S_DIFF, DERIVED),
    ("O4", "cut-off a: 40 and 60, SD 7.5", 55.0, cut_off_a(ILL, UP), CECP + ", R/getCSC.R"),
    ("O4", "cut-off b: 40 and 60, SD 7.5", 45.0, cut_off_b(WELL, UP), CECP + ", R/getCSC.R"),
    ("O4", "cut-off c: 40 and 60, SD 7.5", 50.0, cut_off_c(ILL, WELL), CECP + ", R/getCSC.R"),
    (
        "O5",
        "index, height 98 to 99, S_diff .7071068",
        1.414214,
        reliable_change_index(98, 99, 0.7071068),
        RTI,
    ),
    (
        "O5",
        "and that is not reliable",
        False,
        abs(reliable_change_index(98, 99, 0.7071068)) > Z[0.95],
        RTI,
    ),
    (
        "O9",
        "CORE-10 smallest reliable change, 90 %",
        5.664,
        round(smallest_reliable_change(7.7, 0.9, Z[0.9]), 3),
        CORE10,
    ),
    (
        "O9",
        "CORE-10 smallest reliable change, 95 %",
        6.749,
        round(smallest_reliable_change(7.7, 0.9), 3),
        CORE10,
    ),
]
ATTAINMENT = [
    ("O19", "T of one goal at -1", 40.0, _t(-1), DERIVED),
    ("O19", "T of three goals at -1", 36.30694, _t(-1, -1, -1), DERIVED),
    ("O19", "T of three goals at +2", 77.38613, _t(2, 2, 2), DERIVED),
    ("O19", "T of goals at 1, 0 and -1", 50.0, _t(1, 0, -1), DERIVED),
    ("B.3", "T of four goals at -2", 21.0, round(_t(*[-2] * 4) or 0, 1), DERIVED),
    ("B.3", "T of five goals at +2", 80.2, round(_t(*[2] * 5) or 0, 1), DERIVED),
    ("B.3", "T of two goals, one at +1", 56.2, round(_t(1, 0) or 0, 1), DERIVED),
]
NATIONAL = [
    (
        "O20",
        "recovery: 27 884 of 57 060 less 3 200 not at caseness",
        51.8,
        recovery.recovery_rate(27884, 57060, 3200).percent(),
        NHS + " June 2020",
    ),
    (
        "O21",
        "recovery: 23 291 of 48 111 less 2 957",
        51.6,
        recovery.recovery_rate(23291, 48111, 2957).percent(),
        NHS + " December 2020",
    ),
    (
        "O22",
        "reliable improvement: 39 417 of 57 060",
        69.1,
        Rate(39417, 57060).percent(),
        NHS + " June 2020",
    ),
    (
        "O23",
        "waits within 42 days: 43 720 of 50 103",
        87.3,
        Rate(43720, 50103).percent(),
        NHS + " September 2019, waiting times",
    ),
    (
        "O24",
        "rate of 2014/15: 189 152 of 421 744",
        44.8,
        Rate(189152, 421744).percent(),
        "content.digital.nhs.uk article 6829",
    ),
    (
        "O25",
        "80 608 of 168 718",
        47.8,
        Rate(80608, 168718).percent(),
        "content.digital.nhs.uk article 6829",
    ),
    (
        "O25",
        "38 509 of 86 268",
        44.6,
        Rate(38509, 86268).percent(),
        "content.digital.nhs.uk article 6829",
    ),
]

ROWS = [Row(*row) for row in (*CHANGE, *ATTAINMENT, *NATIONAL)]
