"""The course of care as it is shown: who and since when, sessions, waiting, outcome."""

from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from services.progress.projection.reckoning.answers import Answer, at_caseness, change, series
from services.progress.projection.reckoning.days import days_between
from services.progress.projection.reckoning.history import History
from services.progress.projection.reckoning.sessions import Session, in_order, treatments
from shared.events.measures import Change
from shared.events.words import Attendance


# Waits in days: 6 and 18 weeks are the standards (T14 [S15][S19e]).
BANDS = (
    (14, "up_to_14"),
    (28, "15_to_28"),
    (42, "29_to_42"),
    (84, "43_to_84"),
    (126, "85_to_126"),
)
TOGETHER = ("phq-9", "gad-7")  # make an outcome (B.2 [S20][S21])
FINISHED_FROM = 2  # attended treatment sessions (B.2 [S7][S22])
CALLED_OFF = (Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE)


def case(history: History) -> dict[str, Any]:
    """What intake says of it."""
    course = history.course
    return {
        "case_number": course.number,
        "status": course.status,
        "clinician_id": course.clinician,
        "client_ids": list(course.clients),
        "opened_at": course.opened_at,
        "closed_at": course.closed_at,
        "end_code": course.end_code,
    }


def sessions(history: History) -> dict[UUID, dict[str, Any]]:
    """Every session as last told."""
    return {
        each.appointment_id: {"at": each.at, "outcome": each.outcome, "kind": each.kind}
        for each in history.sessions.values()
    }


def attendance(history: History, zone: str, now: datetime) -> dict[str, Any]:
    """What became of the sessions, and the time between them."""
    every = in_order(history.sessions)
    outcomes = [each.outcome for each in every]
    seen = [each.at for each in every if each.seen]
    ahead = [each.at for each in every if each.outcome is None and each.at >= now]
    gaps = [days_between(earlier, later, zone) for earlier, later in pairwise(seen)]
    return {
        "attended": len(seen),
        "did_not_attend": outcomes.count(Attendance.DID_NOT_ATTEND),
        "cancelled": sum(outcome in CALLED_OFF for outcome in outcomes),
        "late_not_seen": outcomes.count(Attendance.LATE_NOT_SEEN),
        "sessions": len(every),
        "booked": outcomes.count(None),
        "treatments_attended": len(treatments(history.sessions)),
        "consecutive_did_not_attend": _missed_in_a_row(every),
        "last_contact": seen[-1] if seen else None,
        "next_contact": ahead[0] if ahead else None,
        "days_since_contact": max(days_between(seen[-1], now, zone), 0) if seen else None,
        "longest_gap_days": max(gaps, default=None),
    }


def _missed_in_a_row(every: list[Session]) -> int:
    row = 0
    for session in every:
        row = 0 if session.seen else row + (session.outcome is Attendance.DID_NOT_ATTEND)
    return row


def waiting(history: History, zone: str, now: datetime) -> dict[str, Any]:
    """Days from the referral to the first treatment, to the end of the case, or until now."""
    course, seen = history.course, treatments(history.sessions)
    first = seen[0].at if seen else None
    end = first or course.closed_at or now
    since = course.received_at
    days = None if since is None else max(days_between(since, end, zone), 0)
    gap = days_between(seen[0].at, seen[1].at, zone) if len(seen) > 1 else None
    known = days is not None
    return {
        "received_at": since,
        "first_treatment_at": first if known else None,
        "days": days,
        "still_waiting": known and first is None and course.status in ("pending", "open"),
        "band": None if days is None else _band(days),
        "within_42": None if days is None else days <= 42,
        "within_126": None if days is None else days <= 126,
        "second_gap_days": gap if known else None,
    }


def _band(days: int) -> str:
    return next((name for most, name in BANDS if days <= most), "over_126")


def outcomes(history: History) -> dict[UUID, dict[str, Any]]:
    """Every client's outcome, as NHS Talking Therapies counts it (B.2)."""
    attended = len(treatments(history.sessions))
    finished = history.course.status == "closed" and attended >= FINISHED_FROM
    return {
        client: {"finished": finished, **_outcome(history, client)}
        for client in history.course.clients
    }


def _outcome(history: History, client: UUID) -> dict[str, Any]:
    """Nothing is said of recovery until both measures were answered twice in the same way."""
    pairs: list[tuple[Answer, Answer]] = []
    for code in TOGETHER:
        given = series(history.answers).get((code, client), [])
        scores = [answer for answer in given if answer.counts]
        same = len(scores) > 1 and scores[0].edition == scores[-1].edition
        if same and scores[0].definition:
            pairs.append((scores[0], scores[-1]))
    paired = len(pairs) == len(TOGETHER)
    changes = [change(*pair) for pair in pairs]
    worse = Change.RELIABLY_WORSE in changes
    was = any(at_caseness(first) for first, _ in pairs)
    recovered = was and not any(at_caseness(last) for _, last in pairs)
    improved = Change.RELIABLY_BETTER in changes and not worse
    said = {
        "was_case": was,
        "recovered": recovered,
        "reliably_improved": improved,
        "reliably_recovered": recovered and improved,
        "reliably_deteriorated": worse,
    }
    return {
        "paired": paired,
        **(said if paired else dict.fromkeys(said)),
        "pairs": [(first.measure, first.total, last.total) for first, last in pairs],
    }
