"""The clinician's flags: all open ones, who has them, and acknowledging in place."""

from fastapi import Response

from services.web.cases import by_id, flags_of
from services.web.clients import parts
from services.web.freshness import RISK_LIMIT, freshness
from services.web.taking import take
from services.web.visit import Form, Visit


async def my_flags(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """All open flags of the clinician's cases, the acknowledged ones after the others."""
    me, clinic = visit.person.sub, await visit.clinic()
    caseload, cases = await parts(
        visit.api.every("progress", "/v1/caseload", clinician_id=me),
        visit.api.every("intake", "/v1/cases", clinician_id=me),
    )
    named = by_id(cases.items)
    flags = flags_of([flag for item in caseload.items for flag in item["flags"]], named)
    return visit.page(
        "clinician/flags.html",
        status=status,
        title="Flags",
        clinic=clinic,
        fresh=freshness("Flags", caseload.value, visit.now, RISK_LIMIT),
        form=form or Form(),
        raised=[flag for flag in flags if flag.open],
        taken=[flag for flag in flags if not flag.open],
        caseload=caseload,
        counts={} if caseload.away else {"flags": sum(flag.open for flag in flags)},
        live="flags",
    )


async def acknowledge(visit: Visit, flag_id: str) -> Response:
    """Take a flag with a note; by somebody faster: who that was."""
    return await take(visit, flag_id, my_flags)
