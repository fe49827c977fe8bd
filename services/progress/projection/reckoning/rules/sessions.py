"""DNA_1, DNA_2, LATE_NOT_SEEN and OUTCOME_MISSING (C.2 [S15][S72][S73], [S22a])."""

from collections.abc import Iterator

from services.progress.projection.reckoning.days import begin_of, day_of, days_after
from services.progress.projection.reckoning.rules.look import Found, Look
from services.progress.projection.reckoning.sessions import Session, in_order, treatments
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Severity


def _missed(look: Look) -> Iterator[list[Session]]:
    """Each session that was missed, with those missed before it since somebody was last seen.

    What was called off, or came too late to be seen, is neither seen nor missed (D.2).
    """
    row: list[Session] = []
    for session in in_order(look.history.sessions):
        if session.seen:
            row = []
        elif session.outcome is Attendance.DID_NOT_ATTEND:
            row = [*row, session]
            yield row


def dna_1(look: Look) -> Iterator[Found]:
    """Each first one that was missed."""
    for row in _missed(look):
        if len(row) == 1:
            yield Found(row[0].at, (row[0].event_id,), Severity.LOW)


def dna_2(look: Look) -> Iterator[Found]:
    """Each one that was missed after others, from the clinic's number in a row on."""
    for row in _missed(look):
        if len(row) >= look.value(RuleParameter.IN_A_ROW, row[-1].at):
            newest_first = tuple(session.event_id for session in reversed(row))
            yield Found(row[-1].at, newest_first, Severity.MEDIUM)


def late_not_seen(look: Look) -> Iterator[Found]:
    """Each session to which somebody came too late."""
    for session in in_order(look.history.sessions):
        if session.outcome is Attendance.LATE_NOT_SEEN:
            yield Found(session.at, (session.event_id,), Severity.LOW)


def outcome_missing(look: Look) -> Iterator[Found]:
    """Each treatment without a score that counts within days of it, once that is sure."""
    given = [each for each in look.history.answers.values() if each.counts]
    scored = [day_of(each.at, look.zone) for each in given]
    for session in treatments(look.history.sessions):
        window = look.value(RuleParameter.WINDOW_DAYS, session.at)
        day = day_of(session.at, look.zone)
        too_late = begin_of(days_after(day, window + 1), look.zone)
        near = [each for each in scored if abs((each - day).days) <= window]
        if look.now >= too_late and not near:
            yield Found(session.at, (session.event_id,), Severity.LOW, by_time=True)
