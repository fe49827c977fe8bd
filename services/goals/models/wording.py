"""A clinic's own wording of a measure: table and API shapes."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Out
from shared.db import INSTANT


class Wording(Table, table=True):
    """What a clinic brought for one measure and language; `words` is what domain.fhir made of it.

    `version` is that of the measure's definition, `number` counts a language's imports.
    """

    __tablename__ = "wording"

    wording_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    measure: str
    version: str
    language: str
    number: int
    words: dict[str, Any] = Column(sa_type=JSONB)
    imported_at: datetime = Column(sa_type=INSTANT)
    imported_by: UUID
    withdrawn_at: datetime | None = Column(default=None, sa_type=INSTANT)
    withdrawn_by: UUID | None = None


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]


class Withdrawal(In):
    """Which language's wording is no longer to be shown."""

    language: Language


class AnswerWordsRead(Out):
    """An answer as the client reads it."""

    value: int
    text: str


class ItemWordsRead(Out):
    """A question as the client reads it; no answers where one is marked on a line."""

    number: int
    text: str
    answers: list[AnswerWordsRead]


class WordingVersionRead(Out):
    """One import, without its words."""

    wording_id: UUID
    clinic_id: UUID
    measure: str
    version: str
    language: str
    number: int
    imported_at: datetime
    imported_by: UUID
    withdrawn_at: datetime | None


class WordingRead(WordingVersionRead):
    """A wording as it is shown: plain text, never markup, with whom to name beside it."""

    title: str
    instructions: str | None
    copyright: str | None
    attribution: str
    items: list[ItemWordsRead]
