"""The clinician's flags: all open ones, who looks into them, and acknowledging in place."""

from typing import Any

from fastapi import Response

from services.web.cases import by_id, flags_of
from services.web.clients import parts
from services.web.clinician.own_flags import asked, own
from services.web.freshness import RISK_LIMIT, freshness
from services.web.still.asking import standing_still
from services.web.still.standing import cases_of
from services.web.taking import take
from services.web.visit import Form, Visit
from services.web.walltime import wall


async def my_flags(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """All open flags of the clinician; folded, those that ask for nothing any more."""
    me, clinic = visit.person.sub, await visit.clinic()
    flags, caseload, cases, still = await parts(
        asked(visit),
        visit.api.every("progress", "/v1/caseload", clinician_id=me),
        visit.api.every("intake", "/v1/cases", clinician_id=me),
        standing_still(visit, clinician_id=me),
    )
    named = by_id(cases.items)
    mine = await own(visit, flags, named)
    past = flags_of([flag for item in caseload.items for flag in item["flags"]], named)
    return visit.page(
        "clinician/flags.html",
        status=status,
        title="Flags",
        clinic=clinic,
        fresh=freshness("Flags", flags.value, visit.now, RISK_LIMIT, still),
        form=form or Form(),
        mine=mine,
        closed=[flag for flag in past if flag.state == "closed"],
        cleared=[flag for flag in past if flag.state == "cleared"],
        flags=flags,
        still=still,
        standing_still=cases_of(still, named, clinic, wall(visit.now, clinic.zone)),
        counts=count_of(flags.away, len(mine.open)),
        live="flags",
    )


def count_of(away: bool, number: int) -> dict[str, Any]:
    """The menu's number as the page itself found it; what is away is no number."""
    return {} if away else {"flags": number}


async def acknowledge(visit: Visit, flag_id: str) -> Response:
    """Say that a flag was seen, with a note; where somebody was faster: who that was."""
    return await take(visit, flag_id, my_flags)
