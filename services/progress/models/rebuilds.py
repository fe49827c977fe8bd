"""What operations sees of rebuilds, of incidents, and may ask for. No clinical value is in it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.app import In, Out, Words
from shared.events.words import Severity


class Why(In):
    """Why it is asked for."""

    reason: Words


class Rebuild(Out):
    """One rebuild: how far it is, what came of the comparison, which version it made.

    `only_live`, `only_rebuilt`: cases that stand in one of the two versions alone. `stand_still`:
    those of the rebuilt one that wait for an event which cannot be read. `live`: what all read now.
    `turning`: the switch that is asked for and not carried out yet.
    """

    number: int
    state: Literal["asked", "building", "compared", "switched", "switched_back", "given_up"]
    automatic: bool
    reason: str
    by: str
    version: int | None
    previous: int | None
    asked_at: datetime
    began_at: datetime | None
    events_done: int
    events_total: int
    events_per_second: float
    seconds_left: float | None
    compared_at: datetime | None
    equal: int | None
    different: int | None
    only_live: int | None
    only_rebuilt: int | None
    stand_still: int | None
    live: int | None
    turning: Literal["switch", "switch_back"] | None
    switched_at: datetime | None
    problem: str | None


class Reason(Out):
    """How many differences have one reason."""

    reason: str
    differences: int
    cases: int


class FlagRow(Out):
    """A flag's row as one version has it, without anything clinical: of its evidence the number."""

    rule_version: int
    severity: Severity
    raised_at: datetime
    grown_at: datetime | None = None
    cleared: bool
    evidence: int
    parameters: dict[str, int]


class Difference(Out):
    """What differs in one case: the name of a field or flag, never a clinical value.

    For a flag both rows, where both versions have it.
    """

    case_id: UUID
    what: str
    reason: str
    live: FlagRow | None = None
    rebuilt: FlagRow | None = None


class RebuildRead(Rebuild):
    """One rebuild with its differences: all by reason, the first of them one by one."""

    by_reason: list[Reason]
    differences: list[Difference]
    acts: list["Act"]


class Act(Out):
    """A switch that was asked for, and what came of it."""

    act: Literal["switch", "switch_back"]
    reason: str
    by: str
    at: datetime
    done_at: datetime | None
    outcome: str | None


class Asked(Out):
    """The worker begins within a second."""

    number: int


class Incident(Out):
    """A case whose read tables are not what an independent fold of the log comes to."""

    incident_id: UUID
    case_id: UUID
    what: str
    found_at: datetime
    seen_at: datetime
    repaired_at: datetime | None


class Repairing(Out):
    """The worker rebuilds that case alone within a second; whether it could, the outcome tells."""

    repair_id: UUID


class RepairRead(Out):
    """A repair that was asked for, and what came of it; null until the worker has done it."""

    repair_id: UUID
    case_id: UUID
    reason: str
    by: str
    at: datetime
    done_at: datetime | None
    outcome: str | None
