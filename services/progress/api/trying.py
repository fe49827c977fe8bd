"""Trying other numbers of the rules before they are switched on."""

from uuid import UUID

from fastapi import APIRouter

from services.progress.api.callers import Lead
from services.progress.models.trying import Trial, TrialRead
from services.progress.queries import trying
from shared import audit
from shared.app import Now, Route, Session


router = APIRouter(route_class=Route, tags=["progress"])


@router.post("/clinics/{clinic_id}/rules/try")
async def try_rules(
    clinic_id: UUID, trial: Trial, session: Session, actor: Lead, now: Now
) -> TrialRead:
    """How many more and how many fewer flags there would be, and on which cases."""
    found = await trying.tried(session, clinic_id, trial, now)
    await audit.record(session, actor, "rules_tried", clinic_id)
    return found
