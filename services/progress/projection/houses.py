"""Clinics' numbers by date, as the fold asks for them.

They are keyed by clinic, so they come in another partition and at any time: a batch reads them as
they are known now, and a change makes every case of the clinic due (`case_state.numbers`).
"""

import json
from collections.abc import Iterable
from functools import lru_cache

from services.progress.domain.facts import (
    AboutClinic,
    CalendarChanged,
    ClinicKnown,
    RulesChanged,
)
from services.progress.domain.rules import House
from services.progress.domain.rules.house import house_of
from services.progress.projection import staffing
from services.progress.projection.store import Connection, Id
from services.progress.projection.target import LIVE, Target


async def load(
    connection: Connection, clinics: Iterable[bytes], target: Target = LIVE
) -> dict[bytes, House]:
    """What is known of these clinics; those not heard of yet are left out."""
    rows = await connection.fetch(target.rows.houses, [Id(clinic) for clinic in sorted(clinics)])
    return {row[0].bytes: _house(row[1], row[2], row[3]) for row in rows}


@lru_cache(maxsize=1024)
def _house(zone: str, rules: str, numbers: int) -> House:
    """Made once of the same words: every batch asks, and clinics seldom change."""
    return house_of(zone, json.loads(rules), numbers)


async def save(connection: Connection, told: Iterable[AboutClinic], target: Target = LIVE) -> None:
    """Keep what was said about clinics: zones, numbers of rules, calendars, who works there."""
    for fact in told:
        clinic = Id(fact.clinic_id.bytes)
        if isinstance(fact, staffing.ABOUT_STAFF):
            if not target.silent:  # who works where is no projection: there is one copy
                await staffing.keep(connection, fact)
            continue
        if isinstance(fact, ClinicKnown):
            await connection.execute(target.rows.save_clinic, clinic, fact.zone)
        elif isinstance(fact, RulesChanged):
            said = (str(fact.version), json.dumps(_rules(fact)))
            await connection.execute(target.rows.save_rules, clinic, *said)
        elif isinstance(fact, CalendarChanged):
            said = (str(fact.version), json.dumps(_calendar(fact)))
            await connection.execute(target.rows.save_calendar, clinic, *said)


def _rules(fact: RulesChanged) -> dict[str, object]:
    values = [(each.rule, each.parameter, each.value) for each in fact.values]
    return {"effective_from": fact.effective_from.isoformat(), "values": values}


def _calendar(fact: CalendarChanged) -> dict[str, object]:
    return {
        "effective_from": fact.effective_from.isoformat(),
        "hours": [(each.weekday, each.begins, each.ends) for each in fact.hours],
        "holidays": [day.isoformat() for day in fact.holidays],
        "deputy": str(fact.deputy_id) if fact.deputy_id else None,
    }
