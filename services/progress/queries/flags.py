"""Flags, with what people did about them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain import calendar, escalation
from services.progress.domain.lifecycle import Act
from services.progress.domain.packed import instant
from services.progress.domain.sentences import sentence
from services.progress.domain.state import SPOILT, decode_because
from services.progress.models import tables
from services.progress.models.flags import Acknowledgement, Actioned, ClockRead, FlagRead
from services.progress.queries.flag_state import last, state_now, unseen
from services.progress.queries.states import WORDS
from shared.auth import Actor
from shared.clock import utcnow, wall_time
from shared.errors import NotFound, Unavailable
from shared.events.rules import DEFINITIONS
from shared.events.words import FlagState, Role, Rule, Severity
from shared.pages import paged, parts_of


OPEN = (FlagState.RAISED, FlagState.ACKNOWLEDGED, FlagState.IN_REVIEW, FlagState.ACTIONED)
_flag, _acts = tables.flag.c, tables.flag_case.c


# Statements are made once, and asked `by` somebody: to make a large one takes longer than to have
# it answered.
_LEADS, _ME = bindparam("leads", type_=Boolean), bindparam("me", type_=Uuid)
# A lead sees all cases of its clinics, a clinician those that are theirs,
THEIRS = or_(_LEADS, tables.case_state.c.clinician_id == _ME)
# and flags that were given to them, or came to them by the clock.
GIVEN = or_(_acts.assigned_to == _ME, _acts.told.contains(array([_ME])))
_MAY_SEE = or_(THEIRS, func.coalesce(GIVEN, False))


def by(actor: Actor) -> dict[str, object]:
    """Who asks, for a statement that has `THEIRS`."""
    leads = actor.is_any(Role.CLINICAL_LEAD)
    return {"leads": leads, "me": None if leads else actor.id}


class Some(NamedTuple):
    """Some flags, and how many more there are that nobody can read."""

    items: list[FlagRead]
    unreadable: int


_with_acts = tables.flag.join(
    tables.case_state, tables.case_state.c.case_id == _flag.case_id
).outerjoin(tables.flag_case, _acts.flag_id == _flag.flag_id)


def _selected() -> Select[Any]:
    """Flags with what was done and what their clinic says; for readers that see everything."""
    joined = _with_acts.outerjoin(tables.clinic, tables.clinic.c.clinic_id == _flag.clinic_id)
    acts = (_acts.acknowledged_by, _acts.acknowledged_at, _acts.note, _acts.assigned_to)
    asks = func.coalesce(_acts.asks_since, _flag.grown_at).label("asks_since")
    house = (tables.clinic.c.zone, tables.clinic.c.calendars)
    acted = [last(Act.ACTIONED, each).label(f"actioned_{each}") for each in ("at", "by", "code")]
    acted.append(last(Act.REOPENED, "at").label("reopened_at"))
    now = (unseen.label("unseen"), state_now.label("state"), _acts.state.label("held"))
    more = (*now, *acted, asks, tables.case_state.c.clinician_id)
    return select(tables.flag, *acts, *house, *more).select_from(joined)


ALL = _selected()
_SEEN = ALL.where(_MAY_SEE)
_ONE = _SEEN.where(_flag.flag_id == bindparam("flag"))
_OF_CASES = _SEEN.where(_flag.case_id == any_(bindparam("cases", type_=ARRAY(Uuid)))).order_by(
    _flag.raised_at
)


async def acted_on(session: AsyncSession, flag_id: UUID) -> FlagRead:
    """A flag as somebody's own act left it: who handed it on need not see it from then on."""
    return read((await session.execute(ALL.where(_flag.flag_id == flag_id))).one())


async def row_of(session: AsyncSession, actor: Actor, flag_id: UUID) -> Row[Any]:
    """One flag as its row. Unavailable when nobody can read it."""
    found = await session.execute(_ONE, by(actor) | {"flag": flag_id})
    row: Row[Any] | None = found.one_or_none()
    if row is None:
        raise NotFound()
    read(row)  # whoever is to act on it can say which flag that is
    return row


async def flags(
    session: AsyncSession,
    actor: Actor,
    about: Mapping[str, UUID | None],
    states: Sequence[FlagState],
    limit: int,
    after: str | None,
) -> tuple[Some, str | None]:
    """Flags of a clinic, a case or a caseload, the oldest first; where the next page begins."""
    found = _SEEN.where(*_wanted(about))
    if states:
        found = found.where(state_now.in_([state.value for state in states]))
    if place := parts_of(after, datetime.fromisoformat, UUID):
        found = found.where(tuple_(_flag.raised_at, _flag.flag_id) > tuple_(*place))
    found = found.order_by(_flag.raised_at, _flag.flag_id).limit(limit + 1)
    rows = (await session.execute(found, by(actor))).all()
    page, following = paged(rows, limit, lambda one: (one.raised_at.isoformat(), one.flag_id))
    return some(page), following


