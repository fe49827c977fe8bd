"""What comes in with a request, before anybody looks at its fields: its address and its body."""

import json
import re
from collections import Counter
from typing import Any

from fastapi import Request

from shared.errors import FieldError, Invalid, Malformed, TooLarge, Unsupported


def address_without_nul(request: Request) -> None:
    """No text of the database's can hold it, so nothing in an address means anything with it.

    Invalid, naming the part, where it does.
    """
    told = [*request.path_params.items(), *request.query_params.multi_items()]
    if wrong := [name for name, value in told if "\0" in f"{name}{value}"]:
        name = wrong[0] if _NAME.fullmatch(wrong[0]) else "query"
        raise Invalid.of(name, "holds a NUL character, which no text may")


async def read_body(request: Request, limit: int, kinds: tuple[str, ...]) -> None:
    """Read the body, cut off at the limit while it comes in, and parse it once, strictly.

    TooLarge, Unsupported, or Malformed where it is not what it says.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
    request._body = bytes(body)
    if not body:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise Unsupported(f"Send {' or '.join(kinds)}.")
    request._json = _parse(request._body)


def _parse(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
        parsed = json.loads(text, parse_constant=_refuse, object_pairs_hook=_each_once)
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.") from None
    if _NUL.search(body):
        raise Malformed("The body holds a NUL character, which no text may.", _with_nul(parsed))
    return parsed


_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.IGNORECASE)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # written out; a backslash before it is another text


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. Of a name that comes twice nobody could say which value was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("An object in the body names a field twice.", _named_twice(pairs))
    return found


def _with_nul(parsed: Any) -> list[FieldError]:
    """The names under which a text has one, however deep, where they look like ours."""
    found: dict[str, None] = {}
    open_: list[tuple[str, Any]] = [("", parsed)]
    while open_:
        name, value = open_.pop()
        if isinstance(value, dict):
            open_ += value.items()
        elif isinstance(value, list):
            open_ += [(name, each) for each in value]
        elif isinstance(value, str) and "\0" in value and _NAME.fullmatch(name):
            found[name] = None
    return [FieldError(name, "holds a NUL character") for name in found]


def _named_twice(pairs: list[tuple[str, Any]]) -> list[FieldError]:
    """The names that come twice, where they look like ours: any text may stand for a name."""
    counted = Counter(name for name, _ in pairs)
    names = [name for name, times in counted.items() if times > 1 and _NAME.fullmatch(name)]
    return [FieldError(name, "comes twice in one object") for name in names]


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are not JSON
