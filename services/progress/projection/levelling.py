"""Bringing a version to exactly where the live one is, which may be stopped for a moment only.

So all that takes long is done before, beside it: reading to within some records of it, and what
time alone did. Under the locks little is left.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from services.progress.models.tables import CONSUMER, LOCK_SPACE
from services.progress.models.versions import LAYOUT, schema_of
from services.progress.projection import standing
from services.progress.projection.catching import Catching, same_place
from services.progress.projection.settling import swept_until
from services.progress.projection.store import Connection, lock_number
from shared.bus import Partition
from shared.consumer import places
from shared.settings import Settings


NEAR = 500  # records behind the live version at which both may be stopped for a moment
FAR = 5_000  # the same, where so many come that nobody gets nearer
ROUNDS = 20  # of trying to get near
Report = Callable[[int, int, float], Awaitable[None]]


class Refused(Exception):
    """It cannot be done; the words are for the operator."""


async def layout_of(connection: Connection, version: int) -> str | None:
    """By which layout a version was made."""
    asked = "select layout from projection where version = $1"
    found: str | None = await connection.fetchval(asked, version)
    return found


class Levelling:
    """One version and the live one. Get `near` first, then `level` inside a transaction."""

    def __init__(self, connection: Connection, settings: Settings, catching: Catching) -> None:
        self._connection = connection
        self._settings = settings
        self._catching = catching

    async def near(self, report: Report) -> None:
        """Read and settle until little is left."""
        await self._read_near(report)
        await self._catching.settle(await self._swept())
        await self._known_to_the_planner()
        await self._read_near(report)  # what came meanwhile

    async def _known_to_the_planner(self) -> None:
        """What is compared under the locks was filled a moment ago: nobody has looked at it yet."""
        live = await standing.live_version(self._connection)
        for version in (live, self._catching.version):
            await self._connection.execute(f"vacuum (analyze) {schema_of(version)}.flag")

    async def _read_near(self, report: Report) -> None:
        for turn in range(2 * ROUNDS):
            stops = await self._stops()
            behind, total = self._catching.behind(stops), sum(stops.values())
            await report(total - behind, total, 0.0)
            if behind <= (NEAR if turn < ROUNDS else FAR):
                return
            await self._catching.up_to(stops, report)

    async def level(self) -> set[tuple[UUID, str]]:
        """Stop the live version, by its partitions' locks, and read up to exactly where it is.

        Which standing flags were called otherwise there, and are called so now, by case and rule.
        """
        for number in range(self._settings.partitions):
            await lock_number(self._connection, number, LOCK_SPACE)
        live = await places.all_of(self._connection, CONSUMER)
        await self._catching.up_to(await self._stops())
        await self._catching.settle(await self._swept())
        if other := same_place(await self._catching.places(), live):
            raise Refused(f"the two versions are not at one place in {', '.join(other)}")
        return await self._catching.carry(await standing.live_version(self._connection))

    async def _stops(self) -> Mapping[Partition, int]:
        """Up to where the live version has read; to the log's end where nobody knows."""
        ends = await self._catching.ends()
        live = await places.all_of(self._connection, CONSUMER)
        return {
            part: min(end, live[part].next_offset) if part in live else end
            for part, end in ends.items()
        }

    async def _swept(self) -> datetime:
        """Up to when time was taken into account in the live version, if it is one of ours."""
        now = datetime.now(UTC)
        version = await standing.live_version(self._connection)
        if await layout_of(self._connection, version) == LAYOUT:
            now = await swept_until(self._connection, now)
        return now
