"""Who hears live of a case's figures and flags, besides its clinic's leads."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.models.tables import case_state, flag_case
from shared.hearing import Whose


async def heard_by(session: AsyncSession, cases: Sequence[UUID]) -> Whose:
    """By case its clinician, and those to whom one of its flags was given or went on."""
    found: Whose = {case_id: set() for case_id in cases}
    own = select(case_state.c.case_id, case_state.c.clinician_id)
    for case_id, clinician_id in await session.execute(own.where(case_state.c.case_id.in_(cases))):
        found[case_id].add(clinician_id)
    given = select(flag_case.c.case_id, flag_case.c.assigned_to, flag_case.c.told)
    for case_id, to, told in await session.execute(given.where(flag_case.c.case_id.in_(cases))):
        found[case_id] |= {to, *told}
    return found
