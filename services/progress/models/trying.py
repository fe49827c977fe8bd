"""Trying other numbers of the rules on a clinic's past, and what would have come of it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.app import In, Moment, Out, Whole
from shared.events.rules import RuleParameter
from shared.events.words import Rule


class NumberTried(In):
    """One number of a rule; `on` is 1 or 0."""

    rule: Rule
    parameter: RuleParameter
    value: Whole


class Trial(In):
    """Numbers to try, over all of the past or since a moment; what is left out stays as it is."""

    rules: Annotated[list[NumberTried], Field(min_length=1, max_length=100)]
    since: Moment | None = None


class Difference(Out):
    """One flag that there would be, or would not be."""

    change: Literal["more", "fewer"]
    rule: Rule
    case_id: UUID
    case_number: str | None
    client_id: UUID | None
    sentence: str


class RuleDifference(Out):
    """How many flags of one rule there would be more, or fewer."""

    rule: Rule
    before: int
    after: int
    more: int
    fewer: int


class TrialRead(Out):
    """What would have come of it. No flag has changed. Long lists of cases are cut off."""

    clinic_id: UUID
    cases: int
    since: datetime | None
    more: int
    fewer: int
    rules: list[RuleDifference]
    differences: list[Difference]
    cut_off: bool
