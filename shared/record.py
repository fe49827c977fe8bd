"""How an event stands in a record: CloudEvents headers in Kafka's binary mode, written and read."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from shared import events
from shared.bus import Headers, Record
from shared.events import Event
from shared.headers import (
    CLINIC,
    CONTENT,
    ID,
    INCARNATION,
    JSON,
    PARTITION_KEY,
    SEQUENCE,
    SOURCE,
    SPECIFICATION,
    SUBJECT,
    TIME,
    TRACE,
    TYPE,
    VERSION,
)
from shared.slim import Slim


class Bad(Exception):
    """A record that can not be an event; `cause` is the word that operators see."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def source(publisher: str) -> bytes:
    """The ce_source of everything that a publisher's relay writes."""
    return b"/tidemark/" + publisher.encode()


_VERSION, _CONTENT = (VERSION, SPECIFICATION), (CONTENT, JSON)


@lru_cache(maxsize=8_192)
def _said(name: str, value: object) -> tuple[str, bytes]:
    """A header of which there are few values: made once, since a relay makes many records."""
    return name, str(value).encode()


def headers(
    publisher: str,
    incarnation: str,
    sequence: int,
    event_id: UUID,
    kind: str,
    at: datetime,
    key: str = "",
    clinic_id: UUID | None = None,
    traceparent: str = "",
) -> Headers:
    """The headers of one record; key, clinic and trace are left out when there is none."""
    written = [
        (SEQUENCE, b"%d" % sequence),
        _said(INCARNATION, incarnation),
        _said(SOURCE, f"/tidemark/{publisher}"),
        (ID, str(event_id).encode()),
        _said(TYPE, kind),
        (TIME, at.isoformat().replace("+00:00", "Z").encode()),
        _VERSION,
        _CONTENT,
    ]
    if key:
        subject = key.encode()
        written += [(SUBJECT, subject), (PARTITION_KEY, subject)]
    if clinic_id is not None:
        written.append(_said(CLINIC, clinic_id))
    if traceparent:
        written.append((TRACE, traceparent.encode()))
    return written


def header(record: Record, name: str) -> bytes | None:
    """One header's value, wherever it stands; None when it is absent."""
    if type(record) is Slim:
        return record.said(name)
    for found, value in record.headers:
        if found == name:
            return value
    return None


def text(record: Record, name: str) -> str:
    """One header as text that can be stored and shown; "" when absent."""
    return clean(header(record, name))


def number(record: Record, publisher: str, incarnation: str) -> int | None:
    """The number that a record carries under this incarnation; None when it is a stranger."""
    found = header(record, SEQUENCE) or b""
    ours = (
        header(record, INCARNATION) == incarnation.encode()
        and header(record, SOURCE) == source(publisher)
        and found.isdigit()
        and len(found) < 19
    )
    return int(found) if ours else None


def clean(value: bytes | None) -> str:
    """Bytes of a stranger as short text: what is no UTF-8 is replaced, NUL goes."""
    return (value or b"")[:200].decode("utf-8", "replace").replace("\x00", "")


def key(record: Record) -> str:
    """The record's key as text: what a blocked key is compared by."""
    return clean(record.key)


def kind(record: Record) -> str:
    """The event's type. Bad when there is none."""
    found = header(record, TYPE)
    if not found:
        raise Bad("header")
    return found.decode("utf-8", "replace")


def id_of(record: Record) -> UUID:
    """The event's id. Bad when there is none."""
    found = header(record, ID)
    try:
        return UUID((found or b"").decode("ascii"))
    except ValueError:
        raise Bad("header") from None


def known_id(record: Record) -> UUID | None:
    """The event's id; None when there is none, where that is nobody's failure."""
    try:
        return id_of(record)
    except Bad:
        return None


def event(record: Record, limit: int) -> Event:
    """The event that a record is. Bad, naming the part that is wrong, when it is none."""
    if record.value is None:
        raise Bad("body")
    if len(record.value) > limit:
        raise Bad("too_large")
    at = header(record, TIME)
    try:
        happened = datetime.fromisoformat((at or b"").decode("ascii"))
        name, event_id = kind(record), id_of(record)
    except ValueError:
        raise Bad("header") from None
    try:
        return events.decode(name, record.value, event_id, happened)
    except KeyError:
        raise Bad("type") from None
    except (ValueError, RecursionError):
        raise Bad("body") from None
