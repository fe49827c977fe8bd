"""Every form of every front end answers with a redirect: a page that is loaded again does nothing.

The table below is held to the application's own addresses: a new form stands in it, or the test
fails.
"""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import httpx
import pytest

from services.web.main import app
from shared.settings import Settings
from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.one_case import CASE, GOAL, OURS, Cookie, listed, one_case


TODAY = datetime.now(UTC).date()
NEXT = TODAY + timedelta(days=28)
Fields = dict[str, str]


def _day(field: str, day: Any) -> Fields:
    return {f"{field}.{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


ON, REVIEW = _day("on", TODAY), _day("review_on", NEXT)
AGREED = {"title": "run", "kind": "resilience", "owner": "client", "target": "8", "method": "gbo"}
AGREED |= {"client_id": STAFF, "version": "1", "weight": "1"} | REVIEW
PHQ9 = {"client_id": STAFF, **{f"item.{n}": "0" for n in range(1, 10)}} | ON
CORRECTED = {"reason": "entered_wrongly", "act": "void", "version": "1"}
CONCERN = {"note": "x", "urgent": "no", "client_id": STAFF}
TOLD = {"note": "x", "reason": "threshold_not_met", "staff_id": STAFF}
FLAG = {"to": STAFF, "action": "client_contacted", "note": "x", "reason": "no_action_needed"}
SESSION = {"case_id": CASE, "clinician_id": STAFF, "room_id": "none", "date": NEXT.isoformat()}
SESSION |= {"time": "10:00", "minutes": "50", "kind": "treatment", "mode": "video"}
TEMPLATE = {"title": "x", "description": "x", "kind": "insight", "method": "gbo"}
SETTINGS = {"zone": "Europe/London", "session_minutes": "50", "sender_name": "x", "version": "1"}

# Address → who sends it, and the form.
FORMS: dict[str, tuple[str, Fields]] = {
    "/clinician/search": ("clinician", {"q": "Nadia"}),
    "/clinician/flags/{flag_id}/acknowledge": ("clinician", {"back": "/clinician"}),
    "/clinician/flags/{flag_id}/{act}": ("clinician", FLAG),
    "/clinician/cases/{case_id}/attendance/{appointment_id}": (
        "clinician",
        {"outcome": "attended"},
    ),
    "/clinician/cases/{case_id}/goals": ("clinician", AGREED),
    "/clinician/cases/{case_id}/goals/{goal_id}/revise": ("clinician", AGREED),
    "/clinician/cases/{case_id}/goals/{goal_id}/{act}": ("clinician", {"note": "x"}),
    "/clinician/cases/{case_id}/ratings": (
        "clinician",
        {f"rating.{GOAL}.all": "5", "rated_by": "client"} | ON,
    ),
    "/clinician/cases/{case_id}/ratings/{rating_id}": (
        "clinician",
        CORRECTED | {"value": "5"} | ON,
    ),
    "/clinician/cases/{case_id}/answers/{response_id}": ("clinician", CORRECTED),
    "/clinician/cases/{case_id}/measures/{code}": ("clinician", PHQ9),
    "/clinician/cases/{case_id}/disclosures": (
        "clinician",
        {"client_id": STAFF, "disclosure": "self_harm"} | ON,
    ),
    "/clinician/cases/{case_id}/disclosures/{disclosure_id}/void": (
        "clinician",
        {"reason": "entered_wrongly"},
    ),
    "/clinician/cases/{case_id}/assignments": (
        "clinician",
        {"client_id": STAFF, "measure": "phq-9", "rhythm": "once", "send": "no"},
    ),
    "/clinician/cases/{case_id}/assignments/{assignment_id}/links": ("clinician", {}),
    "/clinician/cases/{case_id}/assignments/{assignment_id}/end": ("clinician", {}),
    "/clinician/cases/{case_id}/links/{link_id}/withdraw": ("clinician", {}),
    "/clinician/cases/{case_id}/concern": ("clinician", CONCERN),
    "/clinician/cases/{case_id}/end": ("clinician", {"end_code": "46", "confirmed": "yes"}),
    "/clinician/concerns/{concern_id}/{act}": ("clinician", TOLD),
    "/desk/search": ("front_desk", {"q": "Nadia"}),
    "/desk/appointments": ("front_desk", SESSION),
    "/desk/appointments/{appointment_id}/attendance": ("front_desk", {"outcome": "attended"}),
    "/desk/appointments/{appointment_id}/cancel": ("front_desk", {"case_id": CASE, "by": "client"}),
    "/desk/appointments/{appointment_id}/move": ("front_desk", SESSION),
    "/desk/referrals/{case_id}/accept": ("front_desk", {"clinician_id": STAFF}),
    "/desk/referrals/{case_id}/reject": ("front_desk", {"reason": "x"}),
    "/desk/clients/{case_id}/concern": ("front_desk", CONCERN),
    "/desk/clients/{case_id}/end": ("front_desk", {"end_code": "14", "confirmed": "yes"}),
    "/desk/concerns/{concern_id}/{act}": ("front_desk", TOLD),
    "/lead/search": ("clinical_lead", {"q": "Nadia"}),
    "/lead/flags/{flag_id}/acknowledge": ("clinical_lead", {}),
    "/lead/flags/{flag_id}/{act}": ("clinical_lead", FLAG),
    "/lead/settings": ("clinical_lead", SETTINGS | {"crisis_text": "x"}),
    "/lead/measures/{code}": ("clinical_lead", {"on": "no"}),
    "/lead/measures/{code}/wording": ("clinical_lead", {"questionnaire": "{}"}),
    "/lead/measures/{code}/withdraw": ("clinical_lead", {"language": "en"}),
    "/lead/goals/templates": ("clinical_lead", TEMPLATE),
    "/lead/goals/templates/{template_id}/{act}": ("clinical_lead", {}),
    "/lead/goals/{kind}": (
        "clinical_lead",
        {"review_weeks": "4", "reliable_change": "3", "method": "gbo"},
    ),
    "/lead/supervision/{flag_id}": (
        "clinical_lead",
        {"action": "discussed_in_supervision", "note": "x"},
    ),
    "/lead/rules": ("clinical_lead", {"act": "switch", "DNA_1-on": "yes", "version": "0"}),
    "/lead/calendar": ("clinical_lead", {"version": "0"}),
    "/lead/cases/{case_id}/concern": ("clinical_lead", CONCERN),
    "/lead/concerns/{concern_id}/{act}": ("clinical_lead", TOLD),
    "/safeguarding/search": ("safeguarding_lead", {"q": "Nadia"}),
    "/safeguarding/cases/{case_id}/concern": ("safeguarding_lead", CONCERN),
    "/safeguarding/concerns/{concern_id}/{act}": ("safeguarding_lead", TOLD),
    "/operations/readers": ("operations", {"reader": "goals", "act": "pause", "reason": "x"}),
    "/operations/parked/{service}/{parked_id}/skip": ("operations", {"reason": "x", "act": "ask"}),
    "/operations/parked/{service}/{parked_id}/skip/confirm": ("operations", {"wish_id": CASE}),
    "/operations/parked/{service}/{parked_id}/skip/withdraw": ("operations", {"wish_id": CASE}),
    "/operations/parked/{service}/{parked_id}": ("operations", {"reason": "x", "act": "redrive"}),
    "/operations/rebuilds": ("operations", {"reason": "x"}),
    "/operations/rebuilds/{number}/{act}": ("operations", {"version": "2", "reason": "x"}),
    "/operations/cases/{case_id}/repair": ("operations", {"reason": "x"}),
    "/operations/repairs": ("operations", {"case_id": CASE, "reason": "x"}),
    "/front-ends/clinic": ("clinician", {"clinic_id": CLINIC}),
    "/sign-out": ("clinician", {}),
}
ELSEWHERE = {
    "/undo",  # test_undo
    "/sign-in/stay",  # a script's call without a page: 204
    "/respond", "/respond/question/{place}", "/respond/all", "/respond/send",  # tests/respond
}  # fmt: skip
PARTS = {"code": "phq-9", "kind": "resilience", "service": "goals", "number": "1"}
ACTS = {
    "flags": "action", "goals": "pause", "templates": "retire", "concerns": "acknowledge",
    "rebuilds": "switch",
}  # fmt: skip


def addresses() -> set[str]:
    """Every address of our own that takes a form."""
    made = app(Settings()).routes
    told = [each for one in made for each in getattr(one, "effective_route_contexts", list)()]
    posts = {each.path for each in told if "POST" in (each.methods or ())}
    return {path for path in posts if not path.startswith("/api/")}


def address(path: str) -> str:
    """With an id, or with what this address takes, in each of its places."""
    pieces, made = path.split("/"), []
    for place, piece in enumerate(pieces):
        name = piece[1:-1] if piece.startswith("{") else ""
        act = ACTS.get(pieces[place - 2], "") if name == "act" else ""
        made.append(act or PARTS.get(name, CASE if name else piece))
    return "/".join(made)


def test_every_form_is_in_the_table() -> None:
    assert addresses() == set(FORMS) | ELSEWHERE


@pytest.mark.parametrize("path", FORMS)
async def test_what_is_done_ends_on_a_page_that_can_be_loaded_again(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    role, form = FORMS[path]
    one_case(upstream)
    answers(upstream)
    headers = signed_in(role) | OURS
    answer = await http.post(address(path), data=form, headers=headers)
    assert answer.status_code == 303, answer.text[-3000:]
    where = answer.headers["location"].partition("?")[0]
    assert where.startswith("/"), where
    if path != "/sign-out":
        assert (await http.get(where, headers=headers)).status_code != 405, where


NO_ACT = {path for path in FORMS if path.endswith("/search")} | {"/sign-out", "/front-ends/clinic"}


@pytest.mark.parametrize("path", sorted(set(FORMS) - NO_ACT))
async def test_what_nobody_took_is_kept_on_the_page_and_never_called_safe(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    role, form = FORMS[path]
    one_case(upstream)
    answers(upstream)
    upstream.reads_only = True
    sent = {"idempotency_key": "k-7", **form}
    answer = await http.post(address(path), data=sent, headers=signed_in(role) | OURS)
    assert answer.status_code == 503
    assert "Nothing was lost" not in answer.text
    assert "k-7" in answer.text, "tried again it happens once"
    for name, typed in form.items():
        # A concern's own form offers the case's clients only, and this is none of them.
        assert name == "client_id" or escape(typed) in answer.text


def answers(upstream: Upstream) -> None:
    """What services say to the acts of the table."""
    measure = {"code": "phq-9", "name": "PHQ-9", "pack": {"on": True, "wording": []}, "kinds": []}
    goal = {"goal_id": GOAL, "method": "gbo", "version": 1, "status": "active"}
    rating = {"rating_id": CASE, "value": 4, "version": 1, "rated_by": "client"}
    link = {"link_id": CASE, "address": "/respond/x", "expires_at": "2026-12-01T09:00:00Z"}
    settings = {"in_force": {"crisis_texts": {"en": "x"}}, "version": 1, "history": []}
    rule = {"rule": "DNA_1", "safety": False, "on": False, "parameters": []}
    rules = {"version": 0, "rules": [rule], "history": []}
    rebuild = {"number": 1, "version": 2, "previous": 1}
    told = {"response_id": CASE, "measure": "phq-9", "version": 1, "voided": None, "items": {}}
    about: dict[str, Any] = {
        f"/goals/v1/goals/{CASE}": goal | {"ratings": [rating], "versions": []},
        f"/goals/v1/ratings/{CASE}": rating | {"goal_id": GOAL},
        f"/goals/v1/responses/{CASE}": told,
        f"/goals/v1/assignments/{CASE}/links": link,
        f"/clinics/v1/clinics/{CLINIC}/settings": settings,
        f"/clinics/v1/clinics/{CLINIC}/rules": rules,
        "/progress/v1/rebuilds": rebuild,
        "/progress/v1/rebuilds/1": rebuild,
    }
    upstream.answers |= {path: (200, body, {}) for path, body in about.items()}
    upstream.answers["/goals/v1/measures"] = listed(measure)
