"""Clinics' numbers by date, as the fold asks for them.

They are keyed by clinic, so they come in another partition and at any time: a batch reads them as
they are known now, and a change makes every case of the clinic due (`case_state.numbers`).
"""

import json
from collections.abc import Iterable

from services.progress.domain.rules import House
from services.progress.domain.rules.house import house_of
from services.progress.projection.store import Connection, Id
from services.progress.projection.target import LIVE, Target


async def load(
    connection: Connection, clinics: Iterable[bytes], target: Target = LIVE
) -> dict[bytes, House]:
    """What is known of these clinics; those not heard of yet are left out."""
    rows = await connection.fetch(target.rows.houses, [Id(clinic) for clinic in sorted(clinics)])
    return {row[0].bytes: house_of(row[1], json.loads(row[2]), row[3]) for row in rows}
