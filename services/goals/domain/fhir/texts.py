"""Somebody else's words as plain text. Pages escape it: what looks like markup stays words."""

import unicodedata

from shared.errors import FieldError


LINE_BREAKS = "\n\t"


def text_fault(field: str, text: str | None, longest: int, *, needed: bool) -> FieldError | None:
    """What is wrong with a text, if anything."""
    if text is None or not text.strip():
        return FieldError(field, "has no words") if needed else None
    if len(text) > longest:
        return FieldError(field, f"must not be longer than {longest} characters")
    if not all(_printable(letter) for letter in text):
        return FieldError(field, "holds characters that are no text")
    return None


def _printable(letter: str) -> bool:
    # Cc are control characters, Cs halves of a character: neither can be shown, or stored.
    return letter in LINE_BREAKS or unicodedata.category(letter) not in ("Cc", "Cs")


def plain(text: str | None) -> str | None:
    """A text without space around it; None when nothing is left."""
    return (text or "").replace("\r\n", "\n").strip() or None
