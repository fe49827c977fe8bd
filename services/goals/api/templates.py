"""Goal templates over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Lead, Reader, own_clinic
from services.goals.commands import templates as commands
from services.goals.domain.templates import Template
from services.goals.models.templates import (
    TemplateCreate,
    TemplateOf,
    TemplateOffered,
    TemplateRead,
)
from services.goals.queries import templates as queries
from shared.app import Limit, Now, Page, Route, Session
from shared.events.words import GoalKind, Modality
from shared.pages import paged, parts_of


router = APIRouter(route_class=Route)


@router.get("/templates", response_model=Page[TemplateRead])
async def templates(
    clinic_id: UUID,
    session: Session,
    actor: Reader,
    kind: GoalKind | None = None,
    modality: Modality | None = None,
    retired: bool = False,
    limit: Limit = 200,
    after: str | None = None,
) -> dict[str, object]:
    """What a clinic offers to begin a goal from: the library's and its own, by kind and title.

    With `retired` those that it does not offer any more.
    """
    own_clinic(actor, clinic_id)
    behind = parts_of(after, int, str, UUID)
    found = await queries.templates(session, clinic_id, kind, modality, retired)
    rest = [one for one in found if behind is None or one.place > behind]
    items, following = paged(rest, limit, lambda one: one.place)
    return {"items": items, "next": following}


@router.post("/templates", response_model=TemplateRead, status_code=201)
async def add(new: TemplateCreate, session: Session, actor: Lead, now: Now) -> Template:
    """Add a template of the clinic's own."""
    own_clinic(actor, new.clinic_id)
    return await commands.add_template(session, actor, new, now)


@router.post("/templates/{template_id}/retire", response_model=TemplateOffered)
async def retire(
    template_id: UUID, of: TemplateOf, session: Session, actor: Lead, now: Now
) -> dict[str, object]:
    """Do not offer a template any more, the clinic's own or the library's."""
    own_clinic(actor, of.clinic_id)
    return _offered(*await commands.retire_template(session, actor, of, template_id, now))


@router.post("/templates/{template_id}/restore", response_model=TemplateOffered)
async def restore(
    template_id: UUID, of: TemplateOf, session: Session, actor: Lead, now: Now
) -> dict[str, object]:
    """Offer a template again."""
    own_clinic(actor, of.clinic_id)
    return _offered(*await commands.restore_template(session, actor, of, template_id, now))


def _offered(template: Template, done_at: datetime | None) -> dict[str, object]:
    return {**vars(TemplateRead.model_validate(template)), "done_at": done_at}
