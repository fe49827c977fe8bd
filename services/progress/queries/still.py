"""Cases that stand still: an event of theirs could not be read, and what came after it waits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    RowMapping,
    Text,
    cast,
    column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.models import tables
from services.progress.models.still import LeftOut, LeftOutCase, Still, StillCase
from services.progress.queries.flags import THEIRS, by
from shared import events
from shared.auth import Actor
from shared.pages import part_of


# A record's own time and not the row's: a rebuild sets the same one aside again, much later. A time
# of no year is 1970's or the last that there is: whoever wrote it, the case's page is shown.
_SENT = "to_timestamp(least(greatest({}, 0), 253402300799999) / 1000.0)"
_STILL = text(f"""
    select key, {_SENT.format("min(recorded_at) filter (where state = 'blocking')")} as since,
        count(*) filter (where state = 'blocking') as unreadable,
        count(*) filter (where state = 'waiting') as waiting,
        array_agg(distinct topic order by topic) as topics
    from parked
    where consumer = :consumer and state in ('blocking', 'waiting')
        and (cast(:keys as text[]) is null or key = any(:keys))
    group by key having count(*) filter (where state = 'blocking') > 0
""")
# Every version of the projection that met one has a row of it.
_SKIPPED = text(f"""
    select key, topic, max(type) as type, {_SENT.format("min(recorded_at)")} as recorded_at
    from parked where state = 'skipped' and (cast(:keys as text[]) is null or key = any(:keys))
    group by key, topic, coalesce(event_id::text, partition || ' ' || "offset") order by 4, 2, 3
""")

_KINDS = (datetime.fromisoformat, UUID)  # of the values by which both lists are sorted
_parked = table("parked", column("key"))
_ASIDE = text("""
    select exists (select from parked
        where consumer = :consumer and key = :key and event_id = :event_id
            and state in ('blocking', 'waiting', 'skipped'))
""")


def has_aside(case_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether anything of a case stands aside, as a column of a statement about it."""

    def any_(states: str) -> ColumnElement[bool]:
        theirs = _parked.c.key == cast(case_id, Text)
        return select(_parked.c.key).where(theirs, text(states)).exists()

    # Written out, as the two partial indexes have them: what is done with stays in that table.
    return or_(
        any_(f"consumer = '{tables.CONSUMER}' and state in ('blocking', 'waiting')"),
        any_("state = 'skipped'"),
    ).label("aside")


async def is_aside(session: AsyncSession, case_id: UUID, event_id: UUID) -> bool:
    """Whether this event of a case is set aside: it will not be in it soon."""
    names = {"consumer": tables.CONSUMER, "key": str(case_id), "event_id": event_id}
    return bool((await session.execute(_ASIDE, names)).scalar_one())


async def left_out_of(session: AsyncSession, case_id: UUID) -> list[LeftOut]:
    """The events of a case that were left out for good, in the order in which they were sent."""
    return (await _left_out(session, [case_id])).get(case_id, [])


async def left_out(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID | None,
    clinician_id: UUID | None,
    limit: int,
    after: str | None,
) -> tuple[list[LeftOutCase], str | None]:
    """The open cases with such events that the actor may see, in a clinic or of a clinician; the
    one whose event is the oldest first. And where the next page begins."""
    found, is_open = await _left_out(session, None), tables.case_state.c.status == "open"
    rows = await _seen(session, actor, found, clinic_id, clinician_id, is_open)
    items = [
        LeftOutCase(case_id=row.case_id, clinician_id=row.clinician_id, left_out=found[row.case_id])
        for row in rows
    ]
    return part_of(items, limit, after, lambda it: (it.left_out[0].recorded_at, it.case_id), _KINDS)


async def _left_out(
    session: AsyncSession, case_ids: Iterable[UUID] | None
) -> dict[UUID, list[LeftOut]]:
    keys = None if case_ids is None else [str(case_id) for case_id in case_ids]
    found: dict[UUID, list[LeftOut]] = defaultdict(list)
    for key, topic, kind, at in await session.execute(_SKIPPED, {"keys": keys}):
        known = kind if kind in events.classes else None
        with suppress(ValueError):
            found[UUID(key)].append(LeftOut(topic=topic, type=known, recorded_at=at))
    return found


async def still_of(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, Still]:
    """Those of these cases that stand still, and since when."""
    return {key: Still(**said) for key, said in (await _found(session, case_ids)).items()}


async def standing_still(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID | None,
    clinician_id: UUID | None,
    limit: int,
    after: str | None,
) -> tuple[list[StillCase], str | None]:
    """All that the actor may see, open or not, in a clinic or of a clinician; the longest first,
    and where the next page begins."""
    found = await _found(session, None)
    rows = await _seen(session, actor, found, clinic_id, clinician_id)
    items = [
        StillCase(case_id=row.case_id, clinician_id=row.clinician_id, **found[row.case_id])
        for row in rows
    ]
    return part_of(items, limit, after, lambda item: (item.since, item.case_id), _KINDS)


async def _seen(
    session: AsyncSession,
    actor: Actor,
    found: Collection[UUID],
    clinic_id: UUID | None,
    clinician_id: UUID | None,
    *further: ColumnElement[bool],
) -> Sequence[Row[Any, Any]]:
    """Those of these cases that the actor may see, each with its clinician."""
    if not found:
        return []
    case = tables.case_state.c
    asked = select(case.case_id, case.clinician_id)
    asked = asked.where(case.case_id.in_(list(found)), THEIRS, *further)
    for theirs, wanted in ((case.clinic_id, clinic_id), (case.clinician_id, clinician_id)):
        asked = asked if wanted is None else asked.where(theirs == wanted)
    return (await session.execute(asked, by(actor))).all()


async def _found(
    session: AsyncSession, case_ids: Iterable[UUID] | None
) -> dict[UUID, dict[str, Any]]:
    """By case; a clinic's key, or what is no id at all, is no case's."""
    keys = None if case_ids is None else [str(case_id) for case_id in case_ids]
    names = {"consumer": tables.CONSUMER, "keys": keys}
    found: dict[UUID, dict[str, Any]] = {}
    for row in (await session.execute(_STILL, names)).mappings():
        with suppress(ValueError):
            found[UUID(row["key"])] = _said(row)
    return found


def _said(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in ("since", "unreadable", "waiting", "topics")}
