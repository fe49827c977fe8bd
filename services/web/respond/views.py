"""What a respondent's page shows: questions in the best words there are, the crisis text."""

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from services.web.respond.visitor import Texts, Visitor
from services.web.respond.words import spoken


# A number that one can call: at least three digits, in groups as people write them.
NUMBER = re.compile(r"(?<![\w.,:/])\+?\d(?:[ ]?\d){2,14}(?![\w:/])")
SECONDS = 20  # for one question, reading and thinking


@dataclass(frozen=True)
class Question:
    """One item as a client reads it; `language` is the one that its words are in."""

    number: str
    place: int
    of: int
    words: str
    language: str
    choices: list[tuple[int, str]]
    line: tuple[int, int] | None
    safety_from: int | None  # from which answer on the crisis text is raised
    chosen: int | None

    @property
    def said(self) -> str:
        """The answer given, in words; empty without one."""
        found = dict(self.choices).get(self.chosen) if self.chosen is not None else None
        return found or ("" if self.chosen is None else str(self.chosen))


@dataclass(frozen=True)
class Crisis:
    """The clinic's crisis text, its numbers as links."""

    html: Markup
    language: str
    version: int


def questions(visitor: Visitor) -> list[Question]:
    """All items in order, in the clinic's imported wording or under our own short labels."""
    measure, wording = visitor.measure, visitor.me.get("wording") or {}
    items = {str(item["number"]): item for item in wording.get("items", ())}
    language = wording.get("language", "en")
    safety = {str(each.item): each.value for each in measure.safety_items}
    numbers = measure.numbers
    line = (measure.span.lowest, measure.span.highest) if measure.span else None
    return [
        Question(
            number=number,
            place=place,
            of=len(numbers),
            words=items[number]["text"] if number in items else measure.item_of[number].label,
            language=language if number in items else "en",
            choices=[] if line else _choices(visitor, number, items.get(number)),
            line=line,
            safety_from=safety.get(number),
            chosen=visitor.answers.get(number),
        )
        for place, number in enumerate(numbers, 1)
    ]


def _choices(visitor: Visitor, number: str, worded: dict[str, Any] | None) -> list[tuple[int, str]]:
    own = {each["value"]: each["text"] for each in (worded or {}).get("answers", ())}
    offered = visitor.measure.choices(number)
    return [(each.value, own.get(each.value) or each.label or str(each.value)) for each in offered]


def crisis_of(texts: Texts | None, language: str) -> Crisis | None:
    """The crisis text in the client's language, or the nearest that the clinic has."""
    if texts is None or not texts.crisis:
        return None
    found, words = texts.in_language(language)
    return Crisis(with_links(words), found, texts.version)


def with_links(words: str) -> Markup:
    """A text in which a phone's owner can touch each number; everything else is plain text."""
    parts, end = [], 0
    for found in NUMBER.finditer(words):
        digits = re.sub(r"[^\d+]", "", found[0])
        parts += [escape(words[end : found.start()])]
        parts += [Markup('<a href="tel:{}">{}</a>').format(digits, found[0])]
        end = found.end()
    return Markup("").join([*parts, escape(words[end:])])


def minutes(count: int) -> int:
    """How long so many questions take."""
    return max(1, round(count * SECONDS / 60))


def frame(visitor: Visitor) -> dict[str, Any]:
    """What every page of a link has."""
    crisis = crisis_of(visitor.texts, visitor.language)
    return {
        "say": visitor.say,
        "lang": spoken(visitor.language),
        "sender": visitor.texts.sender if visitor.texts else "",
        "crisis": crisis,
        "raised": bool(visitor.me["safety"]),
        "wording": visitor.me.get("wording"),
    }
