"""The lead's settings and the lists of My day: wording brought, deputies, what stands unfolded."""

from typing import Any

import httpx
import pytest

from services.web.cases import Flag
from services.web.clinician.home import standing
from services.web.lead.measures import NOT_JSON, item_labels
from services.web.problems import Refused
from services.web.shelves import ANY_KIND, shelves
from services.web.visit import refusals
from services.web.words import KINDS
from tests.web.conftest import CLINIC, Upstream
from tests.web.one_case import OURS, Cookie, listed, now


LEAD, DESK = "5f1f2a51-6a3c-4f0e-9d8e-000000000011", "5f1f2a51-6a3c-4f0e-9d8e-000000000012"
MEASURE: dict[str, Any] = {
    "code": "gad-7", "name": "GAD-7", "about": "", "items": [], "kinds": ["symptom_relief"],
    "direction": "higher_is_worse", "caseness": None, "reliable_change": None, "doubts": [],
    "pack": {
        "on": True, "tier": "", "attribution": None, "licence": None, "why_not": None,
        "may_be_on": True, "needs_licence": False,
    },
}  # fmt: skip


@pytest.fixture
def clinic(upstream: Upstream) -> None:
    """A clinic with a lead and a receptionist."""
    staff = (
        {"staff_id": LEAD, "name": "Ruth Adeyemi", "roles": ["clinical_lead"]},
        {"staff_id": DESK, "name": "Priya Nair", "roles": ["front_desk"]},
    )
    known = {"clinic_id": CLINIC, "name": "Northgate", "zone": "Europe/London"}
    upstream.answers |= {
        "/clinics/v1/clinics": listed(known),
        "/clinics/v1/staff": listed(*staff),
        "/goals/v1/measures": listed(MEASURE),
    }


@pytest.mark.parametrize("typed", ["[" * 60_000, "not JSON", "[1]"])
async def test_what_is_no_questionnaire_is_told_and_nothing_is_sent(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, clinic: None, typed: str
) -> None:
    headers = signed_in("clinical_lead") | OURS
    form = {"questionnaire": typed}
    answer = await http.post("/lead/measures/gad-7/wording", data=form, headers=headers)
    assert answer.status_code == 422
    assert NOT_JSON in answer.text
    assert [path for method, path, _, _ in upstream.seen if method == "POST"] == []


def test_an_item_of_a_wording_is_named_as_people_say_it() -> None:
    told = [("items.6", "Irritability is not there"), ("item", "has 5 questions, GAD-7 has 7")]
    errors = [{"field": field, "message": message} for field, message in told]
    refused = Refused(422, {"errors": errors})
    labels = {"item": ("questionnaire", "The file")} | item_labels(refused)
    assert [message for _, message in refusals(refused, labels)] == [
        "Item 6: Irritability is not there", "The file has 5 questions, GAD-7 has 7",
    ]  # fmt: skip


async def test_only_who_may_answer_for_a_flag_is_offered_as_deputy(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, clinic: None
) -> None:
    path = f"/clinics/v1/clinics/{CLINIC}/calendar"
    upstream.answers[path] = (200, {"version": 0, "in_force": None, "history": []}, {})
    page = await http.get("/lead/calendar", headers=signed_in("clinical_lead"))
    assert "Ruth Adeyemi" in page.text
    assert "Priya Nair" not in page.text


def test_a_questionnaire_for_every_kind_stands_once() -> None:
    general = {"code": "ors", "kinds": list(KINDS)}
    named = dict(shelves([MEASURE, general]))
    assert named[ANY_KIND] == [general]
    assert sum(len(each) for each in named.values()) == 2


def flags(*severities: str) -> list[Flag]:
    return [Flag("f", "c", each, "DNA_1", "raised", "", now(), "x", None) for each in severities]


def test_only_low_flags_and_good_news_are_ever_folded_away() -> None:
    assert standing(flags("medium", *["low"] * 9)) == 6
    assert standing(flags(*["medium"] * 8, "low", "info")) == 8
