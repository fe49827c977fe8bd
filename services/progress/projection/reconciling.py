"""Reconcile: what the read tables hold of a case against an independent reckoning of the log.

Cases are looked for on both sides, so one that the tables have lost altogether is found as well.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.progress.projection import (
    differing,
    flag_rows,
    holding,
    incidents,
    logged,
    published,
)
from services.progress.projection.store import Connection, lock_number
from shared.bus import Bus
from shared.log import frames, log
from shared.partitions import partition_of
from shared.settings import Settings


AGAIN = 100  # cases that are looked at again in one go, while their partition number waits


async def reconcile(
    bus: Bus, settings: Settings, connection: Connection, cases: Iterable[UUID] | None = None
) -> dict[UUID, list[str]]:
    """Compare these cases, or all; what differs, by case. Each difference is an incident.

    What is no longer found of a case, because a switch or a repair mended it, is none any more.
    """
    found: dict[UUID, list[str]] = {}
    for number, wanted in (await _by_number(bus, settings, connection, cases)).items():
        look = Look(bus, settings, connection, number, wanted)
        found |= await _noted(connection, look, number, wanted)
    return found


async def _noted(
    connection: Connection, look: "Look", number: int, cases: list[UUID]
) -> dict[UUID, list[str]]:
    """Note what differs in cases of one partition number.

    While the log was read, somebody may have mended what differed: so we look again at that, under
    the number's lock, and note only what is still found.
    """
    suspected = (await look.at(cases)).differs.keys()
    again = sorted(suspected | (await incidents.standing(connection) & set(cases)))
    found: dict[UUID, list[str]] = {}
    for begin in range(0, len(again), AGAIN):
        some = again[begin : begin + AGAIN]
        async with connection.transaction():
            await lock_number(connection, number)
            found |= await _note(connection, await look.at(some))
    for case_id, what in found.items():
        log.error("case is not what the log says", case_id=str(case_id), types=what)
    return found


async def _note(connection: Connection, seen: "Seen") -> dict[UUID, list[str]]:
    for case_id, what in sorted(seen.differs.items()):
        await incidents.note(connection, case_id, what)
    for case_id in sorted(seen.whole - seen.differs.keys()):
        await incidents.repaired(connection, case_id)
    return seen.differs


async def unknown(
    bus: Bus, settings: Settings, connection: Connection, cases: Iterable[UUID]
) -> set[UUID]:
    """Those of which neither the read tables nor the log, as far as it was read, speak."""
    found: set[UUID] = set()
    for number, wanted in (await _by_number(bus, settings, connection, cases)).items():
        found |= set(wanted) - set(await _known(bus, settings, connection, number))
    return found


async def sample(
    bus: Bus, settings: Settings, connection: Connection, count: int, number: int | None = None
) -> None:
    """Compare some cases of one partition number, all chosen at random: a twelfth of the log.

    As many of those that have an open incident are looked at besides. Flags of a rule or severity
    that there is not are looked for in all cases.
    """
    spoilt = dict.fromkeys(await flag_rows.unknown(connection))
    await incidents.note_all(connection, spoilt, incidents.FLAG_UNREADABLE)
    number = random.randrange(settings.partitions) if number is None else number
    known = await _known(bus, settings, connection, number)
    open_ = sorted(await incidents.standing(connection) & set(known))
    chosen = {case_id for some in (known, open_) for case_id in _some(some, count)}
    await reconcile(bus, settings, connection, chosen)


def _some(cases: list[UUID], count: int) -> list[UUID]:
    return random.sample(cases, min(count, len(cases)))


async def _by_number(
    bus: Bus, settings: Settings, connection: Connection, cases: Iterable[UUID] | None
) -> dict[int, list[UUID]]:
    if cases is None:
        numbers = range(settings.partitions)
        return {n: await _known(bus, settings, connection, n) for n in numbers}
    found: dict[int, list[UUID]] = defaultdict(list)
    for case_id in cases:
        found[partition_of(str(case_id), settings.partitions)].append(case_id)
    return found


async def _known(bus: Bus, settings: Settings, connection: Connection, number: int) -> list[UUID]:
    """The cases of a partition number that the read tables or the log speak of."""
    in_tables = {
        case_id
        for case_id in await holding.known(connection)
        if partition_of(str(case_id), settings.partitions) == number
    }
    stops = await holding.stops(connection, number)
    return sorted(in_tables | await logged.cases_in(bus, stops))


@dataclass(frozen=True)
class Seen:
    """What differs, by case; and the cases of which everything was compared."""

    differs: dict[UUID, list[str]]
    whole: set[UUID]


class Look:
    """Some cases of one partition number against the log: whoever looks again reads on from there.

    So the log is read while nobody waits, and under the number's lock only what came since.
    """

    def __init__(
        self,
        bus: Bus,
        settings: Settings,
        connection: Connection,
        number: int,
        cases: Iterable[UUID],
    ) -> None:
        self._bus, self._settings, self._connection = bus, settings, connection
        self._number = number
        self._log = logged.Reading(bus, settings, cases)
        self._ours = logged.Reading(bus, settings, self._log.keys)
        self._clinics = logged.Reading(bus, settings, ())

    async def at(self, cases: Collection[UUID]) -> Seen:
        """What differs in these of the cases, at one moment."""
        held = await holding.held(self._connection, self._number, list(cases))
        await self._log.up_to(held.stops)
        log_says = self._log.read(cases, held.skipped)
        about = await self._about_clinics(held, log_says)
        await self._ours.up_to(published.ours(self._number))
        ours = self._ours.read(cases)
        # What is set aside waits for a redrive, and its page says so: nobody can read it here.
        # Where it was set aside because the state cannot be read, the case has to be found.
        aside = held.aside - {str(case_id) for case_id in held.unreadable()}
        wanted = [case_id for case_id in cases if str(case_id) not in aside]
        acts = await published.altered(self._connection, held.written, ours, wanted)
        seen = Seen({}, set())
        for case_id in wanted:
            what, whole = _compared(held, case_id, log_says, about)
            if what or case_id in acts:
                seen.differs[case_id] = what + acts.get(case_id, [])
            if whole and published.all_compared(held.written, ours, case_id):
                seen.whole.add(case_id)
        return seen

    async def _about_clinics(self, held: holding.Held, log_says: logged.Read) -> logged.Read:
        """What is said of the clinics of these cases."""
        clinics = {each.clinic_id for those in log_says.said.values() for each in those}
        if not clinics <= self._clinics.keys:
            self._clinics = logged.Reading(self._bus, self._settings, clinics)
        await self._clinics.up_to(held.clinic_stops)
        return self._clinics.read(clinics, held.skipped)


def _compared(
    held: holding.Held, case_id: UUID, log_says: logged.Read, about: logged.Read
) -> tuple[list[str], bool]:
    """What differs in one case, and whether that is all that can.

    Whatever the tables hold of it, it must not hide the others.
    """
    try:
        whole = differing.whole(held, case_id, log_says, about)
        return differing.differences(held, case_id, log_says, about), whole
    except Exception as error:
        log.error("case cannot be compared", case_id=str(case_id), frames=frames(error))
        return [incidents.UNREADABLE], False
