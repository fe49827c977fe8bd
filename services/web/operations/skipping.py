"""Skip for good: what it means, asking for it, and the second person who confirms."""

from typing import Any

from fastapi import Response

from services.web.freshness import read_now
from services.web.operations.names import names
from services.web.operations.parked import cause_words, outcome_title, outcome_words, wished
from services.web.operations.readers import READS
from services.web.problems import NotThere, Refused
from services.web.visit import Form, Visit


# What never counts there, in the words of those who use the service.
LOST = {
    "intake": "what front desk sees of referrals",
    "scheduling": "the diary and its free hours",
    "goals": "what may be rated and answered",
    "notifications": "messages: nobody is told of it, and no reminder rests on it",
    "progress": "figures, scores and flags, also not in a flag about safety",
}


async def skip_form(
    visit: Visit, service: str, parked_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page of one event that nobody can read; also after it was read or left out."""
    item = await _item(visit, service, parked_id)
    return visit.page(
        "operations/skip.html",
        status=status,
        title="Skip an event for good",
        fresh=read_now("The event", visit.now),
        form=form or Form(),
        service=service,
        item=item,
        asked=item.get("skip"),
        lost=LOST[service],
        names=await names(visit, [item["key"]]),
        outcome_words=outcome_words,
        outcome_title=outcome_title,
        cause_words=cause_words,
    )


async def ask(visit: Visit, service: str, parked_id: str) -> Response:
    """Say what would come of it, or ask for it with a reason."""
    form = await _form(visit, service)
    dry = form.get("act") != "ask"
    if not dry and not form.get("reason"):
        form.wrong("reason", "Write the reason; it is kept with your name")
        return await skip_form(visit, service, parked_id, form, 422)
    here = f"/operations/parked/{service}/{parked_id}/skip"
    try:
        await visit.api.act(service, f"/v1/parked/{parked_id}/skip", wished(form, dry), form.key)
    except Refused as refused:
        return await _refused(visit, service, parked_id, form, refused)
    return visit.done(here, "previewing" if dry else "skip-asked")


async def confirm(visit: Visit, service: str, parked_id: str) -> Response:
    """The second person agrees; the same one is refused by the service itself."""
    return await _answered(visit, service, parked_id, "confirm")


async def withdraw(visit: Visit, service: str, parked_id: str) -> Response:
    """The ask ends: taken back by who asked, or turned down by somebody else."""
    return await _answered(visit, service, parked_id, "withdraw")


async def _answered(visit: Visit, service: str, parked_id: str, how: str) -> Response:
    form = await _form(visit, service)
    path, body = f"/v1/parked/{parked_id}/skip/{how}", {"wish_id": form.get("wish_id", "")}
    try:
        await visit.api.act(service, path, body, form.key)
    except Refused as refused:
        return await _refused(visit, service, parked_id, form, refused)
    if how == "confirm":
        return visit.done("/operations/parked", "skipping")
    return visit.done(f"/operations/parked/{service}/{parked_id}/skip", "skip-withdrawn")


async def _form(visit: Visit, service: str) -> Form:
    if service not in READS:
        raise NotThere
    return await visit.form()


async def _refused(
    visit: Visit, service: str, parked_id: str, form: Form, refused: Refused
) -> Response:
    form.errors = [("", refused.detail)]
    return await skip_form(visit, service, parked_id, form, refused.status)


async def _item(visit: Visit, service: str, parked_id: str) -> dict[str, Any]:
    if service not in READS:
        raise NotThere
    item: dict[str, Any] = await visit.api.get(service, f"/v1/parked/{parked_id}")
    if item["state"] == "foreign":  # blocks nobody
        raise NotThere
    return item
