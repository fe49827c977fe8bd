"""What journeys and kills both need: referrals, accepted cases, answers."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from tests.system.running import System


def referral(clinic_id: str) -> dict[str, Any]:
    """A referral that nobody sent before, of somebody who was not here before."""
    # Born on another day than the others of this name, whose cases some tests close.
    born = date(1940, 1, 1) + timedelta(days=uuid4().int % 20_000)
    return {
        "clinic_id": clinic_id,
        "sender_reference": f"SYSTEM-{uuid4()}",
        "modality": "individual",
        "urgency": "routine",
        "reason": "low mood since the spring",
        "clients": [
            {
                "given_name": "Ada",
                "family_name": "Reed",
                "date_of_birth": born.isoformat(),
                "contacts": [{"kind": "email", "value": "ada.reed@example.org", "safe": True}],
            }
        ],
    }


def phq9(item_nine: int) -> dict[str, int]:
    """Answers to PHQ-9: all zero but the ninth."""
    return {str(number): 0 for number in range(1, 9)} | {"9": item_nine}


async def open_case(system: System) -> dict[str, Any]:
    """A referral sent and accepted: {case_id, client_id}."""
    clinician, desk = system.person("clinician"), system.person("front_desk")
    body = referral(clinician["clinic_id"])
    sent = await system.post("intake/v1/referrals", await system.partner_token(), body)
    accept = f"intake/v1/referrals/{sent['case_id']}/accept"
    choice = {"clinician_id": clinician["staff_id"]}
    accepted = await system.post(accept, desk["token"], choice)
    client = accepted["clients"][0]["client_id"]
    return {"case_id": sent["case_id"], "client_id": client}


async def set_goal(system: System, case: dict[str, Any], kind: str) -> str:
    """A goal agreed with the case's client; its id."""
    body = {**case, "kind": kind, "title": "run twice a week", "owner": "client", "target": 8}
    token = system.person("clinician")["token"]
    goal: str = (await system.post("goals/v1/goals", token, body))["goal_id"]
    return goal


async def rate(system: System, case: dict[str, Any], goal: str, value: int) -> str:
    """A rating by the client; its id."""
    body = {"value": value, "rated_by": "client", "client_id": case["client_id"]}
    token = system.person("clinician")["token"]
    rating: str = (await system.post(f"goals/v1/goals/{goal}/ratings", token, body))["rating_id"]
    return rating


async def progress(system: System, case: dict[str, Any]) -> dict[str, Any]:
    """What the case's page is made from."""
    token = system.person("clinician")["token"]
    shown: dict[str, Any] = await system.get(f"progress/v1/cases/{case['case_id']}", token)
    return shown
