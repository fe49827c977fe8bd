"""The one address of a case: from a mail to the page that its reader may open."""

import httpx
import pytest

from tests.web.conftest import STAFF, Upstream
from tests.web.one_case import CASE, Cookie, listed


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        (("clinician",), f"/clinician/cases/{CASE}"),
        (("clinical_lead",), f"/lead/cases/{CASE}"),
        (("front_desk",), f"/desk/clients/{CASE}"),
        (("safeguarding_lead",), f"/safeguarding/cases/{CASE}"),
        (("operations", "clinical_lead"), f"/lead/cases/{CASE}"),
    ],
)
@pytest.mark.parametrize("old", ["", "/clinician", "/lead"])
async def test_each_comes_to_the_page_that_they_may_open(
    http: httpx.AsyncClient, signed_in: Cookie, roles: tuple[str, ...], page: str, old: str
) -> None:
    """Also from an address in an old mail, which named one front end for all."""
    headers, at = signed_in(*roles), f"{old}/cases/{CASE}"
    if at != page:
        answer = await http.get(at, headers=headers)
        assert answer.status_code == 303
        at = answer.headers["location"]
    if at != page:
        at = (await http.get(at, headers=headers)).headers["location"]
    assert at == page


@pytest.mark.parametrize(("whose", "front"), [(STAFF, "clinician"), (CASE, "lead")])
async def test_who_is_clinician_and_lead_comes_to_their_own_as_clinician(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, whose: str, front: str
) -> None:
    upstream.answers["/intake/v1/cases"] = listed({"case_id": CASE, "clinician_id": whose})
    answer = await http.get(f"/cases/{CASE}", headers=signed_in("clinician", "clinical_lead"))
    assert answer.headers["location"] == f"/{front}/cases/{CASE}"


async def test_who_is_not_signed_in_signs_in_first(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/cases/{CASE}")
    assert answer.headers["location"] == f"/sign-in?next=%2Fcases%2F{CASE}"


@pytest.mark.parametrize("path", [f"/cases/{CASE}", f"/clinician/cases/{CASE}", "/clinician/flags"])
async def test_who_has_no_page_of_cases_is_told_so(
    http: httpx.AsyncClient, signed_in: Cookie, path: str
) -> None:
    assert (await http.get(path, headers=signed_in("operations"))).status_code == 403


@pytest.mark.parametrize(
    ("roles", "front"),
    [
        (("clinician",), "clinician"),
        (("front_desk",), "desk"),
        (("clinical_lead", "safeguarding_lead"), "safeguarding"),
    ],
)
async def test_a_concern_is_led_to_in_a_front_end_that_one_has(
    http: httpx.AsyncClient, signed_in: Cookie, roles: tuple[str, ...], front: str
) -> None:
    answer = await http.get(f"/concerns/{CASE}", headers=signed_in(*roles))
    assert answer.headers["location"] == f"/{front}/concerns/{CASE}"
