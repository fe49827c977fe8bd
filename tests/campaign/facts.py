"""What is certain of one case: its facts as committed, and as people corrected them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from shared.events.words import Attendance, EndCode


class Rated(NamedTuple):
    """A rating of a goal; which event said so is not known of every one that came over HTTP."""

    rating_id: UUID
    event_id: UUID | None
    value: int
    at: datetime
    voided: bool = False


class Answered(NamedTuple):
    """A questionnaire; `safety` is the answer to its safety item, None where it has none."""

    response_id: UUID
    event_id: UUID
    measure: str
    total: int
    safety: int | None
    at: datetime
    voided: bool = False


class Met(NamedTuple):
    """What became of a treatment session; None: it is still to come."""

    event_id: UUID
    outcome: Attendance | None
    at: datetime


class Disclosed(NamedTuple):
    """What was said in words."""

    event_id: UUID
    plan: bool
    at: datetime


class Opening(NamedTuple):
    """How the case began: the event, the referral's day, and when it was recorded."""

    event_id: UUID
    referred_at: datetime
    recorded_at: datetime


class Earlier(NamedTuple):
    """A case of the same client before this one."""

    end_code: EndCode
    closed_at: datetime


@dataclass
class Facts:
    """One case; lists stand in the order in which their transactions were committed."""

    client_id: UUID
    opening: Opening | None = None
    earlier: Earlier | None = None
    closed_at: datetime | None = None
    goals: dict[UUID, list[Rated]] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)
    sessions: dict[UUID, Met] = field(default_factory=dict)  # by appointment
    disclosures: list[Disclosed] = field(default_factory=list)


Dated = TypeVar("Dated", Rated, Answered)


def standing(facts: Iterable[Dated]) -> list[Dated]:
    """Those that were not voided, by the time that they speak of."""
    return sorted((each for each in facts if not each.voided), key=lambda each: each.at)


def scores(facts: Facts, measure: str) -> list[Answered]:
    """The standing answers to one questionnaire, the earliest first."""
    return standing(each for each in facts.answers if each.measure == measure)
