"""What a flag rule is made of, as data."""

from dataclasses import dataclass
from enum import StrEnum

from shared.events.words import Rule, Severity


class Teller(StrEnum):
    """Who is told of a flag, and to whom it goes on when nobody looks."""

    CLINICIAN = "clinician"
    DEPUTY = "deputy"
    CLINICAL_LEAD = "clinical_lead"
    FRONT_DESK = "front_desk"
    SAFEGUARDING_LEAD = "safeguarding_lead"


class RuleParameter(StrEnum):
    """What a clinic can set of a rule; `on` is 1 or 0, `version` which of its versions works."""

    ON = "on"
    VERSION = "version"
    URGENT_FROM = "urgent_from"
    SESSIONS = "sessions"
    RATINGS = "ratings"
    SCORES = "scores"
    IN_A_ROW = "in_a_row"
    FROM_DAYS = "from_days"
    DAYS = "days"
    RED_DAYS = "red_days"
    WINDOW_DAYS = "window_days"


@dataclass(frozen=True)
class Parameter:
    """One number of a rule: its default, within which range a clinic may set it, and from where."""

    name: RuleParameter
    default: int
    lowest: int
    highest: int
    unit: str
    words: str
    source: str


@dataclass(frozen=True)
class Clocks:
    """Within how many hours a flag is to be acknowledged, acted on from then, and closed from then.

    Null: no such clock. `working`: they stand still outside the clinic's hours. Safety clocks
    never do.
    """

    acknowledge: int | None
    act: int | None
    working: bool
    close: int | None = None


@dataclass(frozen=True)
class Version:
    """One version of a rule: what makes it raise a flag, in words, and who says so."""

    number: int
    words: str
    source: str


@dataclass(frozen=True)
class Definition:
    """A rule, with the version that works unless a clinic chooses another.

    `others` are its other versions; they have the same parameters, clocks and tellers.
    """

    rule: Rule
    version: int
    words: str
    severity: Severity
    tell: tuple[Teller, ...]
    clocks: Clocks
    parameters: tuple[Parameter, ...]
    source: str
    safety: bool = False  # cannot be switched off; closed only by a clinician, with a reason
    again: bool = False  # new evidence alerts again and asks for a new acknowledgement
    others: tuple[Version, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """All versions that a clinic can choose from; the one that works without a choice first."""
        return (Version(self.version, self.words, self.source), *self.others)

    def worded(self, version: int) -> str:
        """What a version says; one that is no longer known says what the usual one does."""
        return next((one.words for one in self.versions if one.number == version), self.words)

    def parameter(self, name: RuleParameter) -> Parameter:
        """One of its parameters; KeyError when it has no such one."""
        for each in self.parameters:
            if each.name is name:
                return each
        raise KeyError(name)
