"""Text as people write it: what no person types and no page or form can show is refused."""

import unicodedata

from pydantic_core import PydanticCustomError


BREAKS = "\n\r\t"
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Mn", "Mc", "Me")
# Letters and signs by their kind that are drawn as nothing: fillers of Hangul, an empty Braille
# cell (Unicode's Default_Ignorable_Code_Point, and U+2800 by its glyph).
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")


def readable(value: object) -> object:
    """The value as it is, when it is text that can be read, or no text.

    Refused: control characters but for breaks and tabs (FHIR's strings forbid them), and text of
    which nothing would be seen.
    """
    if isinstance(value, list | tuple | set):
        for each in value:
            readable(each)
    if not isinstance(value, str):
        return value
    kinds = {_kind(letter) for letter in value if letter not in BREAKS}
    if "Cc" in kinds or (value and kinds.issubset(UNSEEN)):
        raise PydanticCustomError("unreadable", "not readable")
    return value


def _kind(letter: str) -> str:
    """Unicode's category; that of a format sign for what is drawn as nothing."""
    return "Cf" if letter in BLANK else unicodedata.category(letter)
