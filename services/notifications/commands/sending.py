"""A message's steps once it is queued. `sending` is committed before any channel is called."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.commands.messages import publish
from services.notifications.models import Message, State
from shared import outbox
from shared.events.words import Channel


async def suppress(
    session: AsyncSession, held_back: Sequence[tuple[Message, str]], now: datetime
) -> None:
    """Queued messages are not sent, each for a reason with a code; all in one transaction.

    After a long outage thousands are too late at once, and nobody is to wait behind them.
    """
    await outbox.lock(session, *(message.case_id for message, _ in held_back))
    for seen, reason in held_back:
        if message := await queries.in_state(session, seen.message_id, State.QUEUED):
            _enter(message, State.SUPPRESSED, now, reason)
            await publish(session, message, now)


async def begin(
    session: AsyncSession, case_id: UUID, message_id: UUID, channel: Channel, now: datetime
) -> bool:
    """From the commit on, the message may have gone out. False when it is queued no longer."""
    await outbox.lock(session, case_id)
    message = await queries.in_state(session, message_id, State.QUEUED)
    if message is None:
        return False
    message.state, message.channel, message.sending_at = State.SENDING, channel, now
    return True


async def settle(
    session: AsyncSession,
    case_id: UUID,
    message_id: UUID,
    state: State,
    now: datetime,
    reason: str | None = None,
) -> None:
    """What became of a message that was being sent; whoever says it first is right."""
    await outbox.lock(session, case_id)
    message = await queries.in_state(session, message_id, State.SENDING)
    if message is None:
        return
    _enter(message, state, now, reason)
    await publish(session, message, now)


async def put_back(
    session: AsyncSession, case_id: UUID, message_id: UUID, now: datetime, wait: timedelta
) -> None:
    """The channel certainly did not take the message, and may do so later."""
    await outbox.lock(session, case_id)
    if message := await queries.in_state(session, message_id, State.SENDING):
        message.state, message.try_at = State.QUEUED, now + wait


def _enter(message: Message, state: State, now: datetime, reason: str | None) -> None:
    message.state, message.reason = state, reason
    if state is State.SENT:
        message.sent_at = now
