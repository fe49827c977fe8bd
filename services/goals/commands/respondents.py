"""What a client does on a link: follows it, answers item by item, sends, is shown a crisis text.

Nobody here is signed in: a link's token, and then the secret that it was swapped for, speak for one
link and nothing else.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.answers import store_answers
from services.goals.commands.links import hashed, new_secret
from services.goals.commands.saved import answers_on, keep
from services.goals.domain.assignments import session_of
from services.goals.models.links import Begun, Link, LinkState, Respondent, Shown
from services.goals.queries import cases
from services.goals.queries import links as queries
from shared import audit, outbox
from shared.auth import Actor
from shared.db import within
from shared.errors import Conflict, Invalid, Unauthenticated
from shared.events import derived_id
from shared.events.goals import CrisisTextShown
from shared.events.measures import definition
from shared.events.words import AnsweredBy
from shared.keyring import ERASED, Erased


SAID = {
    LinkState.USED: "These answers were sent already.",
    LinkState.EXPIRED: "This link has expired.",
    LinkState.WITHDRAWN: "This link was withdrawn.",
}


@dataclass(frozen=True)
class Mine:
    """The link that a caller's secret speaks for, and the key of what is saved on it."""

    link_id: UUID
    key: bytes | Erased = field(repr=False)


async def begin(session: AsyncSession, token: str, now: datetime, stay: timedelta) -> Begun:
    """Swap a link's token for a secret; the link itself is used by sending only.

    Unauthenticated for a token that opens nothing; Conflict, with the state, for one that is over.
    """
    found = await queries.of_token(session, hashed(token))
    if found is None:
        raise Unauthenticated()
    await within(session, [found.clinic])
    link = await queries.link(session, found.link)
    check_open(link, now)
    secret, ends_at = new_secret(), min(now + stay, link.expires_at)
    # The thanks page is shown after the last moment at which one could send, too.
    kept = Respondent(
        secret_hash=hashed(secret),
        clinic_id=link.clinic_id,
        link_id=link.link_id,
        began_at=now,
        ends_at=ends_at + timedelta(hours=1),
    )
    session.add(kept)
    await audit.record(session, _who(link), "link_followed", link.case_id)
    return Begun(secret=secret, ends_at=ends_at)


def check_open(link: Link, now: datetime) -> None:
    """Conflict, saying what became of the link and of which clinic it was, when it is over."""
    _over(link, link.state_at(now))


def _over(link: Link, state: LinkState) -> None:
    if state is not LinkState.OPEN:
        raise Conflict(SAID[state], extra={"state": state, "clinic_id": str(link.clinic_id)})


def state_for(link: Link, key: bytes | Erased, now: datetime) -> LinkState:
    """What a respondent is told: of somebody whose key was destroyed nothing new can be kept."""
    state = link.state_at(now)
    return LinkState.WITHDRAWN if state is LinkState.OPEN and key is ERASED else state


async def save(session: AsyncSession, mine: Mine, item: str, value: int, now: datetime) -> Link:
    """Keep one answer, sealed, until all are sent. Invalid when the item does not allow it."""
    link = await queries.locked(session, mine.link_id)
    key = _key(link, mine, now)
    measure = definition(link.measure, link.version)
    if why := measure.faults({item: value}).get(item):
        raise Invalid.of("item" if item not in measure.item_of else "value", why)
    answers = {**answers_on(link, key), item: value}
    keep(link, key, answers)
    if not measure.safety(answers):
        link.safety_at = None
    elif link.safety_at is None:
        link.safety_at = now
    return link


def _key(link: Link, mine: Mine, now: datetime) -> bytes:
    """What the answers of an open link are kept under. Conflict when it is over, or erased."""
    _over(link, state_for(link, mine.key, now))
    assert isinstance(mine.key, bytes)
    return mine.key


async def send(session: AsyncSession, mine: Mine, now: datetime) -> Link:
    """Hand the answers in and use the link up, in one transaction. Invalid while some are missing.

    A case that was closed takes none, but for its last measure: closing has ended every other link.
    """
    case_id = (await queries.link(session, mine.link_id)).case_id
    await outbox.lock(session, case_id)
    link = await queries.locked(session, mine.link_id)
    key = _key(link, mine, now)
    measure = definition(link.measure, link.version)
    case = await cases.by_id(session, case_id)
    response = await store_answers(
        session,
        case,
        link.client_id,
        measure,
        answers_on(link, key),
        None,
        AnsweredBy.CLIENT,
        now,
        now,
        response_id=derived_id(link.link_id, "response"),
        appointment_id=session_of(link.occasion),
    )
    link.state, link.ended_at, link.sealed = LinkState.USED, now, None
    link.response_id = response.response_id
    await audit.record(session, _who(link), "measure_completed", case_id)
    return link


async def crisis_text_shown(session: AsyncSession, mine: Mine, shown: Shown, now: datetime) -> Link:
    """A client saw the clinic's crisis text after a safety item; said once a link.

    Conflict when no safety item was answered so that it would be shown.
    """
    case_id = (await queries.link(session, mine.link_id)).case_id
    await outbox.lock(session, case_id)
    link = await queries.locked(session, mine.link_id)
    if not link.safety:
        raise Conflict("No safety item was answered that asks for it.")
    if link.crisis_shown_at is None:
        link.crisis_shown_at = now
        await outbox.publish(session, _shown(link, shown, now))
    return link


def _shown(link: Link, shown: Shown, now: datetime) -> CrisisTextShown:
    names = {"clinic_id", "case_id", "client_id", "measure", "link_id"}
    return CrisisTextShown(
        event_id=derived_id(link.link_id, "crisis text shown"),
        occurred_at=now,
        crisis_text_version=shown.version,
        language=shown.language,
        **link.model_dump(include=names),
    )


def _who(link: Link) -> Actor:
    return Actor(f"link {link.link_id}", frozenset(), frozenset({link.clinic_id}))
