"""How a clinic works with each kind of goal, over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Lead, Reader, own_clinic
from services.goals.commands import kinds as commands
from services.goals.domain import kinds as rules
from services.goals.models.kinds import KindChange, KindRead, KindSetting
from services.goals.queries import kinds as queries
from shared.app import Now, Page, Route, Session
from shared.events.words import GoalKind


router = APIRouter(route_class=Route)


@router.get("/clinics/{clinic_id}/kinds", response_model=Page[KindRead])
async def kinds(clinic_id: UUID, session: Session, actor: Reader) -> dict[str, object]:
    """The eight kinds: how each is rated, measured and reviewed, and what counts as movement."""
    own_clinic(actor, clinic_id)
    held = await queries.current(session, clinic_id)
    return {"items": [_shown(kind, held.get(kind)) for kind in GoalKind], "next": None}


@router.put("/clinics/{clinic_id}/kinds/{kind}", response_model=KindRead)
async def change_kind(
    clinic_id: UUID, kind: GoalKind, change: KindChange, session: Session, actor: Lead, now: Now
) -> KindRead:
    """The next version of a clinic's settings; 409 with both when somebody else was faster."""
    own_clinic(actor, clinic_id)
    await commands.change_kind(session, actor, clinic_id, kind, change, now)
    return _shown(kind, (await queries.current(session, clinic_id)).get(kind))


def _shown(kind: GoalKind, row: KindSetting | None) -> KindRead:
    held = queries.settings_of(row) if row else rules.library(kind)
    words, source = rules.movement(held.method, held.reliable_change)
    return KindRead(
        kind=kind,
        label=rules.LABELS[kind],
        version=held.version,
        method=held.method,
        measures=list(held.measures),
        optional=rules.others(kind, held.measures),
        review_weeks=held.review_weeks,
        review_source=rules.CLINICS_OWN if row else rules.OUR_RHYTHM,
        reliable_change=rules.goal_change(held.reliable_change),
        movement=words,
        movement_source=source,
        effective_from=row.effective_from if row else None,
    )
