"""Appointments as pages show them: in wall time, with names and what became of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.web import words
from services.web.cases import Case, name_in
from services.web.directory import Clinic
from services.web.walltime import wall
from shared.clock import Fold, resolve


EARLY = timedelta(hours=2)  # attendance may be recorded from so long before the start
SEEN = ("attended", "late_seen")
NOT_COME = ("late_not_seen", "did_not_attend")  # which nobody can say before the start
# Until then a session is called off itself: its room is free again, and its people are told.
CALLED_OFF = ("cancelled_by_client", "cancelled_by_service")


@dataclass(frozen=True)
class Session:
    """One appointment; `starts` and `ends` are the clinic's wall time."""

    appointment_id: str
    case_id: str
    name: str
    clinician_id: str
    clinician: str
    room: str
    room_id: str | None
    starts: datetime
    ends: datetime
    kind: str
    mode: str
    status: str
    outcome: str | None
    called_off_by: str | None = None
    called_off_why: str = ""

    @property
    def called_off(self) -> str:
        """`called off by us`; empty where that is not known."""
        if not self.called_off_by:
            return ""
        return f"called off by {'the client' if self.called_off_by == 'client' else 'us'}"

    @property
    def why(self) -> str:
        """The reason as it was given; empty where nobody gave one, or the session takes place."""
        return f"Reason: {self.called_off_why}" if self.called_off_why else ""

    @property
    def day(self) -> date:
        """The day in the clinic."""
        return self.starts.date()

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.ends - self.starts).total_seconds()) // 60

    @property
    def place(self) -> str:
        """Room, or the way people meet."""
        return self.room or words.said(words.SESSION_MODES, self.mode)

    def past(self, now: datetime) -> bool:
        """Whether it is over: by the clock, or because somebody said what became of it."""
        return self.outcome is not None or self.ends <= now

    def to_come(self, now: datetime) -> bool:
        """Whether it is booked and has not begun, also not by what was said of it."""
        return self.status == "booked" and self.outcome is None and self.starts > now

    def recordable(self, now: datetime) -> bool:
        """Whether attendance may be recorded now."""
        return self.status == "booked" and self.starts - EARLY <= now

    def tellable(self, now: datetime) -> dict[str, str]:
        """What may be recorded of it now, in words."""
        left_out = {*NOT_COME, *CALLED_OFF} - {self.outcome} if now < self.starts else ()
        return {code: said for code, said in words.OUTCOMES.items() if code not in left_out}


def sessions_of(
    items: list[dict[str, Any]], cases: dict[str, Case], clinic: Clinic
) -> list[Session]:
    """Appointments by their start."""
    made = [
        Session(
            appointment_id=item["appointment_id"],
            case_id=item["case_id"],
            name=name_in(cases, item["case_id"]),
            clinician_id=item["clinician_id"],
            clinician=clinic.who(item["clinician_id"]),
            room=clinic.room(item.get("room_id")),
            room_id=item.get("room_id"),
            starts=wall(item["starts_at"], clinic.zone),
            ends=wall(item["ends_at"], clinic.zone),
            kind=item["kind"],
            mode=item["mode"],
            status=item["status"],
            outcome=item.get("outcome"),
            called_off_by=item.get("cancelled_by"),
            called_off_why=item.get("cancel_reason") or "",
        )
        for item in items
    ]
    return sorted(made, key=lambda session: (session.starts, session.clinician))


def window(zone: str, first: date, last: date) -> tuple[str, str]:
    """The instants between which the days `first` to `last` of a zone lie."""
    return instant(first, zone), instant(last + timedelta(days=1), zone)


def instant(day: date, zone: str) -> str:
    """When a day begins in a zone."""
    begins = resolve(datetime.combine(day, time()), zone, Fold.EARLIER)
    return begins.astimezone(UTC).isoformat().replace("+00:00", "Z")
