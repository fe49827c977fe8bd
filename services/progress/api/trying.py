"""Trying other numbers or versions of the rules before they are switched on."""

from uuid import UUID

from fastapi import APIRouter

from services.progress.api.callers import Lead
from services.progress.commands import trying
from services.progress.models.trying import Trial, TrialRead
from services.progress.queries import trying as queries
from shared.app import Now, Route, Session


router = APIRouter(route_class=Route, tags=["progress"])
ONE = "/clinics/{clinic_id}/rules/try/{trial_id}"


@router.post("/clinics/{clinic_id}/rules/try")
async def try_rules(
    clinic_id: UUID, trial: Trial, session: Session, actor: Lead, now: Now
) -> TrialRead:
    """How many more and fewer flags there would be, how many more severe, and on which cases.

    A long past takes several calls: while the state is `running`, post to the trial to go on.
    """
    return await trying.begin(session, actor, clinic_id, trial, now)


@router.get(ONE)
async def trial(clinic_id: UUID, trial_id: UUID, session: Session, actor: Lead) -> TrialRead:
    """A trial as it stands."""
    return queries.shown(await queries.trial(session, clinic_id, trial_id))


@router.post(ONE)
async def go_on(clinic_id: UUID, trial_id: UUID, session: Session, actor: Lead) -> TrialRead:
    """Carry out the next seconds of a trial; one that is over stays as it is."""
    return await trying.go_on(session, clinic_id, trial_id)


@router.post(ONE + "/cancel")
async def cancel(clinic_id: UUID, trial_id: UUID, session: Session, actor: Lead) -> TrialRead:
    """End a trial; what it found so far stays to be seen."""
    return await trying.cancel(session, clinic_id, trial_id)
