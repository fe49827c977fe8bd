"""Questions about the wording that clinics brought for their measures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.goals.models.wording import Wording, WordingRead, WordingVersionRead
from services.goals.queries.paging import page_of
from shared.events.measures import Measure


async def current(
    session: AsyncSession, clinic_id: UUID, measure: Measure, language: str
) -> Wording | None:
    """The wording of this version in exactly this language; None when its newest was withdrawn.

    An older one does not come back: whoever withdraws wants nothing of it shown.
    """
    of_version = col(Wording.version) == measure.version
    newest = await session.scalar(_newest_first(clinic_id, measure, language).where(of_version))
    return newest if newest and newest.withdrawn_at is None else None


async def for_reader(
    session: AsyncSession, clinic_id: UUID, measure: Measure, language: str
) -> WordingRead | None:
    """What somebody who reads this language is shown: for en-GB its own wording, else that of en.

    For the respondent's page; the session sees the clinic's rows.
    """
    plain = language.partition("-")[0]
    for wanted in dict.fromkeys((language, plain)):
        if found := await current(session, clinic_id, measure, wanted):
            return shown(found, measure)
    return None


async def last_number(
    session: AsyncSession, clinic_id: UUID, measure: Measure, language: str
) -> int:
    """How many wordings were brought so far in this language."""
    newest = await session.scalar(_newest_first(clinic_id, measure, language))
    return newest.number if newest else 0


def _newest_first(clinic_id: UUID, measure: Measure, language: str) -> SelectOfScalar[Wording]:
    asked = select(Wording).where(
        col(Wording.clinic_id) == clinic_id,
        col(Wording.measure) == measure.code,
        col(Wording.language) == language,
    )
    return asked.order_by(col(Wording.number).desc()).limit(1)


async def versions(
    session: AsyncSession,
    clinic_id: UUID,
    measure: Measure,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Wording]:
    """Every wording of a measure that a clinic ever brought, oldest first."""
    asked = select(Wording).where(
        col(Wording.clinic_id) == clinic_id, col(Wording.measure) == measure.code
    )
    sort = (col(Wording.imported_at), col(Wording.wording_id))
    return await page_of(session, asked, sort, limit, after)


def shown(found: Wording, measure: Measure) -> WordingRead:
    """A wording with its words, and whom the measure's licence wants named."""
    head = WordingVersionRead.model_validate(found).model_dump()
    words = {name: found.words[name] for name in ("instructions", "copyright", "items")}
    return WordingRead(
        **head,
        **words,
        title=found.words["title"] or measure.name,
        attribution=measure.licence.attribution,
    )
