"""What clients said in words that asks for a look: table and API shapes."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field as Column

from services.goals.models.answers import Voided
from services.goals.models.table import Table
from shared.app import In, Moment, Out, Words
from shared.db import INSTANT, coded
from shared.events.words import CorrectionReason
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
    voided_at: datetime | None = Column(default=None, sa_type=INSTANT)
    voided_by: UUID | None = None
    void_reason: CorrectionReason | None = Column(default=None, sa_type=coded(CorrectionReason))

    @property
    def voided(self) -> Voided | None:
        """Since when it does not count, by whom and why."""
        if self.voided_at is None or self.voided_by is None or self.void_reason is None:
            return None
        return Voided(at=self.voided_at, by=self.voided_by, reason=self.void_reason)


class DisclosureCreate(In):
    """What a client said, as a code; the note is for the people of the case."""

    case_id: UUID
    client_id: UUID
    disclosure: Code
    disclosed_at: Moment | None = None
    note: Words | None = None


class DisclosureVoid(In):
    """Why a disclosure does not count."""

    reason: CorrectionReason


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
    voided: Voided | None
