"""Questions to progress, within the asker's clinics, a clinician's within their own cases."""

from services.progress.queries.cases import case, caseload
from services.progress.queries.figures import behind, figures
from services.progress.queries.flags import OPEN, flag, flags
from services.progress.queries.freshness import fresh


__all__ = ["OPEN", "behind", "case", "caseload", "figures", "flag", "flags", "fresh"]
