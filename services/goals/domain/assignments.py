"""When a client is to be asked, and until when. Pure: the moment is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.events.words import EndCode, RhythmKind


SESSION = "session-"
# After so long a safety item that was answered and not sent is told to staff. Our own choice, no
# source names one: far longer than a questionnaire takes, far shorter than the working day within
# which an answer that was sent has to be looked at (domain sheet C.2, SI_ITEM).
UNSENT = timedelta(minutes=30)
# Treatment that came to its end with the client there to be asked. Whoever never began, went
# elsewhere or has died is asked nothing more.
ASKED_AT_THE_END = frozenset(
    {
        EndCode.COMPLETED_AS_AGREED,
        EndCode.ENDED_EARLIER_THAN_PLANNED,
        EndCode.ENDED_EARLIER_THAN_ASKED,
    }
)


@dataclass(frozen=True)
class Windows:
    """How long before and after what a link is open."""

    open_for: timedelta
    before_session: timedelta
    after_session: timedelta
    after_closing: timedelta


@dataclass(frozen=True)
class Plan:
    """A measure's rhythm for one client; `end_due_at` is when the case was closed."""

    rhythm: RhythmKind
    weeks: int | None
    assigned_at: datetime
    end_due_at: datetime | None


@dataclass(frozen=True)
class Meeting:
    """A session that stands in the diary."""

    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Occasion:
    """One time to ask; the same occasion always has the same name, so it is asked once."""

    name: str
    expires_at: datetime


def check_rhythm(rhythm: RhythmKind, weeks: int | None) -> None:
    """Invalid when the number of weeks is missing, or stands where it means nothing."""
    if rhythm is RhythmKind.EVERY_WEEKS and weeks is None:
        raise Invalid.of("weeks", "is needed: every how many weeks")
    if rhythm is not RhythmKind.EVERY_WEEKS and weeks is not None:
        raise Invalid.of("weeks", "belongs to the rhythm every_weeks only")


def running(ended_at: datetime | None) -> None:
    """Conflict when a measure is given no longer."""
    if ended_at is not None:
        raise Conflict("This questionnaire is given no longer. Give it again first.")


def beside_a_rhythm(end_due_at: datetime | None) -> None:
    """Conflict when the case was closed: then only its last measure is asked, once and in time."""
    if end_due_at is not None:
        raise Conflict("This case is closed. Its last questionnaire was given, or it is too late.")


def due(
    plan: Plan, meetings: Sequence[Meeting], now: datetime, windows: Windows
) -> Occasion | None:
    """What a client is to be asked for at this moment; None when it is not the time."""
    match plan.rhythm:
        case RhythmKind.ONCE:
            return Occasion("once", now + windows.open_for)
        case RhythmKind.START_AND_END:
            return _start_or_end(plan, now, windows)
        case RhythmKind.EVERY_WEEKS:
            return _week(plan, now, windows)
        case RhythmKind.EACH_SESSION:
            return next(filter(None, (_around(each, now, windows) for each in meetings)), None)


def _start_or_end(plan: Plan, now: datetime, windows: Windows) -> Occasion | None:
    if plan.end_due_at is None:
        return Occasion("start", now + windows.open_for)
    until = plan.end_due_at + windows.after_closing
    return Occasion("end", until) if now < until else None


def _week(plan: Plan, now: datetime, windows: Windows) -> Occasion:
    """This round's occasion; rounds that nobody opened, because all was off, are not caught up."""
    every = timedelta(weeks=plan.weeks or 1)
    rounds = max((now - plan.assigned_at) // every, 0)
    following = plan.assigned_at + (rounds + 1) * every
    return Occasion(f"week-{rounds * (plan.weeks or 1)}", min(now + windows.open_for, following))


def _around(meeting: Meeting, now: datetime, windows: Windows) -> Occasion | None:
    until = meeting.ends_at + windows.after_session
    if not meeting.starts_at - windows.before_session <= now < until:
        return None
    return Occasion(session_name(meeting.appointment_id), until)


def session_name(appointment_id: UUID) -> str:
    """The name of the occasion that a session is."""
    return f"{SESSION}{appointment_id}"


def session_of(occasion: str) -> UUID | None:
    """The session that an occasion is; None for every other."""
    return UUID(occasion.removeprefix(SESSION)) if occasion.startswith(SESSION) else None


def over_with(rhythm: RhythmKind, occasion: str) -> bool:
    """Whether a rhythm has nothing more to ask once this occasion was opened."""
    return occasion == "end" or rhythm is RhythmKind.ONCE
