"""Messages: who was told what and when; the mailbox in which development's messages end."""

from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import Case, by_id
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.visit import Visit


FIRST = ("failed", "unknown", "queued", "sending", "sent", "suppressed")


async def messages(visit: Visit) -> Response:
    """What failed first, then what waits, then the newest."""
    clinic = await visit.clinic()
    listed, cases = await parts(
        visit.api.get("notifications", "/v1/messages", clinic_id=clinic.clinic_id, limit=200),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
    )
    named = by_id(cases.items)
    items = sorted(listed.items, key=lambda item: item["created_at"], reverse=True)
    items.sort(key=lambda item: FIRST.index(item["state"]) if item["state"] in FIRST else 0)
    wish = visit.request.query_params.get("state", "all")
    return visit.page(
        "desk/messages.html",
        title="Messages",
        clinic=clinic,
        fresh=read_now("Messages", visit.now),
        listed=listed,
        items=[item for item in items if wish in ("all", item["state"])],
        picks=picks([item["state"] for item in items], wish),
        names={item["message_id"]: recipient(item, clinic, named) for item in items},
        counts={"messages": sum(item["state"] in ("failed", "unknown") for item in items)},
        live="messages",
    )


def picks(states: list[str], chosen: str) -> list[tuple[str, str, bool]]:
    """The filters with their counts."""
    known = [state for state in FIRST if state in states]
    return [(f"All {len(states)}", "/desk/messages", chosen == "all")] + [
        (
            f"{words.MESSAGE_STATES[state]} {states.count(state)}",
            f"/desk/messages?state={state}",
            chosen == state,
        )
        for state in known
    ]


def recipient(item: dict[str, Any], clinic: Clinic, cases: dict[str, Case]) -> str:
    """To whom, by name."""
    whom = item["recipient"]
    if whom["kind"] == "staff":
        return clinic.who(whom["id"])
    known = {c["client_id"]: c for case in cases.values() for c in case.clients}
    return words.names([known[whom["id"]]]) if whom["id"] in known else "a client"
