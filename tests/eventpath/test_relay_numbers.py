"""A number belongs to one event for ever; without the relay's order of steps it would not."""

import asyncio
from contextlib import suppress

from shared import outbox
from shared.bus import Away
from shared.headers import SEQUENCE
from shared.relay import Turn
from tests.eventpath.relaying import published
from tests.eventpath.world import PART, World, relayed, scored


class NumbersAfterSending(Turn):
    """The control: a number is chosen for the sending, and written down behind it."""

    dying = True

    async def step(self, ahead: bool = True) -> bool:
        """Send one row; the first time, die before anything is written down."""
        rows = await self.store.waiting(1)
        if rows:
            partitions, sequences, newest = self._number(rows)
            await self._send(rows, partitions, sequences)
            if self.dying:
                self.dying = False
                raise Away("died before the number was written down")
            await self.store.mark(self.batch + 1, [rows[0]["pos"]], partitions, sequences, newest)
            self.batch, self.newest = self.batch + 1, newest
        return bool(rows)


async def overtaken_during_a_death(world: World, kind: type[Turn]) -> list[tuple[int, bytes]]:
    """A relay dies with one event sent, then an older transaction commits; what the log holds."""
    end = asyncio.Event()

    async def older() -> None:
        async with world.publisher.session() as session:
            await outbox.publish(session, scored(value=2, partition=PART.partition))
            inside.set()
            await end.wait()

    inside = asyncio.Event()
    waiting = asyncio.create_task(older())
    await inside.wait()
    await published(world, 1)
    async with world.relaying(kind=kind) as turn:
        with suppress(Away):
            await turn.step()
        end.set()
        await waiting
        await relayed(turn)
    records = (await world.log(3))[1:]
    return [(int(dict(r.headers)[SEQUENCE]), r.key or b"") for r in records]


async def test_a_number_belongs_to_one_event_for_ever(world: World) -> None:
    logged = await overtaken_during_a_death(world, Turn)
    assert [number for number, _ in logged] == [1, 2]


async def test_control_numbers_chosen_after_sending_belong_to_two_events(world: World) -> None:
    logged = await overtaken_during_a_death(world, NumbersAfterSending)
    assert [number for number, _ in logged] == [1, 1, 2]
    assert logged[0][1] != logged[1][1]
