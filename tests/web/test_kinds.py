"""The lead's settings of goals call the eight kinds as every other page does."""

from typing import Any

import httpx
import pytest

from services.goals.domain.kinds import LABELS
from services.web import words
from tests.web.conftest import CLINIC, Upstream
from tests.web.one_case import Cookie, listed


def kind(code: str, label: str) -> dict[str, Any]:
    return {
        "kind": code, "label": label, "method": "gbo", "measures": [], "review_weeks": 4,
        "movement": "A move of three points.", "movement_source": "s", "review_source": "s",
        "reliable_change": 3, "version": 0, "effective_from": None,
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/lead/goals", "/lead/goals/insight", "/lead/goals/well_being"])
async def test_a_kind_has_one_name_on_all_pages(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    zone = {"clinic_id": CLINIC, "name": "Northgate", "zone": "Europe/London"}
    upstream.answers["/clinics/v1/clinics"] = listed(zone)
    told = listed(*(kind(code.value, label) for code, label in LABELS.items()))
    upstream.answers[f"/goals/v1/clinics/{CLINIC}/kinds"] = told
    answer = await http.get(path, headers=signed_in("clinical_lead"))
    assert answer.status_code == 200
    code = path.rpartition("/")[2]
    wanted = [words.KINDS[code]] if code in words.KINDS else list(words.KINDS.values())
    assert all(name in answer.text for name in wanted)
    others = {label for each, label in LABELS.items() if label != words.KINDS[each.value]}
    assert others
    assert not [label for label in others if label in answer.text]


def test_a_flags_message_is_not_said_to_be_for_a_clinician_alone() -> None:
    """Front desk is told of a missed session too."""
    assert "clinician" not in words.PURPOSES["flag_raised"].lower()
