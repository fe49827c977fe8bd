"""What people read of a measure: plain words, apart from the file that answers were scored with.

A file says how it was researched, and is never changed once used; what a page says may be said
better at any time. What the file itself says goes into `source`, for whoever checks the numbers.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, Self, TypeVar

from pydantic import TypeAdapter

from shared.events.measures.files import FOLDER
from shared.events.measures.parts import Part


FILE = FOLDER / "told.json"


class Told(Part):
    """Other words than the file's, for some or all of what people read."""

    about: str | None = None
    doubts: tuple[str, ...] | None = None


class Described(Protocol):
    """What a measure and a way to rate have in common for their readers."""

    @property
    def code(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def doubts(self) -> tuple[str, ...]: ...
    @property
    def source(self) -> str: ...
    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...


Defined = TypeVar("Defined", bound=Described)


def in_plain_words(defined: Defined) -> Defined:
    """The same with the words for people; its file's own are its source, where it names none."""
    told = all_told().get(defined.code)
    if told is None:
        return defined
    change: dict[str, Any] = told.model_dump(exclude_none=True)
    said = [getattr(defined, name) for name in change]
    written = " ".join(part if isinstance(part, str) else " ".join(part) for part in said)
    return defined.model_copy(update=change | {"source": defined.source or written})


@cache
def all_told() -> dict[str, Told]:
    """The words for people, by the code of the measure or of the way to rate."""
    return TypeAdapter(dict[str, Told]).validate_json(FILE.read_bytes())
