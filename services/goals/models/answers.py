"""Answered measures: tables and API shapes."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Moment, Out, Whole
from shared.db import INSTANT, coded
from shared.events.words import AnsweredBy, CorrectionReason


class Response(Table, table=True):
    """A measure that was answered, with what its definition of that version makes of it.

    Totals are in units. `total` is a sender's own where it disagrees with the items: then the
    answer is not `usable`, and `items_total` says what the items come to. `definition` is the
    checksum of the file that it was scored with.
    """

    __tablename__ = "response"

    response_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    definition: str
    items: dict[str, int] = Column(sa_type=JSONB)
    total: int
    items_total: int | None
    usable: bool
    band: str | None
    at_caseness: bool | None
    by: AnsweredBy = Column(sa_type=coded(AnsweredBy))
    answered_at: datetime = Column(sa_type=INSTANT)
    appointment_id: UUID | None = None
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID | None
    amendment: int = 1
    voided_at: datetime | None = Column(default=None, sa_type=INSTANT)
    voided_by: UUID | None = None
    void_reason: CorrectionReason | None = Column(default=None, sa_type=coded(CorrectionReason))


class Replaced(Table, table=True):
    """What an answer said before it was amended, and why it was."""

    __tablename__ = "response_replaced"

    response_id: UUID = Column(primary_key=True)
    amendment: int = Column(primary_key=True)
    clinic_id: UUID
    items: dict[str, int] = Column(sa_type=JSONB)
    total: int
    items_total: int | None
    usable: bool
    band: str | None
    at_caseness: bool | None
    by: AnsweredBy = Column(sa_type=coded(AnsweredBy))
    answered_at: datetime = Column(sa_type=INSTANT)
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID | None
    replaced_at: datetime = Column(sa_type=INSTANT)
    replaced_by: UUID
    reason: CorrectionReason = Column(sa_type=coded(CorrectionReason))


def _item_numbers(value: Any) -> Any:
    # A key comes back in the error that names it, so a key must have no room for words.
    if isinstance(value, dict) and not all(re.fullmatch(r"[0-9]{1,2}", k) for k in value):
        raise ValueError("item numbers")
    return value


def _a_number(value: Any) -> Any:
    # Pydantic would also take a number's text, and true.
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("a number")
    return value


Items = Annotated[dict[str, Whole], BeforeValidator(_item_numbers)]
Points = Annotated[Decimal, BeforeValidator(_a_number), Field(max_digits=8, decimal_places=4)]
# Who else gives answers to us is a client, on a link of its own.
Giver = Literal[AnsweredBy.STAFF, AnsweredBy.SENDER]


class _Given(In):
    items: Items = Field(default_factory=dict)
    total: Points | None = None
    answered_at: Moment | None = None


class ResponseCreate(_Given):
    """Answers as they are given: item number to answer; a total in points beside or instead."""

    case_id: UUID
    client_id: UUID
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}$")] | None = None
    by: Giver = AnsweredBy.STAFF
    appointment_id: UUID | None = None


class ResponseAmend(_Given):
    """What holds instead: all of it, not the difference. `version` is the amendment last seen."""

    version: Whole
    reason: CorrectionReason


class ResponseVoid(In):
    """Why answers do not count any more."""

    reason: CorrectionReason


class SubscaleRead(Out):
    """A score of some of the items; no points where one of them is unknown."""

    code: str
    label: str
    points: str | None
    positive: bool | None


class Voided(Out):
    """Since when answers do not count, by whom and why."""

    at: datetime
    by: UUID
    reason: CorrectionReason


class ScoreRead(Out):
    """Answers with their score: what both the newest and a replaced version show."""

    items: dict[str, int]
    total: int
    points: str | None
    items_points: str | None
    band: str | None
    band_label: str | None
    at_caseness: bool | None
    subscales: list[SubscaleRead]
    safety: dict[str, int]
    items_at_caseness: list[str] | None
    usable: bool
    why: str | None
    by: AnsweredBy
    answered_at: datetime
    entered_at: datetime
    entered_by: UUID | None
    version_number: int


class ReplacedRead(ScoreRead):
    """An earlier version of answers, and why it was replaced."""

    replaced_at: datetime
    replaced_by: UUID
    reason: CorrectionReason


class ResponseRead(ScoreRead):
    """Answers as they are shown, with their score.

    `total` counts units, `points` says it as people do. `version` is the definition's,
    `version_number` counts amendments from 1.
    """

    response_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    definition: str
    appointment_id: UUID | None
    voided: Voided | None


class ResponseWhole(ResponseRead):
    """Answers with everything that they said before, the oldest first."""

    history: list[ReplacedRead]
