"""A case as somebody at a terminal names it: by its number, such as TM-1004, or by its id."""

import re
from typing import Any
from uuid import UUID

import asyncpg

from deploy.ports import NotStarted


NUMBER = re.compile(r"tm-\d+", re.IGNORECASE)
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

    NotStarted when it is neither a number that intake knows nor an id: which of both, it says.
    """
    try:
        return UUID(said.strip())
    except ValueError:
        pass
    if (found := await known(demo, said)) is None:
        raise refused(said)
    case_id: UUID = found["case_id"]
    return case_id


def spelt(said: str) -> str:
    """A name as its case is named everywhere: numbers in capitals, ids not."""
    name = said.strip()
    return name.upper() if NUMBER.fullmatch(name) else name.lower()


def refused(said: str) -> NotStarted:
    """Why a name is no case's: nobody has such a number, or it is no number at all."""
    if NUMBER.fullmatch(said.strip()):
        return NotStarted(f"there is no case {spelt(said)}: check the number")
    return NotStarted("CASE= is a case's number, such as TM-1004, or its id")