async def how_many_open(
    session: AsyncSession, actor: Actor, about: Mapping[str, UUID | None]
) -> int:
    """How many flags of a clinic, or of those that a person has to see to, are not done with."""
    asked = select(func.count()).select_from(_with_acts)
    is_open = state_now.in_([state.value for state in OPEN])
    asked = asked.where(_MAY_SEE, is_open, *_wanted(about))
    return int((await session.execute(asked, by(actor))).scalar_one())


def _wanted(about: Mapping[str, UUID | None]) -> list[ColumnElement[bool]]:
    return [_about(name, each) for name, each in about.items() if each is not None]


def _about(name: str, wanted: UUID) -> ColumnElement[bool]:
    own = tables.case_state.c.clinician_id == wanted
    match name:
        case "clinician_id":
            return own
        case "whose":
            return or_(own, func.coalesce(_acts.assigned_to == wanted, False))
        case _:
            same: ColumnElement[bool] = _flag[name] == wanted
            return same


async def flags_of(
    session: AsyncSession, actor: Actor, case_ids: Iterable[UUID]
) -> dict[UUID, Some]:
    """All flags of these cases."""
    found: dict[UUID, list[Row[Any]]] = {case_id: [] for case_id in case_ids}
    for row in await session.execute(_OF_CASES, by(actor) | {"cases": list(found)}):
        found[row.case_id].append(row)
    return {case_id: some(rows) for case_id, rows in found.items()}


def some(rows: Iterable[Row[Any]]) -> Some:
    """Rows as they are shown, without those that nobody can read."""
    read_ = [_readable(row) for row in rows]
    return Some([each for each in read_ if each], read_.count(None))


def read(row: Row[Any]) -> FlagRead:
    """A row as it is shown. Unavailable when nobody can read it: its case has to be repaired."""
    if (found := _readable(row)) is None:
        raise Unavailable(WORDS)
    return found


def _readable(row: Row[Any]) -> FlagRead | None:
    try:
        return _read(row)
    except SPOILT:
        return None


def _read(row: Row[Any]) -> FlagRead:
    because = decode_because(row.because)
    day = wall_time(instant(because.at), row.zone or "UTC").date()
    rule, running = Rule(row.rule), clock_of(row)
    seen = None
    if row.acknowledged_at:
        seen = Acknowledgement(by=row.acknowledged_by, at=row.acknowledged_at, note=row.note)
    return FlagRead(
        flag_id=row.flag_id,
        rule=rule,
        rule_version=row.rule_version,
        rule_words=DEFINITIONS[rule].worded(row.rule_version),
        severity=Severity(row.severity),
        safety=DEFINITIONS[rule].safety,
        case_id=row.case_id,
        clinic_id=row.clinic_id,
        client_id=row.client_id,
        state=FlagState(row.state),
        raised_at=row.raised_at,
        grown_at=row.grown_at,
        sentence=sentence(because, day),
        evidence=row.evidence,
        parameters=row.parameters,
        acknowledged=None if row.unseen else seen,
        seen_before=seen if row.unseen else None,
        actioned=_actioned(row),
        assigned_to=row.assigned_to,
        clock=running and shown(running, utcnow()),
    )


def _actioned(row: Row[Any]) -> Actioned | None:
    """What was done last, where that is what the flag stands at."""
    if row.state != FlagState.ACTIONED.value or not row.actioned_at:
        return None
    return Actioned(what=row.actioned_code, by=row.actioned_by, at=row.actioned_at)


def clock_of(row: Row[Any]) -> escalation.Clock | None:
    """The clock that runs for a flag; it began anew when the first of more came after a look."""
    since = escalation.Since(
        row.asks_since if row.unseen else row.raised_at,
        escalation.taken_up(row.acknowledged_at, row.reopened_at),
        row.actioned_at,
    )
    held = calendar.calendar_of(row.zone, row.calendars)
    return escalation.clock(Rule(row.rule), FlagState(row.state), since, held)


def shown(running: escalation.Clock, now: datetime) -> ClockRead:
    """A clock as it is shown."""
    return ClockRead(
        what=running.what,
        since=running.since,
        due_at=running.due,
        past=running.due <= now,
    )
