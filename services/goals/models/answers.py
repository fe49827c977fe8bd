"""Answered measures: table and API shapes."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Moment, Out, Whole
from shared.db import INSTANT


class Response(Table, table=True):
    """A measure that was answered, with what its definition of that version makes of it."""

    __tablename__ = "response"

    response_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    items: dict[str, int] = Column(sa_type=JSONB)
    total: int
    band: str
    at_caseness: bool | None
    answered_at: datetime = Column(sa_type=INSTANT)
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID


def _item_numbers(value: Any) -> Any:
    # A key comes back in the error that names it, so a key must have no room for words.
    if isinstance(value, dict) and not all(re.fullmatch(r"[0-9]{1,2}", k) for k in value):
        raise ValueError("item numbers")
    return value


class ResponseCreate(In):
    """Answers as they are given: item number to answer."""

    case_id: UUID
    client_id: UUID
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}$")] | None = None
    items: Annotated[dict[str, Whole], BeforeValidator(_item_numbers)]
    answered_at: Moment | None = None


class ResponseRead(Out):
    """Answers as they are shown, with their score."""

    response_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    items: dict[str, int]
    total: int
    band: str
    at_caseness: bool | None
    answered_at: datetime
