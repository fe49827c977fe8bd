"""Rows of flags as the projection reads them back; some may hold what no code writes."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from services.progress.domain.packed import instant, micros
from services.progress.domain.sentences import sentence
from services.progress.domain.state import SPOILT, Flag, decode_because
from services.progress.projection.store import Connection
from shared.events.words import Rule, Severity


Row = asyncpg.Record | Mapping[str, Any]
KNOWN = (list(Rule), list(Severity))
# By what the database can see of it; whether its sentence can be made shows when it is read.
_UNKNOWN = """
select distinct case_id from live.flag
where not (rule = any($1::text[]) and severity = any($2::text[]))
"""
_OF_CASE = "select * from live.flag where case_id = $1"
_MEND = """
update live.flag set rule = $2, severity = $3, rule_version = $4, parameters = '{}'
where flag_id = $1
"""
_DROP = "delete from live.flag where flag_id = $1"


def flag_in(row: Row) -> Flag | None:
    """The flag that a row holds; None when nobody can read it: its case has to be repaired."""
    try:
        because, parameters = decode_because(row["because"]), json.loads(row["parameters"])
        sentence(because, instant(because.at).date())
        if not isinstance(parameters, dict):
            return None
        return Flag(
            row["flag_id"].bytes,
            Rule(row["rule"]),
            row["client_id"].bytes if row["client_id"] else None,
            Severity(row["severity"]),
            micros(row["raised_at"]),
            [event.bytes for event in row["evidence"]],
            because,
            cleared=row["cleared"],
            version=row["rule_version"],
            parameters=parameters,
            grown_at=micros(row["grown_at"]),
        )
    except SPOILT:
        return None


async def unknown(connection: Connection) -> set[UUID]:
    """The cases with a flag of a rule or severity that there is not."""
    return {row[0] for row in await connection.fetch(_UNKNOWN, *KNOWN)}


async def mend(connection: Connection, case_id: UUID, told: Mapping[bytes, Flag]) -> None:
    """Let what nobody can read of a case's flags be what people were `told` of them.

    One of which nothing was said, or whose sentence is lost, is gone: it cannot be shown again.
    """
    for row in await connection.fetch(_OF_CASE, case_id):
        if flag_in(row):
            continue
        said = told.get(row["flag_id"].bytes)
        as_said = said and {"rule": said.rule, "severity": said.severity, "parameters": "{}"}
        if said and as_said and flag_in(dict(row) | as_said):
            known = (said.rule.value, said.severity.value, said.version)
            await connection.execute(_MEND, row["flag_id"], *known)
        else:
            await connection.execute(_DROP, row["flag_id"])
