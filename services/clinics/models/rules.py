"""Tables and shapes of what a clinic sets of the flag rules, and of when it works."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field as Column

from services.clinics.models.clinics import Table
from shared.app import Day, In, Moment, Out, Whole
from shared.db import INSTANT
from shared.events.rules import Clocks, Definition, RuleParameter, Teller
from shared.events.words import Rule, Severity


DayMinute = Annotated[Whole, Field(ge=0, le=24 * 60)]


class RuleValue(In):
    """One number of a rule; the parameter `on` is 1 or 0, `version` which of its versions works."""

    rule: Rule
    parameter: RuleParameter
    value: Whole


class RulesChange(In):
    """All that a clinic sets of the rules from a moment on; `version` is the newest seen."""

    version: Whole
    effective_from: Moment | None = None
    values: Annotated[list[RuleValue], Field(max_length=100)]


class RulesVersion(Table, table=True):
    """One version of what a clinic set; never changed once written."""

    __tablename__ = "rules_version"

    clinic_id: UUID = Column(primary_key=True)
    version: int = Column(primary_key=True)
    effective_from: datetime = Column(sa_type=INSTANT)
    values_set: list[dict[str, Any]] = Column(sa_type=JSONB)
    set_at: datetime = Column(sa_type=INSTANT)
    set_by: str


class RuleSet(Out):
    """One number as a clinic set it."""

    rule: Rule
    parameter: RuleParameter
    value: int


class RulesVersionRead(Out):
    """One version of what a clinic set."""

    version: int
    effective_from: datetime
    values_set: list[RuleSet]
    set_at: datetime
    set_by: str


class ParameterRead(Out):
    """A number of a rule: what holds, its default, its range, and where it comes from."""

    name: RuleParameter
    words: str
    unit: str
    value: int
    default: int
    lowest: int
    highest: int
    source: str


class VersionRead(Out):
    """One version of a rule that a clinic can choose; `usual` works without a choice."""

    version: int
    words: str
    source: str
    usual: bool


class RuleRead(Out):
    """A flag rule as it works in a clinic; hours of its clocks are null where none runs.

    `version`, `words` and `source` are those of the version that works here, one of `versions`.
    """

    rule: Rule
    version: int
    versions: list[VersionRead]
    words: str
    severity: Severity
    safety: bool
    on: bool
    tell: list[Teller]
    acknowledge_hours: int | None
    act_hours: int | None
    close_hours: int | None
    working_hours_only: bool
    source: str
    parameters: list[ParameterRead]

    @classmethod
    def of(cls, definition: Definition, values: Mapping[tuple[str, str], int]) -> "RuleRead":
        """A rule with a clinic's numbers."""
        rule, clocks = definition.rule, definition.clocks
        usual = definition.version
        chosen = values.get((rule, RuleParameter.VERSION), usual)
        works = next(one for one in definition.versions if one.number == chosen)
        return cls(
            rule=rule,
            version=works.number,
            versions=[
                VersionRead(
                    version=one.number,
                    words=one.words,
                    source=one.source,
                    usual=one.number == usual,
                )
                for one in definition.versions
            ],
            words=works.words,
            severity=definition.severity,
            safety=definition.safety,
            on=values.get((rule, RuleParameter.ON), 1) == 1,
            tell=list(definition.tell),
            source=works.source,
            parameters=[
                ParameterRead(**vars(each) | {"value": values.get((rule, each.name), each.default)})
                for each in definition.parameters
            ],
            **_hours(clocks),
        )


def _hours(clocks: Clocks) -> dict[str, Any]:
    return {
        "acknowledge_hours": clocks.acknowledge,
        "act_hours": clocks.act,
        "close_hours": clocks.close,
        "working_hours_only": clocks.working,
    }


class RulesRead(Out):
    """All flag rules of a clinic; version 0: the defaults hold."""

    clinic_id: UUID
    version: int
    in_force: int
    rules: list[RuleRead]
    history: list[RulesVersionRead]


class HoursGiven(In):
    """From when to when on a weekday (1 is Monday), in minutes of the day."""

    weekday: Annotated[Whole, Field(ge=1, le=7)]
    begins: DayMinute
    ends: DayMinute


class CalendarChange(In):
    """When a clinic works, and who stands in for its clinicians, from a moment on."""

    version: Whole
    effective_from: Moment | None = None
    hours: Annotated[list[HoursGiven], Field(max_length=50)]
    holidays: Annotated[list[Day], Field(max_length=400)]
    deputy_id: UUID | None = None


class CalendarVersion(Table, table=True):
    """One version of a clinic's calendar; never changed once written."""

    __tablename__ = "calendar_version"

    clinic_id: UUID = Column(primary_key=True)
    version: int = Column(primary_key=True)
    effective_from: datetime = Column(sa_type=INSTANT)
    hours: list[list[int]] = Column(sa_type=JSONB)
    holidays: list[str] = Column(sa_type=JSONB)
    deputy_id: UUID | None = None
    set_at: datetime = Column(sa_type=INSTANT)
    set_by: str


class HoursRead(Out):
    """From when to when on a weekday, in minutes of the day."""

    weekday: int
    begins: int
    ends: int


class CalendarVersionRead(Out):
    """One version of a clinic's calendar."""

    version: int
    effective_from: datetime
    hours: list[HoursRead]
    holidays: list[date]
    deputy_id: UUID | None
    set_at: datetime
    set_by: str

    @classmethod
    def of(cls, one: CalendarVersion) -> "CalendarVersionRead":
        """A version as it is shown."""
        return cls(
            version=one.version,
            effective_from=one.effective_from,
            hours=[HoursRead(weekday=d, begins=b, ends=e) for d, b, e in one.hours],
            holidays=[date.fromisoformat(day) for day in one.holidays],
            deputy_id=one.deputy_id,
            set_at=one.set_at,
            set_by=one.set_by,
        )


class CalendarRead(Out):
    """A clinic's calendar; nothing in force: Monday to Friday, nine to five, no holidays."""

    clinic_id: UUID
    version: int
    in_force: CalendarVersionRead | None
    history: list[CalendarVersionRead]
