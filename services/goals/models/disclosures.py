"""What clients said in words that asks for a look: table and API shapes."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Moment, Out, Words
from shared.db import INSTANT, coded
from shared.events.words import Disclosure as Code


class Disclosure(Table, table=True):
    """That something was said, as a code. The note never leaves this service in an event."""

    __tablename__ = "disclosure"

    disclosure_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID
    disclosure: Code = Column(sa_type=coded(Code))
    disclosed_at: datetime = Column(sa_type=INSTANT)
    note: str | None
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID


class DisclosureCreate(In):
    """What a client said, as a code; the note is for the people of the case."""

    case_id: UUID
    client_id: UUID
    disclosure: Code
    disclosed_at: Moment | None = None
    note: Words | None = None


class DisclosureRead(Out):
    """A disclosure as the people of the case see it."""

    disclosure_id: UUID
    case_id: UUID
    client_id: UUID
    disclosure: Code
    disclosed_at: datetime
    note: str | None
    entered_at: datetime
    entered_by: UUID
