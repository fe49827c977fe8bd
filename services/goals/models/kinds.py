"""How a clinic works with each kind of goal: table and API shapes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, Text
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Out, Whole
from shared.db import INSTANT, coded
from shared.events.base import Code
from shared.events.goals import Weeks
from shared.events.words import GoalKind, GoalMethod


class KindSetting(Table, table=True):
    """One version of a clinic's settings for a kind; never changed once written."""

    __tablename__ = "kind_setting"

    clinic_id: UUID = Column(primary_key=True)
    kind: GoalKind = Column(primary_key=True, sa_type=coded(GoalKind))
    version: int = Column(primary_key=True)
    method: GoalMethod = Column(sa_type=coded(GoalMethod))
    measures: list[str] = Column(sa_type=ARRAY(Text))
    review_weeks: int
    reliable_change: int | None
    effective_from: datetime = Column(sa_type=INSTANT)
    set_by: UUID


class KindChange(In):
    """New settings; `version` is the newest seen, 0 while the library's hold.

    `reliable_change` is on the scale 0 to 10; null means what is published.
    """

    version: Whole
    method: GoalMethod
    measures: Annotated[list[Code], Field(max_length=10)]
    review_weeks: Weeks
    reliable_change: Annotated[int, Field(ge=1, le=10, strict=True)] | None = None


class KindRead(Out):
    """What holds for a kind of goal at a clinic, and where it comes from."""

    kind: GoalKind
    label: str
    version: int
    method: GoalMethod
    measures: list[str]
    optional: list[str]
    review_weeks: int
    review_source: str
    reliable_change: int
    movement: str
    movement_source: str
    effective_from: datetime | None
