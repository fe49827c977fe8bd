"""What every fact about a case says, and the kinds of values in facts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._\-]+$", max_length=40)]
Instant = Annotated[datetime, Meta(tz=True)]


class Fact(Struct, frozen=True, gc=False):
    """What every fact about a case says; `case_id` is checked once per case and batch."""

    case_id: str
    clinic_id: UUID


class Noted(Fact, frozen=True, gc=False):
    """A fact that changes nothing here; that it was heard of is all that counts."""
