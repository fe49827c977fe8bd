"""The answers to a measure's items: which there may be, what is wrong or missing, what counts."""

from collections.abc import Mapping
from functools import cached_property

from shared.events.measures.parts import Answer, Item, Method, Part, Scoring, Span


# Item number (as text, as on the wire) to answer.
Answers = Mapping[str, int]

LISTED = 12  # so many allowed answers are named one by one


class Answered(Part):
    """The items of a measure and the answers they allow."""

    name: str
    answers: tuple[Answer, ...] = ()
    span: Span | None = None
    items: tuple[Item, ...]
    scoring: Scoring = Scoring()

    @cached_property
    def numbers(self) -> list[str]:
        """The item numbers, as they stand in an event."""
        return [str(item.number) for item in self.items]

    @cached_property
    def item_of(self) -> dict[str, Item]:
        """Every item by its number."""
        return {str(item.number): item for item in self.items}

    def choices(self, number: str) -> tuple[Answer, ...]:
        """The answers that an item offers, lowest first; unlabelled between a line's ends."""
        listed = self.item_of[number].answers or self.answers
        if self.span is None:
            return listed
        said = {answer.value: answer for answer in listed}
        line = range(self.span.lowest, self.span.highest + 1)
        return tuple(said.get(value, Answer(value=value, label="")) for value in line)

    @cached_property
    def allowed(self) -> dict[str, frozenset[int]]:
        """The answers that each item allows."""
        return {n: frozenset(choice.value for choice in self.choices(n)) for n in self.numbers}

    @cached_property
    def ends(self) -> dict[str, tuple[int, int]]:
        """The lowest and the highest answer of each item that counts."""
        scored = {n: [c.value for c in self.choices(n) if c.scored] for n in self.numbers}
        return {n: (min(values), max(values)) for n, values in scored.items()}

    @cached_property
    def unscored(self) -> dict[str, frozenset[int]]:
        """The answers of each item that say that it does not apply."""
        return {
            n: frozenset(choice.value for choice in self.choices(n) if not choice.scored)
            for n in self.numbers
        }

    def faults(self, items: Answers) -> dict[str, str]:
        """What is wrong with the answers that are there, by item number, in words."""
        allowed = self.allowed
        return {n: self._fault(n) for n, value in items.items() if value not in allowed.get(n, ())}

    def _fault(self, number: str) -> str:
        allowed = self.allowed.get(number)
        if allowed is None:
            return f"is not an item of {self.name}"
        if len(allowed) > LISTED:
            return f"must be a whole number from {min(allowed)} to {max(allowed)}"
        return f"must be one of {', '.join(map(str, sorted(allowed)))}"

    def unanswered(self, items: Answers) -> list[str]:
        """The items without an answer; a zero is never assumed."""
        return [number for number in self.numbers if number not in items]

    def missing(self, items: Answers) -> list[str]:
        """The items without an answer, when they are more than a total can do without."""
        unanswered = self.unanswered(items)
        return unanswered if len(unanswered) > self.scoring.may_miss else []

    def turned(self, number: str, value: int) -> int:
        """An answer as it counts: the other way round when its item is reversed."""
        if not self.item_of[number].reversed:
            return value
        lowest, highest = self.ends[number]
        return lowest + highest - value

    @cached_property
    def counted(self) -> dict[str, dict[int | None, int]]:
        """Each item's answers that count, and as what, in the order of the items.

        A fold of the whole log asks for every answer that ever was: it only looks them up.
        """
        return {
            n: {
                choice.value: self.turned(n, choice.value)
                for choice in self.choices(n)
                if choice.scored
            }
            for n in self.numbers
        }

    def counting(self, items: Answers) -> dict[str, int]:
        """The answers that count, as they count, in the order of the items; faults are none."""
        told = ((n, table.get(items.get(n))) for n, table in self.counted.items())
        return {n: value for n, value in told if value is not None}

    def comparable(self, first: Answers, second: Answers) -> bool:
        """Whether two totals were made in the same way: a sum of four is not one of five."""
        if self.scoring.method is Method.MEAN:
            return True
        return self.counting(first).keys() == self.counting(second).keys()
