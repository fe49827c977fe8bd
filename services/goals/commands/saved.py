"""What a client saved on a link and has not sent: kept under their own key, and told of when left.

Nobody but the client reads it. With their key it is gone for ever.
"""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.models.links import Link, LinkState
from shared import outbox
from shared.errors import Conflict
from shared.events import derived_id
from shared.events.goals import SafetyLeftUnsent
from shared.keyring import ERASED, Erased, Keyring, open_sealed, seal


async def key_for_answers(keyring: Keyring, client_id: UUID) -> bytes:
    """The client's key. Conflict without one: then nothing that they answer could be kept.

    Another database, that may be slow: ask before the transaction takes its first lock.
    """
    try:
        key = await keyring.fetch(client_id)
    except LookupError:
        raise Conflict(
            "Nothing can be kept for this client yet: intake has made no key for them."
        ) from None
    if key is ERASED:
        raise Conflict("This person's data was erased; nothing new can be kept about them.")
    assert isinstance(key, bytes)
    return key


async def key_of(keyring: Keyring, link: Link) -> bytes | Erased:
    """The key of what is saved on a link; ERASED when there is none, or no need of one.

    A link that is over holds nothing. One that an earlier release opened for a client without a key
    can keep nothing: it counts as withdrawn.
    """
    if link.state is not LinkState.OPEN:
        return ERASED
    try:
        return await keyring.fetch(link.client_id)
    except LookupError:
        return ERASED


def answers_on(link: Link, key: bytes | Erased) -> dict[str, int]:
    """What was saved so far; nothing where the client's key is destroyed."""
    if link.sealed is None or key is ERASED:
        return {}
    plain = open_sealed(key, link.client_id, _field(link), link.sealed)
    assert isinstance(plain, str)
    answers: dict[str, int] = json.loads(plain)
    return answers


def keep(link: Link, key: bytes, answers: dict[str, int]) -> None:
    """Keep these answers instead of what was saved before."""
    plain = json.dumps(answers, sort_keys=True)
    link.sealed = seal(key, link.client_id, _field(link), plain)


def _field(link: Link) -> str:
    """Answers are bound to their link: moved to another of the same client, they do not open."""
    return f"answers {link.link_id}"


async def end(
    session: AsyncSession, link: Link, now: datetime, state: LinkState = LinkState.WITHDRAWN
) -> None:
    """Nobody answers on it any more; what was saved and never sent is forgotten, not kept silent.

    The caller holds the case's lock.
    """
    await tell_unsent(session, link, now)
    link.state, link.ended_at, link.sealed = state, now, None


async def tell_unsent(session: AsyncSession, link: Link, now: datetime) -> None:
    """Say, once a link, that a safety item was answered on it and not sent; else nothing.

    The caller holds the case's lock and has read the link under it.
    """
    if link.state is not LinkState.OPEN or link.safety_at is None or link.unsent_told_at:
        return
    link.unsent_told_at = now
    names = {"clinic_id", "case_id", "client_id", "measure", "link_id"}
    left = SafetyLeftUnsent(
        event_id=derived_id(link.link_id, "safety left unsent"),
        occurred_at=now,
        answered_at=link.safety_at,
        **link.model_dump(include=names),
    )
    await outbox.publish(session, left)
