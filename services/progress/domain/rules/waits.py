"""Rules of waiting, in days (T14): WAIT_BREACH, LONG_GAP, DISENGAGED; and REPEAT_REFERRAL."""

from collections.abc import Iterator

from services.progress.domain.rules.days import after_days, days_between
from services.progress.domain.rules.evidence import Evidence, View, fewer_days, treatments
from services.progress.domain.state import Because
from shared.events.rules import RuleParameter as P
from shared.events.words import EndCode, Rule, Severity


# Bands of those who still wait (C.2 [S15][S19e]).
BANDS = (14, 28, 42, 84, 126)
# A course that was taken on and ended otherwise than by death (D.2 [S15]).
COMPLETED = (
    EndCode.COMPLETED_AS_AGREED,
    EndCode.ENDED_EARLIER_THAN_PLANNED,
    EndCode.ENDED_EARLIER_THAN_ASKED,
)
REPEAT_BANDS = (91, 182, 273)


def waits(view: View) -> Iterator[Evidence]:
    """A wait from the referral to the first treatment session; an assessment does not end it.

    Who was treated counts from the breach on; who still waits from the clinic's first band on.
    """
    case = view.case
    if case.received_at is None:
        return
    first = next(iter(treatments(case)), None)
    end = min(first[0] if first else view.now, case.closed_at or view.now, view.now)
    waiting = first is None and case.closed_at is None
    for days, severity in _thresholds(view, end, waiting):
        due = after_days(case.received_at, days, view.zone)
        if due <= end:
            waited = days_between(case.received_at, end, view.zone)
            shown = days if waiting else waited
            what = "waiting" if waiting else "waited" if first else "untreated"
            because = Because(what, "", days, shown, due, 1)
            # The session that ends a wait is no more of it, and asks for no new look.
            yield Evidence(due, (case.opening,), severity, because, due)


def new_referral(view: View) -> bool:
    """Whether no wait can be a long one yet."""
    since = view.case.received_at
    return since is None or all(
        fewer_days(view, since, Rule.WAIT_BREACH, name)
        for name in (P.FROM_DAYS, P.DAYS, P.RED_DAYS)
    )


def _thresholds(view: View, at: int, waiting: bool) -> list[tuple[int, Severity]]:
    breach = view.value(P.DAYS, at)
    long = view.value(P.RED_DAYS, at)
    found = {breach: Severity.MEDIUM, long: Severity.HIGH}
    if waiting:
        begin = view.value(P.FROM_DAYS, at)
        for band in (begin, *BANDS):
            if begin <= band:
                found.setdefault(band, Severity.LOW if band < breach else Severity.MEDIUM)
    return sorted(found.items())


def wait_dues(view: View) -> Iterator[int]:
    """When somebody who still waits will be in the next band.

    Who came early waits until the session begins, though it is recorded already.
    """
    case, first = view.case, next(iter(treatments(view.case)), None)
    if case.received_at is None or case.closed_at is not None:
        return
    if first is None or first[0] > view.now:
        for days, _ in _thresholds(view, view.now, waiting=first is None):
            yield after_days(case.received_at, days, view.zone)
    if first:
        yield first[0]


def gaps(view: View) -> Iterator[Evidence]:
    """The hidden wait between the first and the second treatment session, also while it lasts."""
    case, seen = view.case, treatments(view.case)
    if not seen:
        return
    ended = seen[1][0] if len(seen) > 1 else case.closed_at
    end = min(ended or view.now, view.now)
    for name, severity in (
        (P.DAYS, Severity.LOW),
        (P.RED_DAYS, Severity.MEDIUM),
    ):
        days = view.value(name, end)
        due = after_days(seen[0][0], days, view.zone)
        if due <= end:
            shown = days_between(seen[0][0], end, view.zone) if ended else days
            what = "gap" if len(seen) > 1 else "gap_ended" if ended else "gap_lasts"
            because = Because(what, "", days, shown, due, 1)
            # As of a wait, what ends a gap is no more of it.
            yield Evidence(due, (seen[0][1],), severity, because, due)


def no_gap(view: View) -> bool:
    """Whether no gap can be a long one yet."""
    seen = treatments(view.case)
    return not seen or all(
        fewer_days(view, seen[0][0], Rule.LONG_GAP, name) for name in (P.DAYS, P.RED_DAYS)
    )


def gap_dues(view: View) -> Iterator[int]:
    """When a gap that lasts will be a long one."""
    seen = treatments(view.case)
    lasts = len(seen) == 1 or (len(seen) > 1 and seen[1][0] > view.now)
    if lasts and view.case.closed_at is None:
        for name in (P.DAYS, P.RED_DAYS):
            yield after_days(seen[0][0], view.value(name, view.now), view.zone)
        yield seen[-1][0]


def disengaged(view: View) -> Iterator[Evidence]:
    """An open case without treatment contact for so many days, or since it was opened."""
    for due, days, last, events in _silence(view):
        if due <= view.now:
            because = Because("silence", "", days, days, last, 1)
            yield Evidence(due, events, Severity.MEDIUM, because, due)


def in_touch(view: View) -> bool:
    """Whether no silence can be a long one yet."""
    seen = treatments(view.case)
    last = seen[-1][0] if seen else view.case.opened_at
    return last is None or fewer_days(view, last, Rule.DISENGAGED, P.DAYS)


def silence_dues(view: View) -> Iterator[int]:
    """When an open case will have been without contact for too long."""
    for due, _, _, _ in _silence(view):
        yield due


def _silence(view: View) -> Iterator[tuple[int, int, int, tuple[bytes, ...]]]:
    case = view.case
    if case.status != "open" or case.closed_at is not None or case.opened_at is None:
        return
    seen = treatments(case)
    last, event = seen[-1] if seen else (case.opened_at, case.opening)
    days = view.value(P.DAYS, view.now)
    yield after_days(last, days, view.zone), days, last, (event,)


def no_earlier_case(view: View) -> bool:
    """Whether nothing is known of an earlier case."""
    return view.case.previous_closed_at is None


def repeats(view: View) -> Iterator[Evidence]:
    """A referral soon after a completed course; who comes back may be relapsing."""
    case = view.case
    if case.received_at is None or case.previous_closed_at is None:
        return
    if case.previous_end_code not in COMPLETED:
        return
    passed = days_between(case.previous_closed_at, case.received_at, view.zone)
    if 0 <= passed <= view.value(P.DAYS, case.received_at):
        at = case.received_at
        yield Evidence(at, (case.opening,), Severity.INFO, Because("repeat", "", 0, passed, at, 1))
