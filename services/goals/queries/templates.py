"""Questions about goal templates: the library's and a clinic's own, as one list."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain.templates import Template, library
from services.goals.models.templates import RetiredTemplate, TemplateRow
from shared.errors import NotFound
from shared.events.words import GoalKind, Modality


async def templates(
    session: AsyncSession,
    clinic_id: UUID,
    kind: GoalKind | None,
    modality: Modality | None,
    retired: bool,
) -> list[Template]:
    """What a clinic offers, or what it does not offer any more, by kind and title."""
    gone = await _retired(session, clinic_id)
    own = await _own(session, clinic_id)
    every = [*library().values(), *own]
    fitting = [
        one
        for one in every
        if (one.template_id in gone) is retired
        and kind in (None, one.kind)
        and (modality is None or modality in one.modalities)
    ]
    return sorted((_as(one, retired) for one in fitting), key=lambda one: one.place)


async def template(session: AsyncSession, clinic_id: UUID, template_id: UUID) -> Template:
    """A template of the library or of this clinic. NotFound for every other."""
    own = {one.template_id: one for one in await _own(session, clinic_id)}
    found = library().get(template_id) or own.get(template_id)
    if found is None:
        raise NotFound()
    return _as(found, template_id in await _retired(session, clinic_id))


async def _own(session: AsyncSession, clinic_id: UUID) -> list[Template]:
    asked = select(TemplateRow).where(col(TemplateRow.clinic_id) == clinic_id)
    return [template_of(row) for row in await session.scalars(asked)]


async def _retired(session: AsyncSession, clinic_id: UUID) -> set[UUID]:
    asked = select(RetiredTemplate.template_id)
    theirs = asked.where(
        col(RetiredTemplate.clinic_id) == clinic_id, col(RetiredTemplate.restored_at).is_(None)
    )
    return set(await session.scalars(theirs))


def template_of(row: TemplateRow) -> Template:
    """A clinic's own template, as the library's are."""
    return Template(
        row.template_id,
        row.kind,
        row.title,
        row.description,
        tuple(Modality(one) for one in row.modalities),
        row.method,
        None if row.levels is None else tuple(row.levels),
        library=False,
    )


def _as(one: Template, retired: bool) -> Template:
    return replace(one, retired=retired)
