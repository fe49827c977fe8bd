"""Links on which a client answers: tables and API shapes. No token is kept, only its hash.

What is saved and not sent yet lies under the client's own key.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Field as Column

from services.goals.models.table import Table
from services.goals.models.wording import ItemWordsRead
from shared.app import In, Out, Whole
from shared.db import INSTANT, coded
from shared.events.base import Code


class LinkState(StrEnum):
    """What has become of a link."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Link(Table, table=True):
    """One chance to answer one measure.

    `sealed` holds the answers given so far, until they are sent. `safety_at` is since when one of
    them asks for a clinician's look, `unsent_told_at` when staff was told that it was not sent.
    """

    __tablename__ = "link"

    link_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    assignment_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    occasion: str
    token_hash: bytes
    state: LinkState = Column(sa_type=coded(LinkState))
    sent: bool
    opened_at: datetime = Column(sa_type=INSTANT)
    expires_at: datetime = Column(sa_type=INSTANT)
    ended_at: datetime | None = Column(default=None, sa_type=INSTANT)
    sealed: str | None = None
    safety_at: datetime | None = Column(default=None, sa_type=INSTANT)
    unsent_told_at: datetime | None = Column(default=None, sa_type=INSTANT)
    crisis_shown_at: datetime | None = Column(default=None, sa_type=INSTANT)
    response_id: UUID | None = None

    @property
    def safety(self) -> bool:
        """Whether a safety item was answered so that the crisis text is shown."""
        return self.safety_at is not None

    def state_at(self, now: datetime) -> LinkState:
        """What has become of it: nobody writes down the moment at which one expires."""
        if self.state is LinkState.OPEN and self.expires_at <= now:
            return LinkState.EXPIRED
        return self.state


class LinkRead(Out):
    """A link as staff see it: never its address, and no answer that was not sent."""

    link_id: UUID
    state: LinkState
    sent: bool
    opened_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    crisis_shown_at: datetime | None

    @classmethod
    def at(cls, link: Link, now: datetime) -> "LinkRead":
        """The link as it is at a moment."""
        return cls(**link.model_dump(include=set(cls.model_fields)) | {"state": link.state_at(now)})


class LinkOpened(LinkRead):
    """A link that was just opened by hand, with its address, told this once."""

    address: str


class Respondent(Table, table=True):
    """Somebody who has followed a link, for some hours; only a hash of their secret is kept."""

    __tablename__ = "respondent"

    secret_hash: bytes = Column(primary_key=True)
    clinic_id: UUID
    link_id: UUID
    began_at: datetime = Column(sa_type=INSTANT)
    ends_at: datetime = Column(sa_type=INSTANT)


class Token(In):
    """What stands in a link's address."""

    token: Annotated[str, Field(max_length=200)]


class Begun(Out):
    """The secret that speaks for a respondent from now on."""

    secret: str
    ends_at: datetime


class Saved(In):
    """The answer to one item."""

    value: Whole


class Shown(In):
    """Which crisis text was shown."""

    version: Annotated[Whole, Field(ge=1, le=1_000_000)]  # beyond that, nobody counts texts
    language: Code


class RespondentWording(Out):
    """The clinic's imported words in the language that was asked for."""

    language: str
    title: str
    instructions: str | None
    copyright: str | None
    attribution: str
    items: list[ItemWordsRead]


class RespondentRead(Out):
    """What a respondent's page is made from. No name, no id of a person or a case."""

    clinic_id: UUID
    measure: str
    version: str
    number_of_items: int
    state: LinkState
    expires_at: datetime
    answers: dict[str, int]
    asks_safety: bool
    safety: bool
    crisis_shown: bool
    wording: RespondentWording | None
