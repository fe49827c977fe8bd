"""What differs in a case between the read tables and the reckoning: words that hold no value.

Each names a part, and which of its fields or rows: `goals: best`, `flag DNA_2: only in the log`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.progress.domain.packed import instant
from services.progress.domain.state import Case
from services.progress.projection.holding import Held
from services.progress.projection.incidents import (
    CLINIC_UNREADABLE,
    FLAG_UNREADABLE,
    LOG_UNREADABLE,
    ONLY_LOG,
    ONLY_TABLES,
    UNREADABLE,
)
from services.progress.projection.logged import Read
from services.progress.projection.reckoning import (
    History,
    House,
    Stands,
    figures,
    houses,
    standing,
    told,
)
from services.progress.projection.refolding import of_state
from services.progress.projection.showing import Flagged, Key, Parts, flags_of, shown
from shared import events
from shared.events.clinics import CalendarChanged


ROUNDED = 0.0501  # what is shown is rounded to one place or two, what is reckoned is not
Said = Mapping[UUID, list[events.Event]]


def differences(held: Held, case_id: UUID, log_says: Read, about: Read) -> list[str]:
    """What differs between the read tables' word of a case and the log's; no value is in it."""
    found = [FLAG_UNREADABLE] if case_id in held.spoilt else []
    found += held.acts.get(case_id, ())
    if case_id in log_says.spoilt:
        unreadable = [UNREADABLE] if case_id in held.unreadable() else []
        return [*found, *unreadable, LOG_UNREADABLE]
    said = log_says.said.get(case_id, [])
    clinics = {str(event.clinic_id) for event in said if event.clinic_id in about.spoilt}
    if clinics - held.aside:
        # Like one whose word is set aside: nothing that rests on it is compared.
        found.append(CLINIC_UNREADABLE)
        held = replace(held, aside=held.aside | clinics)
    return found + _differences(held, case_id, said, about.said)


def whole(held: Held, case_id: UUID, log_says: Read, about: Read) -> bool:
    """Whether all that can differ in a case was compared: what was not found is not there.

    Where its log, its state or its clinic's word cannot be read, or its flags cannot be asked, some
    differences are not looked for.
    """
    row = held.rows.get(case_id)
    if case_id in log_says.spoilt or row is None or row.case is None:
        return False
    clinic = UUID(bytes=row.case.clinic)
    if str(clinic) in held.aside or clinic in about.spoilt:
        return False
    return _looked(row.case, houses(about.said.get(clinic, [])), held.now) is not None


def _differences(held: Held, case_id: UUID, said: list[events.Event], about: Said) -> list[str]:
    row, flags = held.rows.get(case_id), held.flags.get(case_id, {})
    if row is None:
        found = [f"case: {ONLY_LOG}"] if said else []
        return found + ([f"flags: {ONLY_TABLES}"] if flags else [])
    if not said:
        return [f"case: {ONLY_TABLES}"]
    if row.case is None:
        return [UNREADABLE]
    history = told(said)
    clinic = history.course.clinic or UUID(bytes=row.case.clinic)
    known = houses(about.get(clinic, []))
    found = [f"row: {name}" for name in row.against_state(row.case)]
    if clinic != UUID(bytes=row.case.clinic):
        found.append("case: clinic_id")
    if row.case.numbers >= len(known) and str(clinic) not in held.aside:
        found.append("case: numbers")  # its flags cannot be asked under what nobody said
    found += _of_clinic(held, clinic, known) + _of_calendar(held, clinic, about)
    zone, then = _zones(held, clinic, known)
    case = shown(case_id, row.case, zone, held.now)
    found += of_parts(case, figures(history, then, held.now))
    heard = [] if str(clinic) in held.aside else known
    found += of_flags(row.case, flags, history, heard, held.now)
    return found or of_state(row.case, said, held.now)


def _zones(held: Held, clinic: UUID, known: list[House]) -> tuple[str, str]:
    """The clinic's zone by its row, and by its own word as far as the row had heard it."""
    row = held.clinics.get(clinic)
    if row is None:
        return House().zone, House().zone
    told_so = row.numbers < len(known) and str(clinic) not in held.aside
    return row.zone, known[row.numbers].zone if told_so else row.zone


