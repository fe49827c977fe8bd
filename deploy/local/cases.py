"""A case as somebody at a terminal names it: by its number, such as TM-1004, or by its id."""

from typing import Any
from uuid import UUID

import asyncpg

from deploy.ports import NotStarted


KNOWN = """
select case_id, case_number, clinic_id, clinician_id from referral
where case_number = upper($1) or case_id::text = lower($1)
"""


async def known(demo: dict[str, Any], said: str) -> asyncpg.Record | None:
    """What intake knows of the case; None when it knows no such case."""
    connection = await asyncpg.connect(demo["databases"]["intake"])
    try:
        return await connection.fetchrow(KNOWN, said.strip())
    finally:
        await connection.close()


async def id_of(demo: dict[str, Any], said: str) -> UUID:
    """The case's id; an id also of a case that intake does not know, which others may.

    NotStarted when it is neither a number that intake knows nor an id.
    """
    try:
        return UUID(said.strip())
    except ValueError:
        pass
    if (found := await known(demo, said)) is None:
        raise NotStarted("CASE= is a case's number, such as TM-1004, or its id")
    case_id: UUID = found["case_id"]
    return case_id
