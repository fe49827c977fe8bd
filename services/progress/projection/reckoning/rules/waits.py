"""WAIT_BREACH, LONG_GAP, DISENGAGED and REPEAT_REFERRAL: days, not weeks (T14; C.2 [S15])."""

from collections.abc import Iterator

from services.progress.projection.reckoning.days import days_between, more_than
from services.progress.projection.reckoning.rules.look import Found, Look
from services.progress.projection.reckoning.sessions import treatments
from shared.events.rules import RuleParameter
from shared.events.words import EndCode, Severity


WAITING_BANDS = (14, 28, 42, 84, 126)  # C.2 [S15][S19e]
TAKEN_ON_AND_ENDED = (
    EndCode.COMPLETED_AS_AGREED,
    EndCode.ENDED_EARLIER_THAN_PLANNED,
    EndCode.ENDED_EARLIER_THAN_ASKED,
)


def wait_breach(look: Look) -> Iterator[Found]:
    """Each limit that the wait for the first treatment passed; an assessment does not end it.

    It rests on the referral alone: the treatment that ends it is no news of waiting. Who still
    waits is told of from the clinic's first band on, who was treated from the breach on.
    """
    course, seen = look.history.course, treatments(look.history.sessions)
    if course.received_at is None or course.opening is None:
        return
    ends = [look.now]
    ends += [seen[0].at] if seen else []
    ends += [course.closed_at] if course.closed_at else []
    end = min(ends)
    breach = look.value(RuleParameter.DAYS, end)
    limits = {
        breach: Severity.MEDIUM,
        look.value(RuleParameter.RED_DAYS, end): Severity.HIGH,
    }
    if not seen and course.closed_at is None:
        begin = look.value(RuleParameter.FROM_DAYS, end)
        for band in (begin, *WAITING_BANDS):
            if band >= begin and band not in limits:
                limits[band] = Severity.LOW if band < breach else Severity.MEDIUM
    for days, severity in limits.items():
        passed = more_than(course.received_at, days, look.zone)
        if passed <= end:
            yield Found(passed, (course.opening,), severity, by_time=True)


def long_gap(look: Look) -> Iterator[Found]:
    """The hidden wait from the first to the second treatment, also while it lasts.

    It rests on the first: the second ends it.
    """
    course, seen = look.history.course, treatments(look.history.sessions)
    if not seen:
        return
    ended = seen[1].at if len(seen) > 1 else course.closed_at
    end = min(ended, look.now) if ended else look.now
    amber, red = RuleParameter.DAYS, RuleParameter.RED_DAYS
    for name, severity in ((amber, Severity.LOW), (red, Severity.MEDIUM)):
        passed = more_than(seen[0].at, look.value(name, end), look.zone)
        if passed <= end:
            yield Found(passed, (seen[0].event_id,), severity, by_time=True)


def disengaged(look: Look) -> Iterator[Found]:
    """An open case without treatment for so many days, or since it was opened."""
    course, seen = look.history.course, treatments(look.history.sessions)
    if course.status != "open" or course.closed_at or not course.opened_at or not course.opening:
        return
    since, event = course.opened_at, course.opening
    if seen:
        since, event = seen[-1].at, seen[-1].event_id
    passed = more_than(since, look.value(RuleParameter.DAYS, look.now), look.zone)
    if passed <= look.now:
        yield Found(passed, (event,), Severity.MEDIUM, by_time=True)


def repeat_referral(look: Look) -> Iterator[Found]:
    """A referral within so many days of a completed course's end."""
    course = look.history.course
    if course.received_at is None or course.previous_closed_at is None or course.opening is None:
        return
    days = days_between(course.previous_closed_at, course.received_at, look.zone)
    near = 0 <= days <= look.value(RuleParameter.DAYS, course.received_at)
    if near and course.previous_end_code in TAKEN_ON_AND_ENDED:
        yield Found(course.received_at, (course.opening,), Severity.INFO)
