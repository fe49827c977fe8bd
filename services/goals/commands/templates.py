"""What a clinic may do with goal templates: add its own, retire some, restore them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.goals.domain import templates as rules
from services.goals.domain.templates import Template
from services.goals.models.templates import (
    RetiredTemplate,
    TemplateCreate,
    TemplateOf,
    TemplateRow,
)
from services.goals.queries import templates
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import overtaken


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
    session: AsyncSession, actor: Actor, of: TemplateOf, template_id: UUID, now: datetime
) -> tuple[Template, datetime | None]:
    """This clinic does not offer it any more, whosever it is. The same again changes nothing.

    Also the moment of the act, where it changed something. Conflict, naming who acted last, where
    it `undoes` what is not the actor's own last act; so too in `restore_template`.
    """
    return await _offer(session, actor, of, template_id, now, retired=True)


async def restore_template(
    session: AsyncSession, actor: Actor, of: TemplateOf, template_id: UUID, now: datetime
) -> tuple[Template, datetime | None]:
    """This clinic offers it again. The same again changes nothing."""
    return await _offer(session, actor, of, template_id, now, retired=False)


async def _offer(
    session: AsyncSession,
    actor: Actor,
    of: TemplateOf,
    template_id: UUID,
    now: datetime,
    *,
    retired: bool,
) -> tuple[Template, datetime | None]:
    await outbox.lock(session, of.clinic_id)
    found = await templates.template(session, of.clinic_id, template_id)
    keys = {"clinic_id": of.clinic_id, "template_id": template_id}
    if of.undoes is not None:
        _check_last(await session.get(RetiredTemplate, keys), actor, of.undoes, retired)
    if found.retired is retired:
        return found, None
    if retired:
        said = {"retired_at": now, "retired_by": actor.id, "restored_at": None, "restored_by": None}
        row = insert(RetiredTemplate).values(keys | said)
        await session.execute(row.on_conflict_do_update(index_elements=list(keys), set_=said))
    else:
        this = update(RetiredTemplate).where(
            col(RetiredTemplate.clinic_id) == of.clinic_id,
            col(RetiredTemplate.template_id) == template_id,
        )
        await session.execute(this.values(restored_at=now, restored_by=actor.id))
    done = "template_retired" if retired else "template_restored"
    await audit.record(session, actor, done, template_id)
    return await templates.template(session, of.clinic_id, template_id), now


def _check_last(row: RetiredTemplate | None, actor: Actor, undoes: datetime, retired: bool) -> None:
    """Conflict unless the last act is the actor's, of that moment, and the other of the two."""
    if row is None:
        raise overtaken(None, None)
    restored = row.restored_at is not None
    by = row.restored_by if restored else row.retired_by
    at = row.restored_at or row.retired_at
    if (by, at, restored) != (actor.id, undoes, retired):
        raise overtaken(by, at)
