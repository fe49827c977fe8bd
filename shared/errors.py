"""Expected failures: each has a name and carries its answer. Everything else is a bug."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")  # any text may stand where a name does; ours look so


def field_path(parts: Iterable[str]) -> str:
    """How an answer calls a field. A name that cannot be ours is the caller's: it is not told."""
    named = (part if _NAME.fullmatch(part) else "(unknown)" for part in parts)
    return ".".join(named) or "body"


@dataclass(frozen=True)
class FieldError:
    """One field that is wrong, and why, in our own words (never the value that came)."""

    field: str
    message: str


@dataclass
class ServiceError(Exception):
    """An expected failure; `detail` is read by people and holds no clinical text."""

    detail: str
    errors: list[FieldError] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    status = 500
    title = "Failed"
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


@dataclass
class NotFound(ServiceError):
    """Unknown, another clinic's, or not heard of yet: one answer, the same bytes, for all three."""

    detail: str = "There is no such record, or not yet."
    headers: dict[str, str] = field(default_factory=lambda: {"Retry-After": "1"})

    status = 404
    title = "Not found"


@dataclass
class Conflict(ServiceError):
    """Somebody or something was faster."""

    status = 409
    title = "Conflict"


class NotItsOwn(Exception):
    """An event fails for what is known of its key, not for itself: it must not be skipped."""


def overtaken(by: object | None, at: datetime | None) -> Conflict:
    """The refusal of an undo whose act is not the last one, or not the person's own.

    It names who acted last and when, where that is known.
    """
    extra = {"by": str(by), "at": at.isoformat()} if by and at else {}
    return Conflict("Somebody has acted on it since; nothing was taken back.", extra=extra)


@dataclass
class Forbidden(ServiceError):
    """The caller's role may not do this."""

    detail: str = "Your role may not do this."

    status = 403
    title = "Forbidden"


@dataclass
class Invalid(ServiceError):
    """A value that cannot be right; `errors` names the fields."""

    status = 422
    title = "Invalid"

    @classmethod
    def of(cls, field_name: str, message: str) -> "Invalid":
        """The common case: one field is wrong."""
        return cls(f"{field_name}: {message}", [FieldError(field_name, message)])


@dataclass
class Malformed(ServiceError):
    """Not what it says it is: no JSON, no UTF-8."""

    status = 400
    title = "Malformed"


@dataclass
class Unauthenticated(ServiceError):
    """No token, or one that does not hold."""

    detail: str = "A valid access token is needed."
    headers: dict[str, str] = field(default_factory=lambda: {"WWW-Authenticate": "Bearer"})

    status = 401
    title = "Not signed in"


@dataclass
class TooLarge(ServiceError):
    """A body over the limit."""

    status = 413
    title = "Too large"


@dataclass
class Unavailable(ServiceError):
    """Something that this needs is away; nothing was done, ask again."""

    headers: dict[str, str] = field(default_factory=lambda: {"Retry-After": "1"})

    status = 503
    title = "Unavailable"


@dataclass
class Unsupported(ServiceError):
    """A body of another type than JSON."""

    status = 415
    title = "Unsupported media type"