def _of_clinic(held: Held, clinic: UUID, known: list[House]) -> list[str]:
    """Whether the clinic's row is what the clinic said; all its cases are asked under it."""
    row = held.clinics.get(clinic)
    if str(clinic) in held.aside or (row is None and len(known) == 1):
        return []
    if row is None or row.numbers >= len(known):
        return ["clinic: numbers"]
    then = known[row.numbers]
    rules = {
        str(each.version): {
            "effective_from": each.effective_from.isoformat(),
            "values": [[value.rule, value.parameter, value.value] for value in each.values],
        }
        for each in then.said
    }
    found = [] if then.zone == row.zone else ["clinic: zone"]
    return found + ([] if rules == row.rules else ["clinic: rules"])


def _of_calendar(held: Held, clinic: UUID, about: Said) -> list[str]:
    """Whether the clinic's working hours and holidays, by which clocks run, are those it said."""
    row = held.clinics.get(clinic)
    if row is None or str(clinic) in held.aside:
        return []
    said = {
        str(event.version): {
            "effective_from": event.effective_from.isoformat(),
            "hours": [[each.weekday, each.begins, each.ends] for each in event.hours],
            "holidays": [day.isoformat() for day in event.holidays],
            "deputy": str(event.deputy_id) if event.deputy_id else None,
        }
        for event in about.get(clinic, [])
        if isinstance(event, CalendarChanged)
    }
    return [] if said == row.calendars else ["clinic: calendars"]


def of_flags(
    case: Case,
    rows: Mapping[Key, list[Flagged]],
    history: History,
    known: list[House],
    now: datetime,
) -> list[str]:
    """Which flags stand, how severe, on what, by which numbers; and whether the state agrees."""
    stated = flags_of(case)
    found = [
        f"flag {key[0]}: state and row"
        for key in sorted(stated.keys() | rows.keys(), key=str)
        if rows.get(key, []) != stated.get(key, [])
    ]
    if (look := _looked(case, known, now)) is not None:
        log_says = standing(history, *look)
        for key in sorted(log_says.keys() | rows.keys(), key=str):
            found += _of_flag(key, rows.get(key, []), log_says.get(key))
    return found


def _looked(case: Case, known: list[House], now: datetime) -> tuple[House, datetime] | None:
    """Under which numbers, and up to which moment, the case's flags were asked last.

    From the latest moment that was looked at until time is due again nothing changes; what is due
    waits for the sweeper. None when they cannot be told: the clinic's word is set aside, or a fact
    from the future was looked at before what was due until then.
    """
    if case.numbers >= len(known):
        return None
    if case.due_at is not None:
        if case.due_at <= case.looked:
            return None
        now = min(now, instant(case.due_at) - timedelta(microseconds=1))
    return known[case.numbers], max(instant(case.looked), now)


def _of_flag(key: Key, rows: list[Flagged], log_says: Stands | None) -> list[str]:
    name = f"flag {key[0]}"
    if not rows or log_says is None:
        return [f"{name}: {ONLY_TABLES if rows else ONLY_LOG}"]
    if len(rows) > 1:
        return [f"{name}: stands twice"]
    pairs = zip(log_says._fields, rows[0].stands, log_says, strict=True)
    differing = [field for field, ours, theirs in pairs if ours != theirs]
    return [f"{name}: {', '.join(differing)}"] if differing else []


def of_parts(tables: Parts, log: Parts) -> list[str]:
    """What differs in what is shown: the part, and which of its fields or rows."""
    found: list[str] = []
    for part, theirs in log.items():
        ours = tables[part]
        rows = any(isinstance(each, dict) for each in (*ours.values(), *theirs.values()))
        found += _of_rows(part, ours, theirs) if rows else _of_fields(part, ours, theirs)
    return found


def _of_rows(part: str, ours: dict[Any, Any], theirs: dict[Any, Any]) -> list[str]:
    found = []
    if theirs.keys() - ours.keys():
        found.append(f"{part}: {ONLY_LOG}")
    if ours.keys() - theirs.keys():
        found.append(f"{part}: {ONLY_TABLES}")
    names = {
        name
        for key in ours.keys() & theirs.keys()
        for name in theirs[key]
        if not _same(ours[key][name], theirs[key][name])
    }
    return found + ([f"{part}: {', '.join(sorted(names))}"] if names else [])


def _of_fields(part: str, ours: dict[Any, Any], theirs: dict[Any, Any]) -> list[str]:
    names = sorted(name for name in theirs if not _same(ours[name], theirs[name]))
    return [f"{part}: {', '.join(names)}"] if names else []


def _same(ours: Any, theirs: Any) -> bool:
    """Whether a value shown is the one reckoned; a fraction may have been rounded."""
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) <= ROUNDED
    return bool(ours == theirs)
