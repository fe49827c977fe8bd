"""What other services said that goals need to know: cases and clinics."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.db import INSTANT


class CaseCopy(Table, table=True):
    """What intake said about a case."""

    __tablename__ = "case_copy"

    case_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    clinician_id: UUID
    client_ids: list[UUID] = Column(sa_type=ARRAY(Uuid))
    referred_at: datetime = Column(sa_type=INSTANT)
    closed_at: datetime | None = Column(sa_type=INSTANT)


class ZoneCopy(Table, table=True):
    """What clinics said of a clinic's settings, and from when on; no crisis text: none said."""

    __tablename__ = "zone_copy"

    clinic_id: UUID = Column(primary_key=True)
    effective_from: datetime = Column(primary_key=True, sa_type=INSTANT)
    zone: str
    crisis_text_version: int | None = None
