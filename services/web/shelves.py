"""Questionnaires as lists show them: by kind of goal, each of the general ones once."""

from typing import Any

from services.web import words


ANY_KIND = "Any kind of goal"


def shelves(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Questionnaires by kind of goal; those that go with every kind stand once, at the end."""
    any_kind = [each for each in found if len(each["kinds"]) == len(words.KINDS)]
    by_kind = [
        (name, [each for each in found if kind in each["kinds"] and each not in any_kind])
        for kind, name in words.KINDS.items()
    ]
    return [*by_kind, (ANY_KIND, any_kind)]
