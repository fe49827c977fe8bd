"""However many cases stand still or lack an event, all are named where people look first."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import CASE, Cookie, listed
from tests.web.test_still import HERE, stands


@pytest.mark.parametrize(
    ("path", "role"), [("/clinician", "clinician"), ("/lead", "clinical_lead")]
)
async def test_those_of_a_second_page_stand_there_too_and_in_the_count(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str, role: str
) -> None:
    since, other = stands(upstream), str(uuid4())
    event = {"topic": "goals", "type": None, "recorded_at": since}
    rows: dict[str, dict[str, Any]]
    rows = {"standing-still": HERE | {"since": since}, "left-out": {"left_out": [event]}}
    for name, said in rows.items():
        one = said | {"case_id": CASE, "clinician_id": STAFF}
        upstream.answers[f"/progress/v1/{name}"] = listed(one, next="FURTHER")
        upstream.answers[f"/progress/v1/{name}?after=FURTHER"] = listed(one | {"case_id": other})
    page = (await http.get(path, headers=signed_in(role))).text
    still, _, left_out = page.partition("Something is left out for good: 2 cases")
    assert "2 cases stand still: a clinician has to look" in still
    for part in (still, left_out):
        assert all(f'href="{path}/cases/{each}"' in part for each in (CASE, other))
