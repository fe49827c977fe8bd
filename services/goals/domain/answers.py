"""What a set of answers comes to."""

from dataclasses import dataclass

from shared.errors import FieldError, Invalid
from shared.events.measures import Answers, Measure


# Measures that can be answered: those that screens and flags carry from end to end. The others of
# the registry come into use with a clinic's packs.
IN_USE = ("phq-9",)


@dataclass(frozen=True)
class Score:
    """What a set of answers comes to."""

    total: int
    band: str
    at_caseness: bool | None


def score(measure: Measure, items: Answers) -> Score:
    """Total, band and caseness. Invalid, naming every item that is wrong or missing."""
    wrong = [FieldError(f"items.{n}", why) for n, why in sorted(measure.faults(items).items())]
    if missing := measure.missing(items):
        wrong.append(FieldError("items", f"no answer to {', '.join(missing)}"))
    if wrong:
        raise Invalid(f"These are not the answers to a {measure.name}.", wrong)
    total = measure.total(items)
    return Score(total, measure.band(total).code, measure.at_caseness(total))
