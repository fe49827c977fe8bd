"""The measure chart: totals over severity bands, the cut-off, and a row for the safety item."""

from markupsafe import Markup

from services.web.charts.drawing import (
    ASCENT,
    DESCENT,
    POINT,
    Chart,
    Point,
    Scale,
    Span,
    dates,
    free,
    free_baseline,
    line_between,
    path,
    picture,
    tag,
    text,
    time_scale,
)
from services.web.charts.scores import Measure, Score, measure_sentence, safety_sentence
from services.web.charts.words import count, signed


LEFT, RIGHT, BOTTOM, TOP = 22, 326, 194, 8


def measure_chart(name: str, measure: Measure, scores: list[Score]) -> Chart:
    """A measure's scores as sentence, picture and table."""
    item = measure.safety_item
    return Chart(
        sentence=measure_sentence(measure, scores),
        svg=_picture(name, measure, scores),
        columns=("Date", "Total", "From start") + ((f"Item {item}",) if item else ()),
        rows=tuple(
            (
                f"{score.at.day} {score.at:%b %Y}",
                str(score.total),
                "start" if n == 0 else signed(score.total - scores[0].total),
                *(("unknown" if score.safety is None else str(score.safety),) if item else ()),
            )
            for n, score in enumerate(scores)
        ),
    )


def _picture(name: str, measure: Measure, scores: list[Score]) -> Markup:
    height = Scale(0, measure.highest, BOTTOM, TOP)
    totals = ", ".join(str(score.total) for score in scores)
    limit = (
        f"Reliable change is {measure.reliable} or more."
        if measure.reliable
        else "No published threshold of reliable change."
    )
    safety = safety_sentence(measure, scores) or ""
    return picture(
        name,
        "0 0 404 240",
        f"{measure.name} over {count(len(scores), 'answer')}",
        f"Scores {totals}. Cut-off {measure.cut_off}. {limit} {safety}".strip(),
        *_bands(measure, height),
        *_limits(measure, scores, height),
        *_scores(measure, scores, height),
    )


def _bands(measure: Measure, height: Scale) -> list[Markup]:
    drawn: list[Markup] = []
    for n, band in enumerate(measure.bands):
        top = height(band.high + 1 if band.high < measure.highest else measure.highest)
        tall = round(height(band.low) - top, 1)
        shade = f"c-sev-{min(n, 4)}"
        drawn += [
            tag("rect", class_=shade, x=LEFT, y=top, width=RIGHT - LEFT, height=tall),
            text(334, round(top + tall / 2 + 4, 1), _short(band.name)),
            text(16, round(height(band.low) + 4, 1), band.low, "end"),
        ]
    return [*drawn, text(16, TOP + 8, measure.highest, "end")]


def _short(name: str) -> str:
    return name.replace("moderately", "mod.").replace("none or ", "")


def _limits(measure: Measure, scores: list[Score], height: Scale) -> list[Markup]:
    cut = height(measure.cut_off)
    drawn = [
        tag("line", class_="c-cutoff", x1=LEFT, x2=RIGHT, y1=cut, y2=cut),
        text(334, round(cut + 4, 1), f"cut-off {measure.cut_off}", class_="c-cutoff-text"),
    ]
    better = _better(measure, scores)
    if better is not None:
        level = height(better)
        drawn.append(tag("line", class_="c-rci", x1=LEFT, x2=RIGHT, y1=level, y2=level))
    return drawn


def _better(measure: Measure, scores: list[Score]) -> int | None:
    """From which total down the change is reliable; None where no total can be."""
    if not scores or not measure.reliable or scores[0].total < measure.reliable:
        return None
    return scores[0].total - measure.reliable


def _scores(measure: Measure, scores: list[Score], height: Scale) -> list[Markup]:
    if not scores:
        return []
    times = [score.at for score in scores]
    across = time_scale(times, 32, 314)
    places: list[Point] = [(across(s.at.timestamp()), height(s.total)) for s in scores]
    drawn = [tag("path", class_="c-line", d=path(places))] if len(places) > 1 else []
    drawn += [_dot(place, n, len(places)) for n, place in enumerate(places)]
    drawn += _labels(measure, scores, places, height)
    if measure.safety_item:
        drawn.append(text(334, 213, f"item {measure.safety_item}"))
        for score, (x, _) in zip(scores, places, strict=True):
            drawn += _safety(score.safety, x)
    return drawn + dates(times, [x for x, _ in places], 235)


def _dot(place: Point, n: int, of: int) -> Markup:
    x, y = place
    if n == 0 and of > 1:
        return tag("circle", class_="c-start", cx=x, cy=y, r=4.5)
    return tag("circle", class_="c-dot", cx=x, cy=y, r=6 if n == of - 1 else 4)


def _labels(
    measure: Measure, scores: list[Score], places: list[Point], height: Scale
) -> list[Markup]:
    """The words in the picture, where they cover no line, no point and no other words."""
    cut = height(measure.cut_off)
    lines: list[Span] = [(cut - 1, cut + 1), (BOTTOM, 300), (-200, TOP - 4)]
    better = _better(measure, scores)
    said = [] if better is None else [_better_label(better, height(better), places, lines)]
    taken = lines + [(y - ASCENT, y + DESCENT) for _, y in said]
    if better is not None:
        taken.append((height(better) - 1, height(better) + 1))
    drawn = [label for label, _ in said] + [_now(scores[-1].total, places, taken)]
    return drawn + ([_start(scores[0].total, places, taken)] if len(places) > 1 else [])


def _better_label(
    better: int, level: float, places: list[Point], lines: list[Span]
) -> tuple[Markup, float]:
    """The words at the limit of reliable change: at its left or right, above or below it."""
    words = f"reliably better from {better} down"
    sides = (("start", 28.0, (24.0, 176.0)), ("end", 320.0, (172.0, 324.0)))
    for baseline in (level - 5, level + 14):
        for anchor, x, (left, right) in sides:
            if free(baseline, [*lines, line_between(places, left, right)]):
                y = round(baseline, 1)
                return text(x, y, words, anchor, "c-rci-text"), y
    y = round(level - 5, 1)
    return text(28, y, words, class_="c-rci-text"), y


def _now(total: int, places: list[Point], taken: list[Span]) -> Markup:
    x, y = places[-1]
    several = len(places) > 1
    right = min(x + 9, 323)
    beside = line_between(places, right - 52, right) if several else (y - POINT, y + POINT)
    wanted = (y + 22, y - 12, y + 38, y - 28, y + 54, y - 44)
    under = free_baseline(wanted, [*taken, beside])
    return text(right, under, f"now {total}", "end" if several else "start", "c-strong")


def _start(total: int, places: list[Point], taken: list[Span]) -> Markup:
    first, second = places[0][1], places[1][1]
    above, below = (first - 9, first - 25, first - 41), (first + 19, first + 35, first + 51)
    wanted = (*above, *below) if second >= first else (*below, *above)
    baseline = free_baseline(wanted, [*taken, line_between(places, 30, 92)])
    return text(41, baseline, f"start {total}", class_="c-strong")


def _safety(value: int | None, x: float) -> list[Markup]:
    """A triangle with its value, a ring for nought, a question mark for unknown."""
    if value is None:
        return [text(x, 213, "?", "middle", "c-strong")]
    if value == 0:
        return [tag("circle", class_="c-item-0", cx=x, cy=209, r=5)]
    return [
        tag("path", class_="c-item", d=f"M{x} 200l10 17h-20z"),
        text(x, 215, value, "middle", "c-item-text"),
    ]
