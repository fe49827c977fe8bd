"""What can happen to links: they are opened once an occasion, withdrawn, and they end."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.goals.commands import saved
from services.goals.commands.packs import must_be_on
from services.goals.domain import assignments as rules
from services.goals.domain.assignments import Occasion, Windows
from services.goals.models.assignments import Assignment
from services.goals.models.links import Link, LinkOpened, LinkRead, LinkState, Respondent
from services.goals.queries import assignments, cases
from services.goals.queries import links as queries
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict, Forbidden
from shared.events import derived_id
from shared.events.goals import MeasureAssigned, MeasureLinkOpened
from shared.events.measures import definition
from shared.events.words import RhythmKind
from shared.keyring import Keyring


BYTES = 32  # 256 bits: nobody guesses one, so nothing need count wrong guesses


def new_secret() -> str:
    """A word that nobody guesses, fit for an address."""
    return secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> bytes:
    """What is kept of a secret. It has 256 random bits, so it needs neither salt nor slowness."""
    return hashlib.sha256(secret.encode()).digest()


def address(token: str) -> str:
    """Where a link leads, below web's public address. It names nobody."""
    return f"/respond/{token}"


async def open_by_hand(
    session: AsyncSession,
    actor: Actor,
    keyring: Keyring,
    assignment_id: UUID,
    windows: Windows,
    now: datetime,
) -> LinkOpened:
    """A link that the clinician hands over; its address is told this once.

    Conflict while another one is open for the same client and measure, and for a client without a
    key: nothing that they answer could be kept.
    """
    given = await assignments.assignment(session, actor, assignment_id)
    await saved.key_for_answers(keyring, given.client_id)
    await outbox.lock(session, given.case_id)
    given = await assignments.again(session, assignment_id)
    await own_case(session, actor, given.case_id)
    rules.running(given.ended_at)
    await must_be_on(session, given.clinic_id, definition(given.measure), now)
    occasion = await due(session, given, windows, now)
    if occasion is None:
        rules.beside_a_rhythm(given.end_due_at)
        occasion = Occasion(f"hand-{uuid4()}", now + windows.open_for)
    token = new_secret()
    link = await open_link(session, given, occasion, token, None, now)
    if link is None:
        raise Conflict("A link is open for this questionnaire already. Withdraw it first.")
    await audit.record(session, actor, "link_opened", given.case_id)
    shown = LinkRead.at(link, now).model_dump()
    return LinkOpened(**shown, address=address(token))


async def own_case(session: AsyncSession, actor: Actor, case_id: UUID) -> None:
    """Forbidden for everybody but the case's own clinician, who may also hold a closed one."""
    if (await cases.case(session, actor, case_id)).clinician_id != actor.id:
        raise Forbidden("Only the case's own clinician may do this.")


async def due(
    session: AsyncSession, given: Assignment, windows: Windows, now: datetime
) -> Occasion | None:
    """The occasion that it is time for and that nobody has opened yet."""
    reach = max(windows.before_session, windows.after_session)
    meetings = await assignments.meetings(session, given, now, reach)
    plan = rules.Plan(given.rhythm, given.weeks, given.assigned_at, given.end_due_at)
    occasion = rules.due(plan, meetings, now, windows)
    if occasion and await queries.opened_before(session, given.assignment_id, occasion.name):
        return None
    return occasion


async def open_link(
    session: AsyncSession,
    given: Assignment,
    occasion: Occasion,
    token: str,
    sealed: str | None,
    now: datetime,
) -> Link | None:
    """Open a link on an occasion; None while one is open. The caller holds the case's lock.

    `sealed` is its address under the client's key, for who is to send it.
    """
    for earlier in await queries.open_links(session, given.client_id, given.measure):
        if earlier.expires_at > now:
            return None
        await saved.end(session, earlier, now, LinkState.EXPIRED)
    await session.flush()
    link = _link(given, occasion, token, sealed is not None, now)
    session.add(link)
    await session.flush()
    told = link.model_dump(include={"clinic_id", "case_id", "client_id", "measure", "expires_at"})
    opened = MeasureLinkOpened(occurred_at=now, link_id=link.link_id, link=sealed, **told)
    await outbox.publish(session, opened)
    if rules.over_with(given.rhythm, occasion.name):
        await end_assignment(session, given, now)
    return link


def _link(given: Assignment, occasion: Occasion, token: str, sent: bool, now: datetime) -> Link:
    return Link(
        link_id=derived_id(given.assignment_id, occasion.name),
        occasion=occasion.name,
        token_hash=hashed(token),
        version=definition(given.measure).version,
        state=LinkState.OPEN,
        sent=sent,
        opened_at=now,
        expires_at=occasion.expires_at,
        **given.model_dump(
            include={"assignment_id", "clinic_id", "case_id", "client_id", "measure"}
        ),
    )


async def end_assignment(session: AsyncSession, given: Assignment, now: datetime) -> None:
    """From now on a measure is given no longer; the link that is open stays so."""
    given.ended_at = now
    await outbox.publish(session, assigned(given, now))


def assigned(given: Assignment, now: datetime) -> MeasureAssigned:
    """The event that says what is given from now on, or no longer; each such moment has its own."""
    over = given.ended_at is not None
    said = f"{'ended' if over else 'assigned'} {now.isoformat()}"
    names = {"clinic_id", "assignment_id", "case_id", "client_id", "measure", "rhythm", "weeks"}
    return MeasureAssigned(
        event_id=derived_id(given.assignment_id, said),
        occurred_at=now,
        ended=over,
        **given.model_dump(include=names),
    )


async def withdraw(session: AsyncSession, actor: Actor, link_id: UUID, now: datetime) -> Link:
    """Nobody answers on a link from now on. Twice is once; Conflict when it was used.

    What is asked once was not asked on it: another link may be opened.
    """
    link = await queries.link_of_actor(session, actor, link_id)
    await outbox.lock(session, link.case_id)
    await own_case(session, actor, link.case_id)
    link = await queries.locked(session, link_id)
    state = link.state_at(now)
    if state is LinkState.USED:
        raise Conflict("The answers were sent already.")
    if state is LinkState.OPEN:
        await saved.end(session, link, now)
        await audit.record(session, actor, "link_withdrawn", link.case_id)
        await _give_again(session, link, now)
    return link


async def _give_again(session: AsyncSession, link: Link, now: datetime) -> None:
    """What ended by opening this link waits for another; not where it was given anew since."""
    given = await assignments.again(session, link.assignment_id)
    if given.ended_at is None or given.rhythm is not RhythmKind.ONCE:
        return
    whose = (given.case_id, given.client_id, given.measure)
    if not await assignments.given_already(session, *whose):
        given.ended_at = None
        await outbox.publish(session, assigned(given, now))


async def expire(session: AsyncSession, now: datetime) -> None:
    """Write down which links have expired, and forget what was saved on them and never sent.

    One on which a safety item was answered stays until staff was told of that.
    """
    silent = or_(col(Link.safety_at).is_(None), col(Link.unsent_told_at).is_not(None))
    past = (col(Link.state) == LinkState.OPEN, col(Link.expires_at) <= now, silent)
    gone = {"state": LinkState.EXPIRED, "ended_at": col(Link.expires_at), "sealed": None}
    over = update(Link).where(*past)
    await session.execute(over.values(gone).execution_options(synchronize_session=False))
    old = delete(Respondent).where(col(Respondent.ends_at) <= now)
    await session.execute(old.execution_options(synchronize_session=False))
