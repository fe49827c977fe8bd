"""What a client calls who answers on a link. No staff token: the link's token, then a secret."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer

from services.goals.commands import respondents as commands
from services.goals.commands import saved as answers
from services.goals.commands.links import hashed
from services.goals.models.links import (
    Begun,
    Link,
    RespondentRead,
    RespondentWording,
    Saved,
    Shown,
    Token,
)
from services.goals.models.wording import Language, WordingRead
from services.goals.queries import links as queries
from services.goals.queries import wording
from shared.app import Now, Route, Session
from shared.auth import Actor
from shared.db import within
from shared.errors import Unauthenticated
from shared.events.measures import definition
from shared.keyring import Keyring, reader_of_request


class Unnamed(Route):
    """A route for callers who are no staff. They begin without any clinic, so they see no row.

    Answers are not kept under an Idempotency-Key: they hold secrets, and every act here does the
    same when it is done twice.
    """

    keeps = False

    async def caller(self, request: Request) -> Actor:
        """Nobody in particular."""
        return Actor("respondent", frozenset(), frozenset())


router = APIRouter(route_class=Unnamed)
_Bearer = Annotated[object, Depends(HTTPBearer(auto_error=False))]  # for the API page only


async def _mine(
    request: Request,
    session: Session,
    now: Now,
    keyring: Annotated[Keyring, Depends(reader_of_request)],
    _: _Bearer,
) -> commands.Mine:
    """The link that the caller's secret speaks for; from here on its clinic's rows exist.

    The key is fetched before any lock is taken: it comes from another database.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and secret:
        found = await queries.of_secret(session, hashed(secret), now)
    if found is None:
        raise Unauthenticated()
    await within(session, [found.clinic])
    link = await queries.link(session, found.link)
    return commands.Mine(link.link_id, await answers.key_of(keyring, link))


Mine = Annotated[commands.Mine, Depends(_mine)]


@router.post("/respondents", response_model=Begun, status_code=201)
async def follow(token: Token, request: Request, session: Session, now: Now) -> Begun:
    """Swap a link's token for a secret that speaks for the link for some hours."""
    stay = timedelta(hours=request.app.state.settings.respondent_hours)
    return await commands.begin(session, token.token, now, stay)


@router.get("/respondents/me", response_model=RespondentRead)
async def me(
    session: Session, mine: Mine, now: Now, language: Language | None = None
) -> RespondentRead:
    """What is asked, in the clinic's own wording where it has one, and what was answered so far."""
    link = await queries.link(session, mine.link_id)
    measure = definition(link.measure, link.version)
    worded = await wording.for_reader(session, link.clinic_id, measure, language or "en")
    return _read(link, mine, now, worded)


@router.put("/respondents/me/answers/{item}", response_model=RespondentRead)
async def save(item: str, saved: Saved, session: Session, mine: Mine, now: Now) -> RespondentRead:
    """Keep an answer until all are sent."""
    return _read(await commands.save(session, mine, item, saved.value, now), mine, now)


@router.post("/respondents/me/send", response_model=RespondentRead)
async def send(session: Session, mine: Mine, now: Now) -> RespondentRead:
    """Hand the answers in; the link is used then."""
    return _read(await commands.send(session, mine, now), mine, now)


@router.post("/respondents/me/crisis-text", response_model=RespondentRead)
async def shown(text: Shown, session: Session, mine: Mine, now: Now) -> RespondentRead:
    """Say that the clinic's crisis text was shown, in which version and language."""
    return _read(await commands.crisis_text_shown(session, mine, text, now), mine, now)


def _read(
    link: Link, mine: commands.Mine, now: datetime, worded: WordingRead | None = None
) -> RespondentRead:
    measure = definition(link.measure, link.version)
    names = set(RespondentWording.model_fields)
    return RespondentRead(
        clinic_id=link.clinic_id,
        measure=link.measure,
        version=link.version,
        number_of_items=len(measure.items),
        state=commands.state_for(link, mine.key, now),
        expires_at=link.expires_at,
        answers=answers.answers_on(link, mine.key),
        asks_safety=bool(measure.safety_items),
        safety=link.safety,
        crisis_shown=link.crisis_shown_at is not None,
        wording=RespondentWording(**worded.model_dump(include=names)) if worded else None,
    )
