"""Clinics' own goal templates, and those that they do not use: tables and API shapes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, Text
from sqlmodel import Field as Column

from services.goals.models.goals import Description, Levels, Title
from services.goals.models.table import Table
from shared.app import In, Moment, Out
from shared.db import INSTANT, coded
from shared.events.words import GoalKind, GoalMethod, Modality


class TemplateRow(Table, table=True):
    """A clinic's own template."""

    __tablename__ = "template"

    template_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    kind: GoalKind = Column(sa_type=coded(GoalKind))
    title: str
    description: str
    modalities: list[str] = Column(sa_type=ARRAY(Text))
    method: GoalMethod = Column(sa_type=coded(GoalMethod))
    levels: list[str] | None = Column(sa_type=ARRAY(Text))
    added_at: datetime = Column(sa_type=INSTANT)
    added_by: UUID


class RetiredTemplate(Table, table=True):
    """A template, of the library or its own, that a clinic does not offer."""

    __tablename__ = "retired_template"

    clinic_id: UUID = Column(primary_key=True)
    template_id: UUID = Column(primary_key=True)
    retired_at: datetime = Column(sa_type=INSTANT)
    retired_by: UUID
    restored_at: datetime | None = Column(default=None, sa_type=INSTANT)
    restored_by: UUID | None = None


class TemplateCreate(In):
    """A template that a clinic adds, with five sketched levels for goal attainment scaling."""

    clinic_id: UUID
    kind: GoalKind
    title: Title
    description: Description
    modalities: Annotated[list[Modality], Field(min_length=1, max_length=len(Modality))]
    method: GoalMethod = GoalMethod.GBO
    levels: Levels | None = None


class TemplateOf(In):
    """For which clinic a template is retired or restored.

    `undoes`: only if the act of that moment is the last one, and one's own; else 409.
    """

    clinic_id: UUID
    undoes: Moment | None = None


class TemplateRead(Out):
    """A template as a clinic sees it."""

    template_id: UUID
    kind: GoalKind
    title: str
    description: str
    modalities: list[Modality]
    method: GoalMethod
    levels: list[str] | None
    library: bool
    retired: bool


class TemplateOffered(TemplateRead):
    """A template after an act; `done_at`, null where nothing changed, names it to take it back."""

    done_at: datetime | None
