"""A clinic's figures, reckoned from its cases as they stand, a few at a time."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.outcomes.figures import FIGURES, Figure, Rule, members_of
from services.progress.domain.outcomes.goals import WHATS, goals_of
from services.progress.domain.outcomes.month import Month
from services.progress.domain.outcomes.recovery import SHOWN_FROM, Rate, misleads, suppressed
from services.progress.domain.packed import micros
from services.progress.domain.state import Case, readable
from services.progress.models import tables
from services.progress.models.figures import FigureCase, FigureRead, FiguresRead, KindFigures
from services.progress.queries.freshness import fresh
from services.progress.queries.standing import calendar
from shared.auth import Actor
from shared.errors import Invalid, NotFound
from shared.events.words import GoalKind
from shared.pages import cursor_of, parts_of


AT_ONCE = 200  # so many states are in memory
KINDS_WORDS = (
    "Agreed goals of cases that were open on a day of the month, from the month in which they were"
    " agreed to the one in which they ended, as they stand now; a shared goal by the line that"
    " looks worst. When a goal was agreed is known from its first rating, its latest step (agreed,"
    " on hold, taken up again, ended) or the closing of its case, whichever came first."
)

_case = tables.case_state.c


async def figures(
    session: AsyncSession, actor: Actor, clinic_id: UUID, month: str, round_: bool, now: datetime
) -> FiguresRead:
    """A clinic's month. NotFound for a clinic that is not the actor's."""
    current = await fresh(session, now)
    span = await _month(session, actor, clinic_id, month, now)
    counted: Counter[str] = Counter()
    cases = unreadable = 0
    async for _, case in _cases(session, clinic_id):
        if case is None:
            unreadable += 1
            continue
        _count(case, span, counted)
        cases += span.under_care(case)
    shown = suppressed if round_ else int
    return FiguresRead(
        clinic_id=clinic_id,
        month=month,
        suppressed=round_,
        too_few=_too_few(counted, cases) if round_ else [],
        cases=shown(cases),
        unreadable=unreadable,
        figures=[_figure(each, counted, shown) for each in FIGURES.values()],
        kinds=[_kind(kind, counted, shown) for kind in GoalKind],
        kinds_words=KINDS_WORDS,
        **dict(current),
    )


def _count(case: Case, month: Month, counted: Counter[str]) -> None:
    for figure in FIGURES.values():
        for member in figure.members(case, month):
            counted[f"{figure.code} of"] += 1
            counted[figure.code] += member.counted
    for kind, _, stands in goals_of(case, month):
        counted[kind] += 1
        for what in WHATS:
            counted[f"{kind}.{what}"] += getattr(stands, what)


def _too_few(counted: Counter[str], cases: int) -> list[str]:
    """Which of all counts mislead when they are rounded."""
    wholes = {code: f"{code} of" for code in FIGURES}
    wholes |= {f"{kind}.{what}": kind for kind in GoalKind for what in WHATS}
    found = [part for part, whole in wholes.items() if misleads(counted[part], counted[whole])]
    found += [whole for whole in dict.fromkeys(wholes.values()) if counted[whole] < SHOWN_FROM]
    return found + (["cases"] if cases < SHOWN_FROM else [])


def _figure(figure: Figure, counted: Counter[str], shown: Callable[[int], int]) -> FigureRead:
    rate = Rate(shown(counted[figure.code]), shown(counted[f"{figure.code} of"]))
    return FigureRead(
        figure=figure.code,
        label=figure.label,
        counted=rate.counted,
        of=rate.of,
        percent=rate.percent(),
        words=figure.words,
    )


def _kind(kind: GoalKind, counted: Counter[str], shown: Callable[[int], int]) -> KindFigures:
    stands = {what: shown(counted[f"{kind}.{what}"]) for what in WHATS}
    return KindFigures(kind=kind, goals=shown(counted[kind]), **stands)


class Behind(NamedTuple):
    """A page of cases, where the next one begins, and how many were passed over as unreadable."""

    items: list[FigureCase]
    following: str | None
    unreadable: int


async def behind(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    month: str,
    figure: str,
    now: datetime,
    limit: int,
    after: str | None,
) -> Behind:
    """The cases in a figure's denominator, those that can be read.

    NotFound for a clinic that is not the actor's, Invalid for a figure that there is not.
    """
    members = members_of(figure)
    if members is None:
        raise Invalid.of("figure", "is not one of the figures")
    span = await _month(session, actor, clinic_id, month, now)
    found: list[FigureCase] = []
    cases: list[UUID] = []
    unreadable = since = 0  # `since`: those behind the last case that is on this page
    async for case_id, case in _cases(session, clinic_id, after):
        if case is None:
            since += 1
        elif theirs := _behind(case_id, case, members, span):
            if len(cases) == limit:
                return Behind(found, cursor_of(cases[-1]), unreadable)
            unreadable, since = unreadable + since, 0
            cases.append(case_id)
            found += theirs
    return Behind(found, None, unreadable + since)


def _behind(case_id: UUID, case: Case, members: Rule, month: Month) -> list[FigureCase]:
    counted: Counter[bytes | None] = Counter()
    of: Counter[bytes | None] = Counter()
    for member in members(case, month):
        of[member.client] += 1
        counted[member.client] += member.counted
    return [
        FigureCase(
            case_id=case_id,
            case_number=case.number,
            clinician_id=UUID(bytes=case.clinician) if case.clinician else None,
            client_id=UUID(bytes=client) if client else None,
            counted=counted[client],
            of=times,
        )
        for client, times in of.items()
    ]


async def _month(
    session: AsyncSession, actor: Actor, clinic_id: UUID, month: str, now: datetime
) -> Month:
    if clinic_id not in actor.clinics:
        raise NotFound()
    clinic = tables.clinic.c
    zone = await session.scalar(select(clinic.zone).where(clinic.clinic_id == clinic_id))
    year, number = month.split("-")
    return Month(int(year), int(number), calendar(zone), micros(now))


async def _cases(
    session: AsyncSession, clinic_id: UUID, after: str | None = None
) -> AsyncIterator[tuple[UUID, Case | None]]:
    """The clinic's cases; None for one that nobody can read."""
    asked = select(_case.case_id, _case.state).where(_case.clinic_id == clinic_id)
    if place := parts_of(after, UUID):
        asked = asked.where(_case.case_id > place[0])
    asked = asked.order_by(_case.case_id).execution_options(yield_per=AT_ONCE)
    async for row in await session.stream(asked):
        yield row.case_id, readable(row.state)
