"""Dates that are typed: day, month and year, with what is wrong with them in words."""

from calendar import month_name, monthrange
from datetime import UTC, date, datetime, time, timedelta

from services.web.visit import Form
from shared.clock import Fold, resolve


PARTS = ("day", "month", "year")
NOON = time(12)


def fields_of(name: str, day: date) -> dict[str, str]:
    """A date as its three fields hold it."""
    return {f"{name}.{part}": str(getattr(day, part)) for part in PARTS}


def past_day(form: Form, name: str, today: date) -> date | None:
    """The day that was typed, today when none was; None, with what is wrong noted in the form."""
    typed = [form.get(f"{name}.{part}", "") for part in PARTS]
    if not any(typed):
        return today
    day = _typed(form, name, today)
    if day and day > today:
        form.wrong(name, "The date must not be in the future")
        return None
    return day


def coming_day(form: Form, name: str, today: date) -> date | None:
    """The day from today on that was typed; None when none was, or what is wrong is noted."""
    if not any(form.get(f"{name}.{part}") for part in PARTS):
        return None
    day = _typed(form, name, today)
    if day and day < today:
        form.wrong(name, "The date must not be in the past")
        return None
    return day


def _typed(form: Form, name: str, today: date) -> date | None:
    day, month, year = (form.number(f"{name}.{part}") or 0 for part in PARTS)
    wrong = _wrong(day, month, year, today)
    if wrong:
        form.wrong(name, wrong)
        return None
    return date(year, month, day)


def _wrong(day: int, month: int, year: int, today: date) -> str:
    """Why three numbers are no day; empty when they are one."""
    if 0 in (day, month, year):
        example = f"{today.day} {today.month} {today.year}"
        return f"The date needs a day, a month and a year, such as {example}"
    if month > 12:
        return f"There is no month {month}"
    if not 1900 <= year <= 9999:
        return f"The year needs four figures, such as {today.year}"
    days, name = monthrange(year, month)[1], month_name[month]
    if day > days:
        of = f" {year}" if month == 2 else ""
        return f"{day} {name}{of} does not exist. {name}{of} has {days} days"
    return ""


def instant_on(day: date, zone: str, began: datetime | None) -> str:
    """The instant that stands for a day of a zone: its noon.

    On the day on which the case `began` it is then, if that was after noon: not before the case.
    """
    noon = resolve(datetime.combine(day, NOON), zone, Fold.EARLIER)
    if began and noon < began < noon + timedelta(hours=12):
        noon = began.astimezone(UTC)
    return noon.isoformat().replace("+00:00", "Z")
