"""Which cases stand still, as progress tells it to whoever may see them."""

from collections.abc import Awaitable
from typing import Any

from services.web.visit import Visit


def standing_still(visit: Visit, **whose: str) -> Awaitable[Any]:
    """Those of a clinic (`clinic_id`) or of a clinician (`clinician_id`), as a list of items."""
    return visit.api.every("progress", "/v1/standing-still", **whose)


def left_out(visit: Visit, **whose: str) -> Awaitable[Any]:
    """Their open cases of which an event was left out for good, as a list of items."""
    return visit.api.every("progress", "/v1/left-out", **whose)
