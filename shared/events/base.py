"""What every event has, and how its data is written and read."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, ClassVar
from uuid import UUID, uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the year 9999 with an offset; pydantic knows ValueError only
        raise ValueError("out of range") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]

# The only strings an event may hold besides enums, ids and dates. None has room for a sentence.
_PART = r"[A-Za-z][A-Za-z0-9_+\-]*"  # of a zone's name; no digit first, or a phone number fits
Zone = Annotated[str, StringConstraints(pattern=f"^{_PART}(/{_PART}){{0,2}}$", max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._\-]+$", max_length=40)]
Sealed = Annotated[str, StringConstraints(pattern=r"^sealed:[A-Za-z0-9_\-=]+$", max_length=8000)]


class Event(BaseModel):
    """A fact that happened: frozen; fields that a reader does not know are ignored.

    `event_id`, `occurred_at` and `type` travel in the CloudEvents headers, the rest is the data.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    keyed_by: ClassVar[str] = "case_id"
    # Nobody may learn that it happened but those for whom it is: it is told to no listening page.
    restricted: ClassVar[bool] = False

    type: str
    event_id: UUID = Field(default_factory=uuid4)
    occurred_at: Instant
    clinic_id: UUID

    @property
    def key(self) -> str:
        """The Kafka key: order holds within one publisher and one key, and nowhere else."""
        return str(getattr(self, self.keyed_by))

    @property
    def publisher(self) -> str:
        """The topic: the first word of the type."""
        return self.type.partition(".")[0]

    def data(self) -> bytes:
        """The value on the wire."""
        return self.model_dump_json(exclude={"type", "event_id", "occurred_at"}).encode()


def derived_id(cause: UUID, what: str) -> UUID:
    """The id of an event that follows from another: the same cause always makes the same one."""
    return UUID(bytes=derived_bytes(cause.bytes, what))


def derived_bytes(cause: bytes, what: str) -> bytes:
    """As `derived_id`, on the 16 bytes of ids: a version 5 UUID (RFC 9562, 5.5).

    A fold makes many ids of which only the bytes are kept; the library's class costs three times
    as much as the digest.
    """
    made = bytearray(hashlib.sha1(cause + what.encode(), usedforsecurity=False).digest()[:16])
    made[6] = made[6] & 0x0F | 0x50
    made[8] = made[8] & 0x3F | 0x80
    return bytes(made)
