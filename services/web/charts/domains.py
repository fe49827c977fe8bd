"""The eight domains: a line each in a fixed order; ring: start, point: now, bar: target."""

from dataclasses import dataclass

from markupsafe import Markup

from services.web.charts.drawing import Chart, Scale, picture, tag, text
from services.web.charts.words import number
from services.web.charts.yardstick import LEVELS, TEN, Yardstick
from services.web.words import KINDS


LEFT, RIGHT = 158, 346
ACROSS = Scale(0, 10, LEFT, RIGHT)
STEP, FIRST = 27, 35.5


@dataclass(frozen=True)
class Standing:
    """A goal as the domains see it, on the scale on which it is rated."""

    kind: str
    first: int | None
    latest: int | None
    target: int
    on: Yardstick = TEN

    def said(self, value: int | None) -> str:
        """A value on its scale; levels say that they are levels."""
        if value is None:
            return "not rated"
        return f"level {self.on.value(value)}" if self.on is LEVELS else self.on.value(value)

    def place(self, value: int) -> float:
        """Where a value stands: each scale runs over the whole width."""
        return Scale(self.on.lowest, self.on.highest, LEFT, RIGHT)(value)


def domains_chart(name: str, goals: list[Standing]) -> Chart:
    """All goals by domain as sentence, picture and table; goals of one kind share its line."""
    return Chart(
        sentence=domains_sentence(goals),
        svg=_picture(name, goals),
        columns=("Domain", "Start", "Now", "Target"),
        rows=tuple(
            (KINDS[goal.kind], *map(goal.said, (goal.first, goal.latest, goal.target)))
            for kind in KINDS
            for goal in goals
            if goal.kind == kind
        ),
    )


def domains_sentence(goals: list[Standing]) -> str:
    """In how many domains there are goals, and where most is left."""
    kinds = {goal.kind for goal in goals}
    if not kinds:
        return "No goals in any of the eight domains yet."
    said = f"Goals in {number(len(kinds))} of eight domains."
    rated = [
        goal
        for goal in goals
        if goal.on is TEN and goal.latest is not None and goal.latest < goal.target
    ]
    if not rated:
        return said
    widest = max(rated, key=lambda goal: goal.target - (goal.latest or 0))
    return f"{said} Largest gap: {KINDS[widest.kind].lower()}, {widest.latest} of {widest.target}."


def _picture(name: str, goals: list[Standing]) -> Markup:
    lines = [(kind, [goal for goal in goals if goal.kind == kind]) for kind in KINDS]
    desc = "; ".join(f"{KINDS[kind]}: {_told(mine)}" for kind, mine in lines)
    drawn = [mark for value in (0, 5, 10) for mark in _grid(value)]
    for n, (kind, mine) in enumerate(lines):
        drawn += _line(KINDS[kind], mine, FIRST + n * STEP)
    return picture(name, "0 0 360 242", "Goals by domain, start to now", f"{desc}.", *drawn)


def _told(goals: list[Standing]) -> str:
    if not goals:
        return "no goal"
    return ", ".join(
        f"{goal.said(goal.first)} to {goal.said(goal.latest)}, target {goal.said(goal.target)}"
        for goal in goals
    )


def _grid(value: int) -> list[Markup]:
    x = ACROSS(value)
    return [
        tag("line", class_="c-grid", x1=x, x2=x, y1=18, y2=236),
        text(x, 13, value, "middle"),
    ]


def _line(words: str, goals: list[Standing], y: float) -> list[Markup]:
    if not goals:
        return [
            text(0, y + 4, words, class_="c-none"),
            text(164, y + 4, "no goal", class_="c-none"),
        ]
    return [text(0, y + 4, words, class_="c-strong")] + [
        mark for goal in goals for mark in _marks(goal, y)
    ]


def _marks(goal: Standing, y: float) -> list[Markup]:
    bar = goal.place(goal.target)
    drawn = [tag("line", class_="c-target-mark", x1=bar, x2=bar, y1=y - 9, y2=y + 9)]
    if goal.first is None or goal.latest is None:
        return drawn
    start, now = goal.place(goal.first), goal.place(goal.latest)
    return [
        tag("line", class_="c-join", x1=start, x2=now, y1=y, y2=y),
        *drawn,
        tag("circle", class_="c-start", cx=start, cy=y, r=5),
        tag("circle", class_="c-dot", cx=now, cy=y, r=6.5),
    ]
