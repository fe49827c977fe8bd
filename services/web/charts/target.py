"""The target in a goal's chart: a dashed line; where it was agreed anew the line is a step."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from services.web.charts.drawing import Scale, tag
from services.web.charts.yardstick import Yardstick


@dataclass(frozen=True)
class Earlier:
    """A target that was agreed on before, and until when it held (wall time)."""

    until: datetime
    target: int


def target_line(
    target: int, earlier: tuple[Earlier, ...], across: Scale, height: Scale, ends: tuple[int, int]
) -> Markup:
    """The line of the target from one end of the chart to the other, a step at each change."""
    left, right = ends
    if not earlier:
        level = height(target)
        return tag("line", class_="c-target", x1=left, x2=right, y1=level, y2=level)
    steps = [f"M{left} {height(earlier[0].target)}"]
    following = [*(each.target for each in earlier[1:]), target]
    for each, then in zip(earlier, following, strict=True):
        x = max(left, min(right, across(each.until.timestamp())))
        steps.append(f"H{x} V{height(then)}")
    return tag("path", class_="c-target", d=" ".join([*steps, f"H{right}"]), fill="none")


def target_words(earlier: tuple[Earlier, ...], on: Yardstick) -> str:
    """What the target was before, with a leading blank; empty where it never changed."""
    told = [f"{on.value(each.target)} until {each.until.day} {each.until:%b}" for each in earlier]
    return f" The target was {', then '.join(told)}." if told else ""
