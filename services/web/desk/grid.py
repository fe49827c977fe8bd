"""Places and lengths in the diary's grid: rows of five minutes from 08:00, as classes. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.web import words
from services.web.diary import SEEN, Session


OPENS, CLOSES = 8, 18
LONGEST = 240


@dataclass(frozen=True)
class Slot:
    """A session at its place in the grid."""

    session: Session
    place: str
    state: str
    small: str


def slots_of(sessions: list[Session], now: datetime) -> list[Slot]:
    """The sessions within the grid's hours."""
    return [
        Slot(session, f"{_at(session)} {_for(session)}", state(session, now), _small(session))
        for session in sessions
        if OPENS <= session.starts.hour < CLOSES
    ]


def outside(sessions: list[Session]) -> list[Session]:
    """The sessions that no row of the grid can show."""
    return [session for session in sessions if not OPENS <= session.starts.hour < CLOSES]


def state(session: Session, now: datetime) -> str:
    """Its look: done, in, late, dna, or none while it is to come."""
    if session.outcome in SEEN:
        return "done" if session.ends <= now else "in"
    if session.outcome is not None:
        return "dna"
    return "late" if session.starts < now else ""


def _small(session: Session) -> str:
    outcome = words.said(words.OUTCOMES, session.outcome).lower()
    return f"{session.place} · {outcome}" if outcome else session.place


def _at(session: Session) -> str:
    return f"tm-at-{session.starts.hour:02}{session.starts.minute // 5 * 5:02}"


def _for(session: Session) -> str:
    rows = max(5, min(LONGEST, session.minutes // 5 * 5))
    short = " tm-slot--short" if rows < 25 else ""
    return f"tm-for-{rows}{short}"
