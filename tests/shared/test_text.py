"""Text that can be read, and what is refused."""

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from shared.app import In
from shared.text import readable


FINE = ("", "sleep through the night", "Zoë\nand\tJosé", "żółw 😀", "👩\u200d👧", 7, None, ["a"])
CONTROLS = ("a\x01b", "\x00", "\x7f", "\u200b", "\u2060\u200b", "a\x85b")
BLANKS = ("\u3164", "\u2800 ", "\ufe0f", "\u0301", "\u115f\u17b4")
ODD = (*CONTROLS, *BLANKS)


class Note(In):
    """A request with words in it."""

    words: str
    many: tuple[str, ...] = ()


@pytest.mark.parametrize("fine", FINE, ids=repr)
def test_what_people_write_stays_as_it_is(fine: object) -> None:
    assert readable(fine) == fine


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_what_nobody_can_read_is_refused_in_every_field(odd: str) -> None:
    with pytest.raises(PydanticCustomError):
        readable(odd)
    with pytest.raises(ValidationError) as refused:
        Note(words=odd, many=("fine", odd))
    assert [error["loc"] for error in refused.value.errors()] == [("words",), ("many",)]
