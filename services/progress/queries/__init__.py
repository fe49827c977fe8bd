"""Questions to progress, within the asker's clinics, a clinician's within their own cases."""

from services.progress.queries.cases import awaited, case, caseload
from services.progress.queries.detail import acts_of, detail
from services.progress.queries.figures import behind, figures
from services.progress.queries.flags import OPEN, acted_on, flags, how_many_open, read, row_of
from services.progress.queries.freshness import fresh
from services.progress.queries.still import left_out, standing_still
from services.progress.queries.unread import unreadable_cases


__all__ = [
    "OPEN",
    "acted_on",
    "acts_of",
    "awaited",
    "behind",
    "case",
    "caseload",
    "detail",
    "figures",
    "flags",
    "fresh",
    "how_many_open",
    "left_out",
    "read",
    "row_of",
    "standing_still",
    "unreadable_cases",
]
