"""Opens the links that are due, and tells of safety items that were answered and not sent."""

import asyncio
import contextlib
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands import links, saved
from services.goals.domain.assignments import UNSENT, Windows
from services.goals.models.assignments import Assignment
from services.goals.queries import assignments as queries
from services.goals.queries import links as link_queries
from services.goals.queries import packs
from shared import health, outbox
from shared.clock import utcnow
from shared.db import AWAY, Database
from shared.errors import Unavailable
from shared.events.measures import definition
from shared.keyring import ERASED, Keyring, seal
from shared.log import log
from shared.service import Worker
from shared.settings import Settings


EVERY = 2.0  # seconds between two looks at what is due


def windows_of(settings: Settings) -> Windows:
    """How long links are open, as it is set."""
    return Windows(
        open_for=timedelta(days=settings.link_days),
        before_session=timedelta(hours=settings.link_hours_before),
        after_session=timedelta(hours=settings.link_hours_after),
        after_closing=timedelta(days=settings.link_days_after_closing),
    )


async def run(worker: Worker) -> None:
    """Look until told to stop. While database or key service are away it waits and says so."""
    keyring = Keyring(worker.settings, "worker")
    try:
        while not worker.stop.is_set():
            try:
                done = await tell_unsent(worker.database, utcnow())
                done += await open_due(
                    worker.database, keyring, windows_of(worker.settings), utcnow()
                )
                if done:
                    worker.wake.set()
                health.going("opener")
            except (*AWAY, Unavailable) as error:
                health.waiting("opener", f"links wait: {type(error).__name__}")
                log.warning("opener_waits", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(worker.stop.wait(), EVERY)
    finally:
        await keyring.close()


async def tell_unsent(database: Database, now: datetime) -> int:
    """One look; how many links staff was told of. Before links expire: then nothing is left."""
    async with database.session() as session:
        left = await link_queries.left_unsent(session, now - UNSENT, now)
    for link_id in left:
        async with database.session() as session:
            case_id = (await link_queries.link(session, link_id)).case_id
            await outbox.lock(session, case_id)
            await saved.tell_unsent(session, await link_queries.locked(session, link_id), now)
    return len(left)


async def open_due(database: Database, keyring: Keyring, windows: Windows, now: datetime) -> int:
    """One look; how many links were opened. Two workers open each once: the occasion has a name."""
    async with database.session() as session:
        await links.expire(session, now)
    async with database.session() as session:
        given = await queries.to_be_sent(session)
        due = [one for one in given if await _is_due(session, one, windows, now)]
    opened = 0
    for one in due:
        opened += await _open(database, keyring, windows, one, now)
    return opened


async def _is_due(session: AsyncSession, one: Assignment, windows: Windows, now: datetime) -> bool:
    """Whether it is time, and the clinic has not switched the measure off since."""
    if await links.due(session, one, windows, now) is None:
        return False
    return (await packs.pack(session, one.clinic_id, definition(one.measure), now)).on


async def _open(
    database: Database, keyring: Keyring, windows: Windows, one: Assignment, now: datetime
) -> bool:
    token = links.new_secret()
    # Another database, that may be slow: asked before this one's transaction takes its lock.
    sealed = await _sealed(keyring, one, links.address(token))
    async with database.session() as session:
        await outbox.lock(session, one.case_id)
        given = await queries.again(session, one.assignment_id)
        if sealed is None:
            given.send = False
            log.warning("link_not_sent", case_id=one.case_id, client_id=one.client_id)
            return False
        return await _still_due(session, given, windows, token, sealed, now)


async def _still_due(
    session: AsyncSession,
    given: Assignment,
    windows: Windows,
    token: str,
    sealed: str,
    now: datetime,
) -> bool:
    """Open it if nobody else has, and it was not ended, while this one waited for the lock."""
    occasion = await links.due(session, given, windows, now)
    if given.ended_at is not None or not given.send or occasion is None:
        return False
    return await links.open_link(session, given, occasion, token, sealed, now) is not None


async def _sealed(keyring: Keyring, given: Assignment, path: str) -> str | None:
    """The address under the client's own key; None without one, when it is handed over instead."""
    try:
        key = await keyring.fetch(given.client_id)
    except LookupError:
        return None
    return None if key is ERASED else seal(key, given.client_id, "link", path)
