"""A clinic's own numbers of the flag rules, and when it works: versions by date."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.clinics import domain, queries
from services.clinics.models import CalendarChange, CalendarVersion, RulesChange, RulesVersion
from shared import audit, outbox
from shared.auth import Actor
from shared.events.clinics import CalendarChanged, Hours, RulesChanged, RuleValue


async def change_rules(
    session: AsyncSession, actor: Actor, clinic_id: UUID, change: RulesChange, now: datetime
) -> None:
    """The next version of what a clinic sets of the rules; what it leaves out has its default.

    Conflict when the caller has not seen the newest one; Invalid for a number out of its range.
    """
    values = [(each.rule, each.parameter, each.value) for each in change.values]
    domain.check_rules(values)
    starts = change.effective_from or now
    domain.check_starts(starts, now)
    await queries.clinic(session, clinic_id)
    await outbox.lock(session, clinic_id)
    version = await queries.newest(session, RulesVersion, clinic_id)
    domain.check_seen(change.version, version)
    held = [{"rule": rule, "parameter": name, "value": value} for rule, name, value in values]
    session.add(
        RulesVersion(
            clinic_id=clinic_id,
            version=version + 1,
            effective_from=starts,
            values_set=held,
            set_at=now,
            set_by=actor.sub,
        )
    )
    await audit.record(session, actor, "rules_changed", clinic_id)
    event = RulesChanged(
        occurred_at=now,
        clinic_id=clinic_id,
        version=version + 1,
        effective_from=starts,
        values=tuple(RuleValue(**each) for each in held),
    )
    await outbox.publish(session, event)


async def change_calendar(
    session: AsyncSession, actor: Actor, clinic_id: UUID, change: CalendarChange, now: datetime
) -> None:
    """The next version of a clinic's working hours, holidays and deputy."""
    hours = [(each.weekday, each.begins, each.ends) for each in change.hours]
    domain.check_hours(hours)
    starts = change.effective_from or now
    domain.check_starts(starts, now)
    domain.check_holidays(hours, change.holidays, starts.date())
    await outbox.lock(session, clinic_id)
    await queries.clinic(session, clinic_id)
    if change.deputy_id:
        domain.check_deputy(await queries.works_here(session, clinic_id, change.deputy_id, now))
    version = await queries.newest(session, CalendarVersion, clinic_id)
    domain.check_seen(change.version, version)
    days = sorted(set(change.holidays))
    session.add(
        CalendarVersion(
            clinic_id=clinic_id,
            version=version + 1,
            effective_from=starts,
            hours=[list(each) for each in sorted(hours)],
            holidays=[day.isoformat() for day in days],
            deputy_id=change.deputy_id,
            set_at=now,
            set_by=actor.sub,
        )
    )
    await audit.record(session, actor, "calendar_changed", clinic_id)
    event = CalendarChanged(
        occurred_at=now,
        clinic_id=clinic_id,
        version=version + 1,
        effective_from=starts,
        hours=tuple(Hours(weekday=d, begins=b, ends=e) for d, b, e in sorted(hours)),
        holidays=tuple(days),
        deputy_id=change.deputy_id,
    )
    await outbox.publish(session, event)
