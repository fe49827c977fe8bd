"""Trying other numbers or versions of the rules on a clinic's past, and what would come of it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.progress.domain.trying import Effect
from shared.app import In, Moment, Out, Whole
from shared.events.rules import RuleParameter
from shared.events.words import Rule, Severity


class NumberTried(In):
    """One number of a rule; `on` is 1 or 0, `version` is the one of its versions to try."""

    rule: Rule
    parameter: RuleParameter
    value: Whole


class Trial(In):
    """What to try, over all of the past or since a moment; what is left out stays as it is."""

    rules: Annotated[list[NumberTried], Field(min_length=1, max_length=100)]
    since: Moment | None = None


class Difference(Out):
    """One flag more, fewer, of another severity or time: how severe, and since when, either way.

    Trials that were made before these moments were kept do not tell them. `at_once`: it would come
    or go in the moment of the switch, not only had it always been so. `open_now`: such a flag is
    open as it is, raised under numbers of its time.
    """

    change: Effect
    rule: Rule
    case_id: UUID
    case_number: str | None
    client_id: UUID | None
    severity_before: Severity | None
    severity_after: Severity | None
    raised_before: datetime | None = None
    raised_after: datetime | None = None
    sentence: str
    at_once: bool = False
    open_now: bool = False


class RuleDifference(Out):
    """How many flags of one rule there are and would be, and what would become of how many."""

    rule: Rule
    before: int
    after: int
    more: int
    fewer: int
    rises: int
    falls: int
    sooner: int
    later: int


class SeverityDifference(Out):
    """So many flags would rise, or fall, to a severity."""

    change: Literal["rises", "falls"]
    severity: Severity
    flags: int


class TrialRead(Out):
    """What would have come of it, or has so far. No flag has changed. Long lists are cut off.

    While `state` is running, `cases` of `cases_in_all` have been looked at: post to it to go on.
    `unreadable` of them can be read by nobody until they are repaired: they are in no other count.
    Counted are flags that rest on something between `since` (`history_since`, when the first case
    that was looked at began, if nothing was said) and `until`. Of all open cases, whatever the
    period, `comes_at_once` and `goes_at_once` are the flags that switching on changes on the spot,
    named in `at_once`.
    """

    trial_id: UUID
    state: Literal["running", "done", "cancelled"]
    clinic_id: UUID
    cases: int
    unreadable: int
    cases_in_all: int
    since: datetime | None
    history_since: datetime | None
    until: datetime
    more: int
    fewer: int
    rises: int
    falls: int
    sooner: int
    later: int
    severities: list[SeverityDifference]
    rules: list[RuleDifference]
    differences: list[Difference]
    comes_at_once: int
    goes_at_once: int
    at_once: list[Difference]
    cut_off: bool
