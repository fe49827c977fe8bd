"""Every failure's answer: problem+json (RFC 9457), naming fields, never repeating a value."""

import json
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.errors import FieldError, NotFound, ServiceError, field_path
from shared.log import log


# pydantic's own messages, `input` and `ctx` may repeat what came; these words can not.
WORDS = {
    "missing": "is needed",
    "extra_forbidden": "is not a field of this call",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be shorter than {min_length} characters",
    "string_too_long": "must not be longer than {max_length} characters",
    "string_pattern_mismatch": "is not written as it must be",
    "string_unicode": "must be text in Unicode",
    "unreadable": "must be text that can be read, without control characters",
    "uuid_parsing": "must be a UUID",
    "uuid_type": "must be a UUID",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "greater_than": "must be above {gt}",
    "less_than": "must be below {lt}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "date_from_datetime_parsing": "must be a date such as 1988-02-29",
    "date_parsing": "must be a date such as 1988-02-29",
    "date_type": "must be a date such as 1988-02-29",
    "out_of_range": "must be a time of the years 2 to 9998",
    "timezone_aware": "must be a time with an offset or Z",
    "datetime_parsing": "must be a time such as 2026-12-01T10:00",
    "datetime_from_date_parsing": "must be a time such as 2026-12-01T10:00",
    "datetime_type": "must be a time such as 2026-12-01T10:00",
}
ONE = {  # the same where the limit is one
    "string_too_short": "must not be empty",
    "string_too_long": "must not be longer than one character",
    "too_short": "must have at least one entry",
    "too_long": "must have at most one entry",
}
FLAT = ("query", "path", "header")  # parameters there have no fields of their own
CHOICES = ("enum", "literal_error")
NAMED, MOST = 10, 50  # fields in a sentence and in an answer: a body may have any number
OURS = ("min_length", "max_length", "expected", "ge", "le", "gt", "lt")


def problem(error: ServiceError) -> Response:
    """A failure as an answer: of very many fields some. NotFound is always the same bytes."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "errors": [{"field": e.field, "message": e.message} for e in error.errors[:MOST]],
    }
    return Response(
        json.dumps(body | error.extra, default=str),
        error.status,
        error.headers,
        media_type="application/problem+json",
    )


def in_our_words(errors: Iterable[Any]) -> list[FieldError]:
    """pydantic's errors as ours: the field's path and a sentence that repeats no value.

    Where a field may hold one of several sets of words, each set has an error: they are one here.
    """
    fields: dict[str, list[Any]] = {}
    for error in errors:
        fields.setdefault(_path(error["loc"]), []).append(error)
    return [FieldError(path, said) for path, found in fields.items() for said in _said(found)]


def _said(errors: list[Any]) -> list[str]:
    if len(errors) > 1 and all(error["type"] in CHOICES for error in errors):
        expected = [error["ctx"]["expected"].replace(" or ", ", ") for error in errors]
        first, _, last = ", ".join(expected).rpartition(", ")
        return [WORDS["enum"].format(expected=f"{first} or {last}")]
    return [_words(error) for error in errors]


def _path(location: tuple[Any, ...]) -> str:
    if location and location[0] in FLAT:
        # What comes behind a name there is an entry's number, or how pydantic calls its own types.
        location = (*location[:2], *(part for part in location[2:] if isinstance(part, int)))
    inside = location and location[0] in ("body", *FLAT)
    parts = [str(part) for part in (location[1:] if inside else location) if part != "[key]"]
    return field_path(parts)


def _words(error: dict[str, Any]) -> str:
    limits = {name: value for name, value in error.get("ctx", {}).items() if name in OURS}
    if 1 in (limits.get("min_length"), limits.get("max_length")) and error["type"] in ONE:
        return ONE[error["type"]]
    try:
        return WORDS[error["type"]].format(**limits)
    except KeyError:
        return "is not valid"


def install(app: FastAPI) -> None:
    """Let every failure of this app be answered in this one form."""

    async def expected(_: Request, error: Exception) -> Response:
        assert isinstance(error, ServiceError)
        return problem(error)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        fields = in_our_words(error.errors())
        names = sorted({field.field for field in fields})
        said = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
        return problem(_of(422, "Invalid", f"Not valid: {said}.", fields))

    async def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return problem(NotFound())
        return problem(_of(error.status_code, str(error.detail), str(error.detail), []))

    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("request_failed", method=request.method, exc_info=error)
        return problem(_of(500, "Failed", "Something went wrong here. Nothing was half done.", []))

    app.add_exception_handler(ServiceError, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


def _of(status: int, title: str, detail: str, fields: list[FieldError]) -> ServiceError:
    error = ServiceError(detail, fields)
    error.status, error.title = status, title
    return error
