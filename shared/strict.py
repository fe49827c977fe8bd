"""JSON as this system takes it: each name once, numbers and texts that a database can hold."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared.errors import FieldError, Malformed, field_path


DIGITS = 40  # of a whole number; more can be no number of ours, and take long to read
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # written out; a backslash before it is another text
TWICE = "An object in the body names a field twice.", "comes twice in one object"
VAST = "The body holds a number that is too large.", "is a number that is too large"
NUL = "The body holds a NUL character, which no text may.", "holds a NUL character"


class _Odd(Exception):
    """What no caller of ours means; where it stands takes a second, slower look."""


@dataclass
class _Object:
    """An object as it was written: a name that comes twice is there twice."""

    pairs: list[tuple[str, Any]]


class _Digits(str):
    """A whole number as it was written."""

    __slots__ = ()


def parse(body: bytes) -> Any:
    """What the bytes say. Malformed, naming the fields by their paths, where nobody could tell."""
    try:
        text = body.decode("utf-8")
        parsed = json.loads(
            text,
            parse_constant=_refuse,
            parse_int=_whole,
            parse_float=_finite,
            object_pairs_hook=_each_once,
        )
        if not _NUL.search(body):
            return parsed
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    except _Odd:
        pass
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.") from None
    raise _malformed(text)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Odd
    return found


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise _Odd
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Odd
    return number


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are not JSON


def _malformed(text: str) -> Malformed:
    """The first kind of oddity that there is, and every field that has it."""
    try:
        written = json.loads(
            text,
            parse_constant=_refuse,
            parse_int=_Digits,
            object_pairs_hook=_Object,
        )
    except (ValueError, RecursionError):
        return Malformed("The body is not JSON.")
    found: dict[tuple[str, str], dict[str, None]] = {TWICE: {}, VAST: {}, NUL: {}}
    for path, fault in _faults(written):
        found[fault][path] = None
    (words, of_field), paths = next(each for each in found.items() if each[1])
    return Malformed(words, [FieldError(path, of_field) for path in paths])


def _faults(written: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    """Where what stands, in the body's own order."""
    open_: list[tuple[tuple[str, ...], Any]] = [((), written)]
    while open_:
        path, value = open_.pop()
        if isinstance(value, _Object):
            named = [((*path, name), each) for name, each in value.pairs]
            counted = Counter(where for where, _ in named)
            yield from ((field_path(where), TWICE) for where, times in counted.items() if times > 1)
            yield from ((field_path(where), NUL) for where in counted if "\0" in where[-1])
            open_ += reversed(named)
        elif isinstance(value, list):
            open_ += [((*path, str(n)), each) for n, each in reversed(list(enumerate(value)))]
        elif isinstance(value, _Digits | float):
            if len(value) > DIGITS if isinstance(value, _Digits) else math.isinf(value):
                yield field_path(path), VAST
        elif isinstance(value, str) and "\0" in value:
            yield field_path(path), NUL
