"""What the notifications service publishes. Keyed by case."""

from typing import Literal
from uuid import UUID

from shared.events.base import Event
from shared.events.words import Channel, Purpose, RecipientKind


class _MessageEvent(Event):
    message_id: UUID
    case_id: UUID
    purpose: Purpose
    channel: Channel
    recipient_kind: RecipientKind
    recipient_id: UUID
    cause: UUID


class MessageQueued(_MessageEvent):
    """A message to one person waits to be sent."""

    type: Literal["notifications.message_queued"] = "notifications.message_queued"


class MessageSent(_MessageEvent):
    """The channel took the message."""

    type: Literal["notifications.message_sent"] = "notifications.message_sent"


class MessageFailed(_MessageEvent):
    """The channel refused the message."""

    type: Literal["notifications.message_failed"] = "notifications.message_failed"


class MessageUnknown(_MessageEvent):
    """Nobody knows whether the message went out; it is never sent again by itself."""

    type: Literal["notifications.message_unknown"] = "notifications.message_unknown"


class MessageSuppressed(_MessageEvent):
    """The message was not sent, for a reason that the service knows."""

    type: Literal["notifications.message_suppressed"] = "notifications.message_suppressed"


NotificationsEvent = (
    MessageQueued | MessageSent | MessageFailed | MessageUnknown | MessageSuppressed
)
