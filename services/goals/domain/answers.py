"""What a set of answers comes to, and what a sender's own total says about them."""

from dataclasses import dataclass
from decimal import Decimal

from shared.errors import FieldError, Invalid
from shared.events.measures import Answers, Measure


@dataclass(frozen=True)
class Score:
    """What a set of answers comes to, in units of the measure (`per_point` make a point).

    `total` is a sender's own where it disagrees with the items: then `usable` is false, there is
    neither band nor caseness, and `items_total` says what the items come to. `items_total` is None
    while the items are unknown.
    """

    total: int
    items_total: int | None
    usable: bool
    band: str | None
    at_caseness: bool | None


def score(measure: Measure, items: Answers, points: Decimal | None = None) -> Score:
    """Score items, a total in points, or both. Invalid, naming everything that is wrong."""
    if not items and points is not None:
        total = _alone(measure, points)
        return _usable(measure, {}, total, None)
    wrong = [FieldError(f"items.{n}", why) for n, why in sorted(measure.faults(items).items())]
    if missing := measure.missing(items):
        wrong.append(FieldError("items", f"no answer to {', '.join(missing)}"))
    if wrong:
        raise Invalid(f"These are not the answers to a {measure.name}.", wrong)
    total = measure.total(items)
    if points is None or measure.reads(total, points):
        return _usable(measure, items, total, total)
    return Score(_units(measure, points), total, False, None, None)


def _usable(measure: Measure, items: Answers, total: int, items_total: int | None) -> Score:
    band = measure.band_of(items, total).code
    return Score(total, items_total, True, band, measure.at_caseness(total))


def _alone(measure: Measure, points: Decimal) -> int:
    """A total that came without items, in units."""
    if not measure.total_alone:
        why = f"is not enough: a {measure.name} is taken down item by item"
        raise Invalid.of("total", why)
    return _units(measure, points)


def _units(measure: Measure, points: Decimal) -> int:
    try:
        return measure.units(points)
    except ValueError:
        raise Invalid.of("total", f"no total of {measure.name} can be that") from None
