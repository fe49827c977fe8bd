"""Which flags stand in a case at a moment, how severe, on what, and by which numbers."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.progress.projection.reckoning.history import History
from services.progress.projection.reckoning.house import House
from services.progress.projection.reckoning.rules import OF_CLIENTS, OF_THE_CASE, Found, Look
from services.progress.projection.reckoning.rules.look import Find
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule, Severity


WORST_FIRST = tuple(Severity)


class Stands(NamedTuple):
    """One standing flag; of a rule and client there is never more than one."""

    version: int  # of the rule
    severity: str
    evidence: tuple[UUID, ...]
    parameters: tuple[tuple[str, int], ...]


Flags = dict[tuple[Rule, UUID | None], Stands]


def standing(history: History, house: House, now: datetime) -> Flags:
    """Every rule asked once, with all facts known, at one moment.

    Flags do not lapse because the next score is better: what a rule still finds stands.
    """
    asked = [Look(rule, history, None, house, now) for rule in OF_THE_CASE]
    clients = history.clients()
    asked += [Look(rule, history, one, house, now) for rule in OF_CLIENTS for one in clients]
    flags: Flags = {}
    over = history.course.closed_at is not None
    for look in asked:
        if over and not DEFINITIONS[look.rule].safety:
            continue  # a case that has ended asks for nothing but a look at what is about safety
        if found := _found(look, (OF_CLIENTS | OF_THE_CASE)[look.rule]):
            flags[look.rule, look.client] = _stands(look, found)
    return flags


def _found(look: Look, find: Find) -> list[Found]:
    """What the rule finds while its clinic has it on, oldest first.

    A fact counts by what was in force when it was; what time did by what is in force as we look.
    """
    found = [
        each
        for each in find(look)
        if look.house.on(look.rule, look.now if each.by_time else each.at)
    ]
    return sorted(found, key=lambda each: (each.at, each.events))


def _stands(look: Look, found: list[Found]) -> Stands:
    """One flag on all that was found: as severe as the worst of it, the newest of those first."""
    worst = min(WORST_FIRST.index(each.severity) for each in found)
    heaviest = [each for each in found if WORST_FIRST.index(each.severity) == worst]
    newest = max(heaviest, key=lambda each: each.at)
    at = look.now if newest.by_time else newest.at
    evidence = dict.fromkeys(event for each in found for event in each.events)
    numbers = look.house.values(look.rule, at)
    return Stands(
        look.version(at), newest.severity.value, tuple(evidence), tuple(sorted(numbers.items()))
    )
