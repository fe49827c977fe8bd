"""Which measures a clinic uses: table and API shapes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Out, YesNo
from shared.db import INSTANT
from shared.events.measures import Measure


class Pack(Table, table=True):
    """What a clinic chose for a measure; without a row the licence tier's default holds."""

    __tablename__ = "pack"

    clinic_id: UUID = Column(primary_key=True)
    measure: str = Column(primary_key=True)
    is_on: bool
    licence_confirmed_at: datetime | None = Column(default=None, sa_type=INSTANT)
    licence_confirmed_by: UUID | None = None
    licence_reference: str | None = None
    changed_at: datetime = Column(sa_type=INSTANT)
    changed_by: UUID


class PackChange(In):
    """A measure is switched on or off; who switches it on may have to confirm the licence."""

    on: YesNo
    licence_confirmed: YesNo = False
    licence_reference: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class LicenceRead(Out):
    """Who confirmed that the clinic may use a measure, when, and by which paper."""

    confirmed_at: datetime
    confirmed_by: UUID
    reference: str | None


class PackRead(Out):
    """A measure in a clinic: whether it is on, or why it cannot be; what its licence says.

    `wording` names the languages in which the clinic has brought its words.
    """

    measure: str
    on: bool
    may_be_on: bool
    why_not: str | None
    tier: str
    attribution: str
    needs_licence: bool
    licence: LicenceRead | None
    wording: list[str]


class ClinicMeasure(Measure):
    """A measure with what a clinic has decided about it."""

    pack: PackRead
