"""A measure's severity band says that it is one: a bare "mild" could be read as all is well."""

from typing import Any

import httpx

from services.web.clinician.measured import _banded
from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import CASE, PAGE, Cookie, now, one_case


async def test_the_page_of_an_answer_names_the_band_as_such(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    told: dict[str, Any] = {"response_id": CASE, "case_id": CASE, "client_id": STAFF, "total": 6}
    told |= {"measure": "gad-7", "version_number": 1, "points": "6", "band_label": "Mild"}
    told |= {"at_caseness": False, "usable": True, "why": None, "by": "client", "subscales": []}
    told |= {"items": {}, "voided": None, "answered_at": now(), "history": []}
    upstream.answers[f"/goals/v1/responses/{CASE}"] = (200, told, {})
    page = (await http.get(f"{PAGE}/answers/{CASE}", headers=signed_in("clinician"))).text
    assert "Total 6, severity band: mild; not at caseness." in page


def test_the_case_page_names_the_band_as_such() -> None:
    said = _banded("GAD-7 fell from 12 to 6.", {"band": "mild", "band_label": "Mild"})
    assert said == "GAD-7 fell from 12 to 6. Severity band now: mild."
