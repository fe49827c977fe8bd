"""Questionnaires: given to a client, answered, corrected."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Code, Event, Instant, Sealed
from shared.events.goals.lives import Version
from shared.events.words import AnsweredBy, CorrectionReason, RhythmKind


Weeks = Annotated[int, Field(ge=1, le=52, strict=True)]
Items = dict[Annotated[str, Field(pattern=r"^[0-9]{1,2}$")], int]


class MeasureEvent(Event):
    """What every event about a questionnaire says."""

    case_id: UUID
    client_id: UUID
    measure: Code


class _Answers(MeasureEvent):
    response_id: UUID
    version: Code
    items: Items
    total: int
    answered_at: Instant


class MeasureCompleted(_Answers):
    """A questionnaire was answered; what its numbers mean stands in its definition.

    `total` counts units, of which `per_point` make a point. Items that are not there are unknown,
    never 0. `usable` is false when a sender's total disagrees with its items: both are kept, the
    score is not used; an answered safety item still counts.
    """

    type: Literal["goals.measure_completed"] = "goals.measure_completed"
    usable: bool = True
    by: AnsweredBy = AnsweredBy.STAFF


class MeasureAmended(_Answers):
    """Answers were wrong; these hold instead."""

    type: Literal["goals.measure_amended"] = "goals.measure_amended"
    amendment: Version
    usable: bool
    by: AnsweredBy
    reason: CorrectionReason


class MeasureVoided(MeasureEvent):
    """Answers do not count any more."""

    type: Literal["goals.measure_voided"] = "goals.measure_voided"
    response_id: UUID
    reason: CorrectionReason


class MeasureAssigned(MeasureEvent):
    """A client is given a measure from now on, in a rhythm; `ended` when no more."""

    type: Literal["goals.measure_assigned"] = "goals.measure_assigned"
    assignment_id: UUID
    rhythm: RhythmKind
    weeks: Weeks | None
    ended: bool = False


class MeasureLinkOpened(MeasureEvent):
    """A client may answer by a link (sealed under their key; null: given in person)."""

    type: Literal["goals.measure_link_opened"] = "goals.measure_link_opened"
    link_id: UUID
    expires_at: Instant
    link: Sealed | None
