"""Disclosures over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.commands import disclosures as commands
from services.goals.models.disclosures import (
    Disclosure,
    DisclosureCreate,
    DisclosureRead,
    DisclosureVoid,
)
from services.goals.queries import cases
from services.goals.queries import disclosures as queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.pages import paged


router = APIRouter(route_class=Route)


@router.post("/disclosures", response_model=DisclosureRead, status_code=201)
async def disclose(
    new: DisclosureCreate, session: Session, actor: Clinician, now: Now
) -> Disclosure:
    """Take down what a client said, as a code: a clinician is told to look, as with an item."""
    return await commands.disclose(session, actor, new, now)


@router.post("/disclosures/{disclosure_id}/void", response_model=DisclosureRead)
async def void(
    disclosure_id: UUID, said: DisclosureVoid, session: Session, actor: Clinician, now: Now
) -> Disclosure:
    """It was recorded wrongly: it does not count any more, and stays to be seen."""
    return await commands.void(session, actor, disclosure_id, said, now)


@router.get("/disclosures", response_model=Page[DisclosureRead])
async def disclosures(
    case_id: UUID, session: Session, actor: Reader, limit: Limit = 50, after: str | None = None
) -> dict[str, object]:
    """A case's disclosures, oldest first."""
    case = await cases.case(session, actor, case_id)
    await audit.record(session, actor, "disclosures_read", case.case_id)
    rows = await queries.disclosures(session, case_id, limit, after_of(after))
    items, following = paged(rows, limit, lambda one: (one.disclosed_at, one.disclosure_id))
    return {"items": items, "next": following}
