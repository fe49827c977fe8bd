"""From a form to answers: each item’s own choices, a total alone, a total against its items."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from services.web.visit import Form
from shared.events.measures import Measure


ONLY_TOTAL = "total"  # the form's value of `only` where no item is known
NEAR = Decimal("0.005")  # a mean is printed with two places


@dataclass(frozen=True)
class Asked:
    """One item as the form asks it."""

    number: str
    label: str
    choices: list[tuple[int, str]]  # empty for a mark on a line
    last_key: int  # the highest answer that a number key gives
    line: tuple[int, int] | None  # a mark on a line, from where to where
    safety: bool

    def said(self, value: int | None) -> str:
        """An answer as it stands on the form."""
        if value is None:
            return "not answered"
        return dict(self.choices).get(value, str(value))


def asked(measure: Measure) -> list[Asked]:
    """All items, in order."""
    safety = {str(item.item) for item in measure.safety_items}
    return [_asked(measure, number, number in safety) for number in measure.numbers]


def _asked(measure: Measure, number: str, safety: bool) -> Asked:
    label = f"{number} {measure.item_of[number].label}"
    if measure.span is not None:
        line = (measure.span.lowest, measure.span.highest)
        return Asked(number, label, [], 0, line, safety)
    offered = measure.choices(number)
    choices = [(c.value, _choice(c.value, c.label)) for c in offered]
    return Asked(number, label, choices, offered[-1].value, None, safety)


def _choice(value: int, label: str) -> str:
    """`3 happy`; an answer without words of its own is its number, once."""
    return str(value) if label in ("", str(value)) else f"{value} {label.lower()}"


def given(measure: Measure, form: Form) -> dict[str, Any]:
    """What the form says, as the service takes it; what is wrong is noted in the form."""
    if form.get("only") == ONLY_TOTAL:
        total = _typed(measure, form)
        if not form.get("total"):
            form.wrong("total", "Write the total as it stands on the form")
        return {"total": float(total)} if total is not None else {}
    items = _items(measure, form)
    total = _typed(measure, form)
    if form.errors or total is None or not measure.has_total:
        return {"items": items}
    return {"items": items} | _disagreement(measure, items, total, form)


def _items(measure: Measure, form: Form) -> dict[str, int]:
    items: dict[str, int] = {}
    wrong: list[tuple[str, str]] = []
    for each in asked(measure):
        field, text = f"item.{each.number}", form.get(f"item.{each.number}", "")
        value = form.number(field)
        if value is not None and value in measure.allowed[each.number]:
            items[each.number] = value
        elif text and each.line:
            ends = f"{each.line[0]} to {each.line[1]}"
            form.wrong(field, f"Item {each.number} must be a whole number from {ends}")
        else:
            wrong.append((field, f"Item {each.number} needs an answer"))
    if len(wrong) > measure.scoring.may_miss:
        for field, message in wrong:
            form.wrong(field, message)
    return items


def _typed(measure: Measure, form: Form) -> Decimal | None:
    text = form.get("total", "")
    if not text:
        return None
    lowest, highest = (measure.words(end) for end in measure.range)
    try:
        total = Decimal(text.replace(",", "."))
    except InvalidOperation:
        total = Decimal("NaN")
    if not total.is_finite() or not Decimal(lowest) <= total <= Decimal(highest):
        form.wrong("total", f"Total must be a number from {lowest} to {highest}")
        return None
    return total


def _disagreement(
    measure: Measure, items: dict[str, int], total: Decimal, form: Form
) -> dict[str, Any]:
    """Nothing where both agree; else the typed total too, once somebody says that it stands so."""
    points = measure.points(measure.total(items))
    if abs(Decimal(points.numerator) / points.denominator - total) <= NEAR:
        return {}
    if form.get("keep_both") == "yes":
        return {"total": float(total)}
    added = measure.words(measure.total(items))
    form.wrong("total", f"The items come to {added}, the form says {total}. Check both")
    return {}
