"""What a clinic may do with goal templates: add its own, retire some, restore them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.goals.domain import templates as rules
from services.goals.domain.templates import Template
from services.goals.models.templates import RetiredTemplate, TemplateCreate, TemplateRow
from services.goals.queries import templates
from shared import audit, outbox
from shared.auth import Actor


async def add_template(
    session: AsyncSession, actor: Actor, new: TemplateCreate, now: datetime
) -> Template:
    """A template of the clinic's own."""
    rules.levels_fit(new.method, new.levels)
    row = TemplateRow(
        **new.model_dump(exclude={"modalities"}),
        modalities=list(dict.fromkeys(new.modalities)),
        template_id=uuid4(),
        added_at=now,
        added_by=actor.id,
    )
    session.add(row)
    await session.flush()
    await audit.record(session, actor, "template_added", row.template_id)
    return templates.template_of(row)


async def retire_template(
    session: AsyncSession, actor: Actor, clinic_id: UUID, template_id: UUID, now: datetime
) -> Template:
    """This clinic does not offer it any more, whosever it is. The same again changes nothing."""
    await outbox.lock(session, clinic_id)
    found = await templates.template(session, clinic_id, template_id)
    if not found.retired:
        keys = {"clinic_id": clinic_id, "template_id": template_id}
        gone = {"retired_at": now, "retired_by": actor.id, "restored_at": None}
        row = insert(RetiredTemplate).values(keys | gone)
        await session.execute(row.on_conflict_do_update(index_elements=list(keys), set_=gone))
        await audit.record(session, actor, "template_retired", template_id)
    return await templates.template(session, clinic_id, template_id)


async def restore_template(
    session: AsyncSession, actor: Actor, clinic_id: UUID, template_id: UUID, now: datetime
) -> Template:
    """This clinic offers it again. The same again changes nothing."""
    await outbox.lock(session, clinic_id)
    found = await templates.template(session, clinic_id, template_id)
    if found.retired:
        this = update(RetiredTemplate).where(
            col(RetiredTemplate.clinic_id) == clinic_id,
            col(RetiredTemplate.template_id) == template_id,
        )
        await session.execute(this.values(restored_at=now))
        await audit.record(session, actor, "template_restored", template_id)
    return await templates.template(session, clinic_id, template_id)
