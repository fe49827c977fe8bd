"""The total of a measure's answers, exactly.

A definition speaks in points, as its sources do. A total is counted in **units**, whole numbers, of
which `per_point` make a point, so that a mean is exact: 25 units of a mean of six items are 25/6
points. For nearly every measure a unit is a point. Events and projections hold units only.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Annotated

from pydantic import StringConstraints

from shared.events.measures.answers import Answered, Answers
from shared.events.measures.parts import Method, Points, Subscale


class Totalled(Answered):
    """What the answers to a measure's items come to."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    subscales: tuple[Subscale, ...] = ()

    @property
    def has_total(self) -> bool:
        """Whether its total means something; else it only says that the items came whole."""
        return self.scoring.method is not Method.ITEMS

    @cached_property
    def per_point(self) -> int:
        """How many units make a point."""
        numbers = range(len(self.items) - self.scoring.may_miss, len(self.items) + 1)
        return lcm(*(self._factor(n).denominator for n in numbers))

    def _factor(self, answered: int) -> Fraction:
        """What the sum of so many answers is multiplied by, for points."""
        shared = answered if self.scoring.method is Method.MEAN else 1
        return Fraction(self.scoring.times, self.scoring.divide_by * shared)

    @cached_property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest total that there can be, in units."""
        needed = [self.ends[n] for n in self.numbers if not self.unscored[n]]
        lowest = sum(low for low, _ in needed)
        highest = sum(high for _, high in self.ends.values())
        return self._units(lowest, len(self.items)), self._units(highest, len(self.items))

    def _units(self, added: int, answered: int) -> int:
        """So many answers that add up to so much, in units: a whole number, by `per_point`."""
        return added * self._worth[answered]

    @cached_property
    def _worth(self) -> dict[int, int]:
        """What one step of an answer is worth in units, by how many answers count."""
        mean = self.scoring.method is Method.MEAN
        least = len(self.items) - self.scoring.may_miss if mean else 0
        counts = range(least, len(self.items) + 1)
        return {n: int(self._factor(n) * self.per_point) for n in counts}

    def total(self, items: Answers) -> int:
        """The total in units; ValueError when the set of answers cannot be scored."""
        if wrong := [*self.faults(items), *self.missing(items)]:
            raise ValueError(f"items {', '.join(sorted(wrong))} of {self.code} cannot be scored")
        return self._total(items)

    def _total(self, items: Answers) -> int:
        counting = self.counting(items)
        return self._units(sum(counting.values()), len(counting))

    def points(self, total: int) -> Fraction:
        """A total in points, exactly."""
        return Fraction(total, self.per_point)

    def words(self, total: int) -> str:
        """A total for people: in points, at most two places."""
        exact = self.points(total)
        if exact.denominator == 1:
            return str(exact)
        places = Decimal(exact.numerator) / exact.denominator
        return str(places.quantize(Decimal("0.01"), ROUND_HALF_UP))

    def units(self, points: Points) -> int:
        """A total that came in points, maybe rounded; ValueError when no answers come to that."""
        exact = Fraction(points) * self.per_point
        lowest, highest = self.range
        near = {round(exact / worth) * worth for worth in self._worth.values()}
        made = [each for each in near if lowest <= each <= highest and self.reads(each, points)]
        if not made:
            raise ValueError(f"no total of {self.code} can be that")
        return min(made, key=lambda total: abs(total - exact))

    def reads(self, total: int, points: Points) -> bool:
        """Whether a total in points is this one, as far as its last decimal place tells."""
        exact = self.points(total)
        if exact.denominator == 1:
            return points == exact.numerator
        exponent = Decimal(points).as_tuple().exponent
        places = max(-exponent, 0) if isinstance(exponent, int) else 0
        return abs(exact - Fraction(points)) <= Fraction(1, 2 * 10**places)

    def agrees(self, items: Answers, total: int) -> bool | None:
        """Whether a total is that of the items; None when the items do not tell."""
        return None if self.faults(items) else self.come_to(items, total)

    def come_to(self, items: Answers, total: int) -> bool | None:
        """As `agrees`, of answers that were looked at already and have no faults."""
        return None if self.missing(items) else self._total(items) == total

    def subscale_scores(self, items: Answers) -> dict[str, Fraction | None]:
        """Each subscale's score in points; None where one of its items has no answer."""
        counting = self.counting(items)
        found: dict[str, Fraction | None] = {}
        for scale in self.subscales:
            values = [counting.get(str(number)) for number in scale.items]
            known = [value for value in values if value is not None]
            whole = len(known) == len(values)
            shared = len(known) if scale.mean else 1
            found[scale.code] = Fraction(sum(known), shared) if whole else None
        return found
