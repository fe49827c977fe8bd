"""JSON as this system takes it: each name once, numbers and texts that a database can hold."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from shared.errors import FieldError, Malformed, field_path


DIGITS = 40  # of a whole number; more can be no number of ours, and take long to read
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # written out; a backslash before it is another text
SHOWN, DEEPEST = 20, 12  # fields that an answer names, and names on the way to one
LOOKED = 50_000  # values that are looked at for them
Fault = tuple[str, str]  # what is said of the body, and of a field
TWICE = "An object in the body names a field twice.", "comes twice in one object"
VAST = "The body holds a number that is too large.", "is a number that is too large"
NUL = "The body holds a NUL character, which no text may.", "holds a NUL character"
UNSEEN = "The body holds a value that no field may have.", "holds one far inside"


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
    """The first kind of oddity that there is, and the fields that have it; of many, some."""
    try:
        written = json.loads(
            text,
            parse_constant=_refuse,
            parse_int=_Digits,
            object_pairs_hook=_Object,
        )
    except (ValueError, RecursionError):
        return Malformed("The body is not JSON.")
    found: dict[Fault, dict[str, None]] = {TWICE: {}, VAST: {}, NUL: {}}
    for fault, path in islice(_faults(written), SHOWN):
        found[fault][field_path(path[:DEEPEST])] = None
    fault = next((each for each, paths in found.items() if paths), UNSEEN)
    return Malformed(fault[0], [FieldError(path, fault[1]) for path in found.get(fault, ("body",))])


def _faults(written: Any) -> Iterator[tuple[Fault, list[str]]]:
    """Where what stands, in the body's own order, as far as one looks.

    The way to a value is where the walk stands: a body has room for half a million values as deep
    as the parser goes, and everybody waits while it is looked through.
    """
    way, walk, left = [""], [iter([("", written)])], LOOKED
    while walk and left:
        name, value = next(walk[-1], (None, None))
        if name is None:
            walk.pop()
            way.pop()
            continue
        left -= 1
        way[-1] = name
        yield from ((fault, way[1:]) for fault in _of(name, value))
        if isinstance(value, _Object | list):
            yield from ((TWICE, [*way[1:], twice]) for twice in _twice(value))
            walk.append(_inside(value))
            way.append("")


def _inside(value: "_Object | list[Any]") -> Iterator[tuple[str, Any]]:
    if isinstance(value, _Object):
        return iter(value.pairs)
    return ((str(place), each) for place, each in enumerate(value))


def _twice(value: "_Object | list[Any]") -> Iterator[str]:
    names = Counter(name for name, _ in value.pairs) if isinstance(value, _Object) else {}
    return (name for name, times in names.items() if times > 1)


def _of(name: str, value: Any) -> Iterator[Fault]:
    """What is odd about one value, or about its name."""
    if isinstance(value, _Digits):
        if len(value) > DIGITS:
            yield VAST
    elif isinstance(value, float):
        if math.isinf(value):
            yield VAST
    elif isinstance(value, str) and "\0" in value:
        yield NUL
    if "\0" in name:
        yield NUL
