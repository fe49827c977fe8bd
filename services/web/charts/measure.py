"""The measure chart: totals over severity bands, the cut-off, and a row for the safety item."""

from markupsafe import Markup

from services.web.charts.bands import (
    BESIDE,
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    bands,
    limit_line,
    limit_of,
)
from services.web.charts.drawing import (
    ASCENT,
    DESCENT,
    POINT,
    Chart,
    Point,
    Scale,
    Span,
    beside_start,
    crosses,
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
from services.web.charts.scores import (
    Measure,
    Score,
    counted,
    measure_sentence,
    prorated_sentence,
    safety_sentence,
)
from services.web.charts.words import count


EDGES: list[Span] = [(BOTTOM, 300), (-200, TOP - 4)]  # what no words may reach into


def measure_chart(name: str, measure: Measure, scores: list[Score]) -> Chart:
    """A measure's scores as sentence, picture and table."""
    item = measure.safety_item
    return Chart(
        sentence=f"{measure_sentence(measure, scores)} {prorated_sentence(scores)}".strip(),
        svg=_picture(name, measure, scores),
        columns=("Date", "Total", "From start") + ((f"Item {item}",) if item else ()),
        rows=tuple(_row(measure, score, counted(scores)) for score in scores),
    )


def _row(measure: Measure, score: Score, counts: list[Score]) -> tuple[str, ...]:
    if score.without:
        moved = score.without
    elif score is counts[0]:
        moved = "start"
    else:
        moved = measure.change(counts[0].total, score.total)
    safety = "unknown" if score.safety is None else str(score.safety)
    day, total = f"{score.at.day} {score.at:%b %Y}", measure.words(score.total)
    if score.answered:
        total = f"{total}, pro-rated from {score.answered}"
    return (day, total, moved, *((safety,) if measure.safety_item else ()))


def _picture(name: str, measure: Measure, scores: list[Score]) -> Markup:
    height = Scale(measure.lowest, measure.highest, BOTTOM, TOP)
    told = ", ".join(measure.words(score.total) for score in counted(scores)) or "none"
    cut = limit_of(measure)
    published = cut.said if cut else "No published cut-off."
    limit = (
        f"Reliable change is {measure.words(measure.reliable)} or more."
        if measure.reliable
        else "No published threshold of reliable change."
    )
    safety = f"{safety_sentence(measure, scores) or ''} {prorated_sentence(scores)}".strip()
    return picture(
        name,
        f"0 0 {WIDTH} 240",
        f"{measure.name} over {count(len(scores), 'answer')}",
        f"Scores {told}. {published} {limit} {measure.way.capitalize()}. {safety}".strip(),
        *bands(measure, height),
        *limit_line(measure, height),
        *_reliable(measure, counted(scores), height),
        *_scores(measure, scores, height),
    )


def _reliable(measure: Measure, scores: list[Score], height: Scale) -> list[Markup]:
    better = _better(measure, scores)
    if better is None:
        return []
    level = height(better)
    return [tag("line", class_="c-rci", x1=LEFT, x2=RIGHT, y1=level, y2=level)]


def _better(measure: Measure, scores: list[Score]) -> int | None:
    """From which total on the change is reliable; None where no total can be."""
    if not scores or not measure.reliable:
        return None
    moved = measure.reliable if measure.rising else -measure.reliable
    better = scores[0].total + moved
    return better if measure.lowest <= better <= measure.highest else None


def _scores(measure: Measure, scores: list[Score], height: Scale) -> list[Markup]:
    if not scores:
        return []
    times = [score.at for score in scores]
    across = time_scale(times, 32, 314)
    places: list[Point] = [(across(s.at.timestamp()), height(s.total)) for s in scores]
    counts = [place for place, score in zip(places, scores, strict=True) if not score.without]
    drawn = [tag("path", class_="c-line", d=path(counts))] if len(counts) > 1 else []
    drawn += [_dot(place, n, len(counts)) for n, place in enumerate(counts)]
    drawn += crosses([p for p, s in zip(places, scores, strict=True) if s.without], counts)
    if counts:
        drawn += _labels(measure, counted(scores), counts, height)
    if measure.safety_item:
        drawn.append(text(BESIDE, 213, f"item {measure.safety_item}"))
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
    lines = [*EDGES]
    if limit := limit_of(measure):
        cut = height(limit.at)
        lines.append((cut - 1, cut + 1))
    better = _better(measure, scores)
    said = [] if better is None else [_better_label(measure, better, height(better), places, lines)]
    taken = lines + [(y - ASCENT, y + DESCENT) for _, y in said]
    if better is not None:
        taken.append((height(better) - 1, height(better) + 1))
    first, latest = (measure.words(scores[n].total) for n in (0, -1))
    drawn = [label for label, _ in said] + [_now(latest, places, taken)]
    return drawn + ([_start(first, places, taken)] if len(places) > 1 else [])


def _better_label(
    measure: Measure, better: int, level: float, places: list[Point], lines: list[Span]
) -> tuple[Markup, float]:
    """The words at the limit of reliable change: at its left or right, above or below it."""
    words = f"reliably better from {measure.words(better)} {'up' if measure.rising else 'down'}"
    sides = (("start", 28.0, (24.0, 176.0)), ("end", 320.0, (172.0, 324.0)))
    for baseline in (level - 5, level + 14):
        for anchor, x, (left, right) in sides:
            if free(baseline, [*lines, line_between(places, left, right)]):
                y = round(baseline, 1)
                return text(x, y, words, anchor, "c-rci-text"), y
    y = round(level - 5, 1)
    return text(28, y, words, class_="c-rci-text"), y


def _now(total: str, places: list[Point], taken: list[Span]) -> Markup:
    x, y = places[-1]
    several = len(places) > 1
    right = min(x + 9, 323)
    beside = line_between(places, right - 52, right) if several else (y - POINT, y + POINT)
    wanted = (y + 22, y - 12, y + 38, y - 28, y + 54, y - 44)
    under = free_baseline(wanted, [*taken, beside], EDGES)
    return text(right, under, f"now {total}", "end" if several else "start", "c-strong")


def _start(total: str, places: list[Point], taken: list[Span]) -> Markup:
    baseline = beside_start(places, [*taken, line_between(places, 30, 92)], EDGES)
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
