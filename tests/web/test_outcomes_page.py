"""The page of a month's figures: where numbers are too small to be shown, one thing is said."""

from typing import Any

import httpx
import pytest

from tests.web.conftest import Upstream
from tests.web.one_case import Cookie


SHOWN = {"figure": "waits_42", "label": "Within 42", "counted": 0, "of": 0, "percent": None}


@pytest.mark.parametrize(("rounded", "said"), [(True, "too few to show"), (False, "none to count")])
async def test_what_is_too_few_to_show_is_said_once(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, rounded: bool, said: str
) -> None:
    """Beside it no number: 0 of 0 would say that there is nobody."""
    told: dict[str, Any] = {"month": "2026-10", "suppressed": rounded, "cases": 5, "kinds": []}
    told |= {"figures": [SHOWN | {"words": "w"}], "kinds_words": "agreed goals", "unreadable": 0}
    upstream.answers["/progress/v1/figures"] = (
        200,
        told | {"current_to": None, "lag_seconds": None},
        {},
    )
    path = f"/lead/outcomes?month=2026-10{'&rounded=yes' if rounded else ''}"
    page = (await http.get(path, headers=signed_in("clinical_lead"))).text
    row = page.partition("Within 42</th>")[2].partition("</tr>")[0]
    assert said in row
    assert (row.count('tm-cell">0<'), row.count('tm-cell">–<')) == ((0, 2) if rounded else (2, 0))
