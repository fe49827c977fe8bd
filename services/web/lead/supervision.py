"""Supervision: what is not on track or worse, by clinician, with what to talk about."""

from dataclasses import dataclass
from uuid import uuid4

from fastapi import Response

from services.web.cases import by_id, flags_of
from services.web.clients import parts
from services.web.flagging.acting import faster
from services.web.freshness import RISK_LIMIT, freshness
from services.web.lead.board import Card, cards_of
from services.web.problems import Refused
from services.web.still.asking import standing_still
from services.web.still.standing import cases_of
from services.web.visit import Form, Visit
from services.web.walltime import wall


RULES = ("NOT_ON_TRACK", "DETERIORATION", "GOAL_STALLED")
# The four that help where therapy does not (domain sheet C.2 [S57][S58]).
CHECKLIST = (
    ("Alliance", "Do they agree on goals and on the way? Has anything come between them?"),
    ("Motivation", "Does the client want this change, now, for their own reasons?"),
    ("Life events", "Has something happened that the scores show and the goals do not?"),
    ("Support", "Who stands by the client between sessions? Who could?"),
)
DISCUSSED = {
    "discussed_in_supervision": "Discussed",
    "clinical_support_tool_used": "Discussed, and all four were gone through",
}
SEEN = "Seen in supervision"


@dataclass(frozen=True)
class Agenda:
    """What there is to discuss with one clinician."""

    name: str
    fresh: list[Card]  # nobody has recorded that it was discussed
    done: list[Card]
    late: list[Card]  # discussed, and past the time to be closed: nothing is forgotten


async def supervision(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The list of each clinician."""
    clinic = await visit.clinic()
    flags, cases, still = await parts(
        visit.api.every("progress", "/v1/flags", clinic_id=clinic.clinic_id, state="open"),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
        standing_still(visit, clinic_id=clinic.clinic_id),
    )
    now = wall(visit.now, clinic.zone)
    wanted = [item for item in flags.items if item["rule"] in RULES]
    named = by_id(cases.items)
    cards = cards_of(flags_of(wanted, named), named, clinic, now)
    return visit.page(
        "lead/supervision.html",
        status=status,
        title="Supervision",
        clinic=clinic,
        now=now,
        fresh=freshness("Flags", flags.value, visit.now, RISK_LIMIT, still),
        form=form or Form(),
        blank=Form(),
        flags=flags,
        still=still,
        standing_still=cases_of(still, named, clinic, now),
        agendas=agendas(cards),
        checklist=CHECKLIST,
        discussed=list(DISCUSSED.items()),
        counts={} if flags.away else {"flags": len(flags.items)},
        live="flags",
    )


def agendas(cards: list[Card]) -> list[Agenda]:
    """By clinician's name; within each the most pressing first, what was discussed apart."""
    ordered = sorted(cards, key=lambda card: card.first)
    names = sorted({card.clinician for card in ordered})
    return [_agenda(name, [c for c in ordered if c.clinician == name]) for name in names]


def _agenda(name: str, cards: list[Card]) -> Agenda:
    done = [card for card in cards if card.flag.state == "actioned"]
    late = [card for card in done if card.clock.state == "over"]
    fresh = [card for card in cards if card not in done]
    return Agenda(name, fresh, [card for card in done if card not in late], late)


async def discuss(visit: Visit, flag_id: str) -> Response:
    """Record that it was discussed: what nobody has seen yet is acknowledged with it."""
    form = await visit.form()
    form["flag_id"] = flag_id
    if form.get("action") not in DISCUSSED:
        form.wrong(f"action-{flag_id}", "Choose what was discussed")
    if not form.get("note"):
        form.wrong(f"note-{flag_id}", "Write what was agreed")
    if form.errors:
        return await supervision(visit, form, 422)
    key, path = form.key or str(uuid4()), f"/v1/flags/{flag_id}"
    try:
        if form.get("state") == "raised":
            await visit.api.act("progress", f"{path}/acknowledge", {"note": SEEN}, f"{key}-seen")
        said = {"action": form["action"], "note": form["note"]}
        await visit.api.act("progress", f"{path}/action", said, key)
    except Refused as refused:
        form.errors = faster(refused, form, await visit.clinic(), visit)
        return await supervision(visit, form, refused.status)
    return visit.done("/lead/supervision", "discussed")
