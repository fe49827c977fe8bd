"""Many people want few hours: one winner an hour, no overlap, no deadlock (reliability R19)."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy.exc import DBAPIError

from services.scheduling.commands import appointments
from services.scheduling.models import AppointmentCreate, Cancel, Reschedule
from shared.clock import wall_time
from shared.db import Database
from shared.errors import Conflict
from tests.scheduling.world import World


SLOTS, AT_ONCE, ROUNDS = 5, 40, 3
OVERLAPS = """
    select count(*) from booking a join booking b
    on (a.who, a.participant_id) = (b.who, b.participant_id) and a.appointment_id < b.appointment_id
    and a.status = 'booked' and b.status = 'booked'
    and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    where a.clinic_id = $1
"""
SESSION = """
    insert into appointment (appointment_id, clinic_id, case_id, clinician_id, client_ids, wall,
        zone, tzdata, minutes, starts_at, ends_at, kind, mode, status)
    values ($1, $2, $1, $3, '{}', now(), 'UTC', '', 50, $4, $5, 'treatment', 'phone', 'booked')
"""
HOLD = "insert into booking values ($1, $2, 'clinician', $3, $4, $5, 'booked')"


class Crowd:
    """Calls of many people at once, each a transaction of its own, and what came of them."""

    def __init__(self, world: World, database: Database) -> None:
        self.world, self.database = world, database
        self.outcomes: Counter[str] = Counter()
        self.booked: list[UUID] = []
        self.dice = random.Random(7)
        self.day = wall_time(datetime.now(UTC) + timedelta(days=1), world.zone).replace(
            hour=9, minute=0, second=0, microsecond=0
        )

    def starts(self) -> datetime:
        """One of few hours, a little shifted, so that sessions overlap in part."""
        shift = self.dice.choice([0, 0, 10, 20])
        return self.day + timedelta(hours=self.dice.randrange(SLOTS), minutes=shift)

    async def one(self, case: UUID) -> None:
        """Book, or move or cancel what was booked."""
        try:
            await self._act(case)
            self.outcomes["done"] += 1
        except Conflict:
            self.outcomes["conflict"] += 1
        except DBAPIError as error:
            self.outcomes[getattr(error.orig, "sqlstate", "?")] += 1

    async def _act(self, case: UUID) -> None:
        now, desk, act = datetime.now(UTC), self.world.actor(), self.dice.random()
        async with self.database.session([self.world.clinic]) as session:
            if act < 0.8 or not self.booked:
                made = await appointments.book(session, desk, self._new(case), now)
                self.booked.append(made.appointment_id)
            elif act < 0.9:
                which = self.dice.choice(self.booked)
                move = Reschedule(starts=self.starts())
                await appointments.reschedule(session, desk, which, move, now)
            else:
                which = self.dice.choice(self.booked)
                await appointments.cancel(session, desk, which, Cancel(by="client"), now)

    def _new(self, case: UUID) -> AppointmentCreate:
        world = self.world
        return AppointmentCreate(
            case_id=case,
            clinician_id=self.dice.choice([world.clinician, world.colleague]),
            room_id=world.room,
            starts=self.starts(),
            minutes=50,
            kind="treatment",
            mode="in_person",
        )


async def test_forty_at_once_on_few_hours(world: World) -> None:
    database = Database(world.settings.database("scheduling", "api"), AT_ONCE)
    crowd = Crowd(world, database)
    person, partner = uuid4(), uuid4()
    cases = [await world.case(person), await world.case(partner, person), await world.case()]
    try:
        for _ in range(ROUNDS):
            await asyncio.gather(*(crowd.one(crowd.dice.choice(cases)) for _ in range(AT_ONCE)))
    finally:
        await database.close()
    assert set(crowd.outcomes) == {"done", "conflict"}
    assert [row[0] for row in await world.rows(OVERLAPS, world.clinic)] == [0]
    booked = (
        "select count(*) from booking where clinic_id = $1 and status = 'booked' and who = 'room'"
    )
    [row] = await world.rows(booked, world.clinic)
    assert 1 <= row[0] <= SLOTS + 1


async def test_a_bare_constraint_deadlocks(world: World) -> None:
    """The control: the same constraint without our locks, two people and two hours crosswise."""
    seen: Counter[str] = Counter()
    both_hold_one = asyncio.Barrier(2)
    await asyncio.gather(*(_bare(world, order, seen, both_hold_one) for order in ((0, 1), (1, 0))))
    assert seen == {"40P01": 1}, "no deadlock without the locks"


async def _bare(
    world: World, order: tuple[int, int], seen: Counter[str], both_hold_one: asyncio.Barrier
) -> None:
    connection = await asyncpg.connect(
        world.settings.admin_url.get_secret_value(),
        database=world.settings.database_prefix + "scheduling",
        server_settings={"deadlock_timeout": "20ms"},
    )
    begins = datetime(2031, 1, 1, tzinfo=UTC)
    first, second = (begins + timedelta(hours=hour) for hour in order)
    try:
        async with connection.transaction():
            await _insert(connection, world, first)
            await both_hold_one.wait()
            await _insert(connection, world, second)
    except asyncpg.PostgresError as error:
        seen[error.sqlstate or "?"] += 1
    finally:
        await connection.close()


async def _insert(connection: asyncpg.Connection, world: World, begins: datetime) -> None:
    """One session's hold on the clinician's time, as the service would write it."""
    appointment, ends = uuid4(), begins + timedelta(minutes=50)
    await connection.execute(SESSION, appointment, world.clinic, world.clinician, begins, ends)
    await connection.execute(HOLD, appointment, world.clinic, world.clinician, begins, ends)
