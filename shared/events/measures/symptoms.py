"""Counting symptoms in PHQ-9 answers, as its diagnostic algorithm does: no diagnosis."""

from shared.events.measures.answers import Answers


# camcops phq9.py at 56a303e1: more than half the days, but item 9 at all.
FROM, ITEM_9_FROM = 2, 1


def phq9_symptoms(items: Answers) -> int:
    """How many of the nine symptoms are there; what was not answered is not counted."""
    return sum(value >= (ITEM_9_FROM if n == "9" else FROM) for n, value in items.items())
