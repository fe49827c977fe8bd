"""Clinics' numbers by date, as the fold asks for them.

They are keyed by clinic, so they come in another partition and at any time: a batch reads them as
they are known now, and a change makes every case of the clinic due (`case_state.numbers`).
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.progress.domain.packed import micros
from services.progress.domain.rules import House
from services.progress.domain.rules.house import Changed
from services.progress.projection.store import LIVE, Connection, Id, Target
from shared.events.rules import RuleParameter
from shared.events.words import Rule


async def load(
    connection: Connection, clinics: Iterable[bytes], target: Target = LIVE
) -> dict[bytes, House]:
    """What is known of these clinics; those not heard of yet are left out."""
    rows = await connection.fetch(target.rows.houses, [Id(clinic) for clinic in sorted(clinics)])
    return {row[0].bytes: house_of(row[1], json.loads(row[2]), row[3]) for row in rows}


def house_of(zone: str, rules: dict[str, Any], numbers: int) -> House:
    """A clinic from its row."""
    begun = sorted(
        (micros(datetime.fromisoformat(said["effective_from"])), int(version), said["values"])
        for version, said in rules.items()
    )
    since, changes = [], []
    newest = 0
    for at, version, values in begun:
        if version < newest:
            continue  # a later version came into force before: it was made to replace this one
        newest = version
        since.append(at)
        changes.append(changed(values))
    return House(zone, tuple(since), tuple(changes), numbers)


def changed(values: Iterable[tuple[str, str, int]]) -> Changed:
    """What a clinic set, as rows of rule, parameter and value."""
    return {(Rule(rule), RuleParameter(name)): value for rule, name, value in values}
