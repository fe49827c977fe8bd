"""The one sender: takes what is queued, staff first, and hands each message over at most once."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.notifications import domain, queries
from services.notifications.channels import Away, Letter, Refused, Way, ways
from services.notifications.commands import sending
from services.notifications.models import Contact, Message, State
from shared import failpoint, health
from shared.clock import utcnow
from shared.db import AWAY
from shared.errors import Unavailable
from shared.events.words import Channel, RecipientKind
from shared.keyring import ERASED, Keyring, NotSealedForThis, open_sealed
from shared.log import log
from shared.service import Worker


LOCK = (7001, 5)
EVERY = 0.2  # seconds between two looks when there is nothing to send
# Asked on the lock's own session, so that it costs little and fails when the lock is lost.
WAITING = "select exists (select from message where state = 'queued' and try_at <= now())"
BACK_OFF = 1.0  # seconds after the database or the key service was away
# A machine that dies must not keep the lock for the two hours of TCP's own patience.
SESSION = {
    "application_name": "tidemark sender",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}


async def run(worker: Worker) -> None:
    """Send until told to stop. While database or key service are away it waits and says so."""
    sender = Sender(worker, ways(worker.settings))
    try:
        while not worker.stop.is_set():
            try:
                await sender.tenure()
            except (*AWAY, Unavailable) as error:
                health.waiting("sender", f"messages wait: {type(error).__name__}")
                log.warning("sender_waits", exc_info=error)
                await _pause(worker, BACK_OFF)
    finally:
        await sender.keyring.close()


async def _pause(worker: Worker, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(worker.stop.wait(), seconds)


class Sender:
    """What one process needs to send; `known` are outcomes that the database does not know yet."""

    def __init__(self, worker: Worker, channels: dict[Channel, Way]) -> None:
        self.worker = worker
        self.channels = channels
        self.keyring = Keyring(worker.settings, "worker")
        self.late = timedelta(hours=worker.settings.late_cause_hours)
        self.known: dict[UUID, State] = {}

    async def tenure(self) -> None:
        """Be the only sender while the lock's session lives; stand by while another one is."""
        address = self.worker.settings.database("notifications", "worker")
        connection = await asyncpg.connect(address, server_settings=SESSION)
        try:
            while not await connection.fetchval("select pg_try_advisory_lock($1, $2)", *LOCK):
                await _pause(self.worker, 1.0)
                if self.worker.stop.is_set():
                    return
            await self.settle_interrupted()
            while not self.worker.stop.is_set():
                waiting = await connection.fetchval(WAITING)
                health.going("sender")
                if not (waiting and await self.send_due()):
                    await _pause(self.worker, EVERY)
        finally:
            await connection.close()

    async def settle_interrupted(self) -> None:
        """Whoever was sending ended in the middle: nobody knows, and nothing is sent again."""
        async with self.worker.database.session() as session:
            left = await queries.interrupted(session)
        for message in left:
            await self._settle(message, self.known.get(message.message_id, State.UNKNOWN))

    async def send_due(self) -> int:
        """One round over what is queued; how many messages moved on."""
        now = utcnow()
        async with self.worker.database.session() as session:
            due = await queries.due(session, now, now - self.late)
        to_go: list[tuple[Message, Contact | None]] = []
        held_back: list[tuple[Message, str]] = []
        for message, contact in due:
            reason = domain.why_not(
                message.caused_at, message.created_at, contact is not None, now, self.late
            )
            if reason:
                held_back.append((message, reason))
            else:
                to_go.append((message, contact))
        await self._suppress(held_back)
        for message, contact in to_go:
            await self._deliver(message, contact)
        return len(due)

    async def _deliver(self, message: Message, contact: Contact | None) -> None:
        """One message, as far as it can get now."""
        way = await self._way_to(message, contact)
        if way is None:
            await self._suppress([(message, "no_safe_contact")])
            return
        body = await self._body_of(message)
        if body is None:
            await self._suppress([(message, "link_unreadable")])
            return
        sender = await self._sender_of(message.clinic_id)
        body = domain.whole(body, self.worker.settings.web_url, sender)
        letter = Letter(message.message_id, way.value, sender, message.subject, body)
        async with self.worker.database.session() as session:
            begun = await sending.begin(
                session, message.case_id, message.message_id, way.channel, utcnow()
            )
        if begun:
            failpoint.reach(self.worker.settings, "notifications.sending")
            await self._hand_over(message, letter, way.channel)

    async def _way_to(self, message: Message, contact: Contact | None) -> domain.Address | None:
        """The person's address, opened for this one moment."""
        if contact is None or contact.sealed is None:
            return None
        plain = await self._open(message.recipient_id, "contact", contact.sealed)
        if plain is None:
            return None
        if message.recipient_kind == RecipientKind.STAFF:
            return domain.way_to_staff(plain)
        return domain.way_to_client(plain)

    async def _body_of(self, message: Message) -> str | None:
        """The body with its link, opened for this one moment; None when it opens no more."""
        if message.sealed is None:
            return message.body
        path = await self._open(message.recipient_id, "link", message.sealed)
        return None if path is None else domain.with_link(message.body, path)

    async def _sender_of(self, clinic_id: UUID) -> str | None:
        """The name that a clinic has chosen for its messages."""
        async with self.worker.database.session() as session:
            sealed = await queries.sender_name(session, clinic_id, utcnow())
        return await self._open(clinic_id, "sender", sealed) if sealed else None

    async def _open(self, subject_id: UUID, field: str, sealed: str) -> str | None:
        """What was sealed; None once its key is destroyed, or when it is not for this subject."""
        try:
            plain = open_sealed(await self.keyring.fetch(subject_id), subject_id, field, sealed)
        except (LookupError, NotSealedForThis) as error:
            log.error("sealed_unreadable", key=str(subject_id), exc_info=error)
            return None
        return None if plain is ERASED else str(plain)

    async def _hand_over(self, message: Message, letter: Letter, channel: Channel) -> None:
        """Call the channel once and write down what is known of the outcome."""
        try:
            await self.channels[channel].send(letter)
        except Away as error:
            await self._put_back(message, error)
        except Refused:
            await self._settle(message, State.FAILED, "refused")
        except Exception as error:  # whatever it was, the message may have gone out
            log.error("message_unknown", message_id=message.message_id, exc_info=error)
            await self._settle(message, State.UNKNOWN, "interrupted")
        else:
            failpoint.reach(self.worker.settings, "notifications.sent")
            await self._settle(message, State.SENT)

    async def _put_back(self, message: Message, error: Away) -> None:
        now = utcnow()
        log.warning("channel_away", message_id=message.message_id, exc_info=error)
        if now - message.created_at > domain.TRY_FOR:
            await self._settle(message, State.FAILED, "channel_away")
            return
        async with self.worker.database.session() as session:
            await sending.put_back(
                session, message.case_id, message.message_id, now, domain.TRY_AGAIN
            )

    async def _suppress(self, held_back: Sequence[tuple[Message, str]]) -> None:
        if not held_back:
            return
        async with self.worker.database.session() as session:
            await sending.suppress(session, held_back, utcnow())
        self.worker.wake.set()

    async def _settle(self, message: Message, state: State, reason: str | None = None) -> None:
        self.known[message.message_id] = state
        async with self.worker.database.session() as session:
            await sending.settle(
                session, message.case_id, message.message_id, state, utcnow(), reason
            )
        self.known.pop(message.message_id, None)
        self.worker.wake.set()
        log.info("message", message_id=message.message_id, state=state)
