"""Flags that came to more while nobody could read their case: its repair tells what is new.

People hear what the live path would have told them, compared with what they heard or saw last.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from services.progress.domain.rules import Happened, Told
from services.progress.domain.rules.evidence import SEVERITIES
from services.progress.domain.state import Case, Flag
from services.progress.projection.names import Known
from services.progress.projection.store import Connection
from shared.events.base import derived_bytes
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule


_SEEN = "select flag_id, seen, closed_at is not null from flag_case where case_id = $1"


class Look(NamedTuple):
    """What people had seen of a flag when they last did something about it; null: all of it."""

    evidence: frozenset[bytes] | None
    closed: bool


async def looks(connection: Connection, case_id: UUID) -> dict[bytes, Look]:
    """Everything that people saw of a case's flags."""
    found = {}
    for flag_id, seen, closed in await connection.fetch(_SEEN, case_id):
        evidence = None if seen is None else frozenset(each.bytes for each in seen)
        found[flag_id.bytes] = Look(evidence, closed)
    return found


class Rose(NamedTuple):
    """What an event that nobody had handled yet raised: a flag of this rule and client."""

    rule: Rule
    client: bytes | None


def rose(unhandled: Iterable[Told]) -> frozenset[Rose]:
    """What was raised by events that nobody had handled: nobody was told of it."""
    return frozenset(
        Rose(each.flag.rule, each.flag.client) for each in unhandled if each.what is Happened.RAISED
    )


def under_their_names(unhandled: Iterable[Told], case: Case) -> Iterator[Told]:
    """The same as it happened to the flags that stand, under the names by which people know them.

    Growth is as old as its event says, all else as the flag is now.
    """
    standing = {(flag.rule, flag.client): flag for flag in case.flags if not flag.cleared}
    for each in unhandled:
        if named := standing.get((each.flag.rule, each.flag.client)):
            at = each.flag.grown_at if each.what is Happened.RAISED else named.grown_at
            yield replace(each, flag=replace(each.flag, id=named.id, grown_at=at))


def grown(
    after: Iterable[Flag],
    known: Known,
    before: Case | None,
    seen: Mapping[bytes, Look],
    again: Container[Rose],
) -> list[Flag]:
    """The standing flags that ask for a new look at what nobody was told of yet.

    `again`: an answer that was put down while people could see it, and back up while nobody could,
    rests on nothing new, and was raised again all the same.
    """
    heard = {flag.id: flag for flag in known.heard}
    stated = {flag.id: flag for flag in (before.flags if before else ()) if not flag.cleared}
    found = []
    for flag in after:
        was = heard.get(flag.id)
        if flag.cleared or was is None:
            continue  # over, or new: that is told in any case
        worst = min(_rank(was), _rank(stated.get(flag.id, was)))
        look = seen.get(flag.id)
        asks = DEFINITIONS[flag.rule].again or bool(look and look.closed)
        new = _unheard(flag, was, known.told.get(flag.id), look)
        if _rank(flag) < worst or (asks and (new or Rose(flag.rule, flag.client) in again)):
            found.append(flag)
    return found


def _unheard(flag: Flag, was: Flag, told: Flag | None, look: Look | None) -> set[bytes]:
    """On what of its evidence nobody was told that it rests, nor saw it."""
    heard = set((told or was).evidence)
    if look:
        heard |= set(was.evidence) if look.evidence is None else look.evidence
    return set(flag.evidence) - heard


def _rank(flag: Flag) -> int:
    return SEVERITIES.index(flag.severity)


def telling(flag: Flag, at: int) -> Told:
    """That it is raised again: of the same growth, however often it is repaired, the same event."""
    rests_on = " ".join(sorted(each.hex() for each in flag.evidence))
    cause = derived_bytes(flag.id, f"grown {flag.severity} {rests_on} {flag.grown_at}")
    return Told(flag, Happened.RAISED, cause, at)
