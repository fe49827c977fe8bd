"""What a client calls who answers on a link. No staff token: the link's token, then a secret."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer

from services.goals.commands import respondents as commands
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
from shared.events.measures import Measure, definition


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


async def _link_of(request: Request, session: Session, now: Now, _: _Bearer) -> UUID:
    """The link that the caller's secret speaks for; from here on its clinic's rows exist."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and secret:
        found = await queries.of_secret(session, hashed(secret), now)
    if found is None:
        raise Unauthenticated()
    await within(session, [found.clinic])
    link_id: UUID = found.link
    return link_id


Mine = Annotated[UUID, Depends(_link_of)]


@router.post("/respondents", response_model=Begun, status_code=201)
async def follow(token: Token, request: Request, session: Session, now: Now) -> Begun:
    """Swap a link's token for a secret that speaks for the link for some hours."""
    stay = timedelta(hours=request.app.state.settings.respondent_hours)
    return await commands.begin(session, token.token, now, stay)


@router.get("/respondents/me", response_model=RespondentRead)
async def me(
    session: Session, link_id: Mine, now: Now, language: Language | None = None
) -> RespondentRead:
    """What is asked, in the clinic's own wording where it has one, and what was answered so far."""
    link = await queries.link(session, link_id)
    measure = definition(link.measure, link.version)
    worded = await wording.for_reader(session, link.clinic_id, measure, language or "en")
    return _read(link, measure, now, worded)


@router.put("/respondents/me/answers/{item}", response_model=RespondentRead)
async def save(
    item: str, saved: Saved, session: Session, link_id: Mine, now: Now
) -> RespondentRead:
    """Keep an answer until all are sent."""
    return _read(*await commands.save(session, link_id, item, saved.value, now), now)


@router.post("/respondents/me/send", response_model=RespondentRead)
async def send(session: Session, link_id: Mine, now: Now) -> RespondentRead:
    """Hand the answers in; the link is used then."""
    return _read(*await commands.send(session, link_id, now), now)


@router.post("/respondents/me/crisis-text", response_model=RespondentRead)
async def shown(text: Shown, session: Session, link_id: Mine, now: Now) -> RespondentRead:
    """Say that the clinic's crisis text was shown, in which version and language."""
    return _read(*await commands.crisis_text_shown(session, link_id, text, now), now)


def _read(
    link: Link, measure: Measure, now: datetime, worded: WordingRead | None = None
) -> RespondentRead:
    names = set(RespondentWording.model_fields)
    return RespondentRead(
        clinic_id=link.clinic_id,
        measure=link.measure,
        version=link.version,
        number_of_items=len(measure.items),
        state=link.state_at(now),
        expires_at=link.expires_at,
        answers=link.answers,
        asks_safety=bool(measure.safety_items),
        safety=link.safety,
        crisis_shown=link.crisis_shown_at is not None,
        wording=RespondentWording(**worded.model_dump(include=names)) if worded else None,
    )
