"""The picture of who reads what: publishers with their topics on the left, readers on the right."""

from markupsafe import Markup

from services.web.charts.drawing import picture, tag, text


STEP, TALL, FIRST = 37, 28, 20
LOG_END, READER = 260, 500


def streams_picture(
    topics: list[tuple[str, str]],
    readers: list[tuple[str, str, bool]],
    edges: list[tuple[str, str, bool]],
) -> Markup:
    """(topic, outbox), (reader, behind, late), (topic, reader, late); the table says the same."""
    rows = {name: _middle(n) for n, (name, _) in enumerate(topics)}
    seats = {name: _middle(n) for n, (name, _, _) in enumerate(readers)}
    late = [f"{name} is {behind} behind" for name, behind, is_late in readers if is_late]
    desc = f"{', '.join(late) or 'All readers are current'}. The table below says the same."
    high = FIRST + STEP * max(len(topics), len(readers))
    return picture(
        "streams",
        f"0 0 770 {high}",
        "Which part publishes and which part reads",
        desc,
        text(0, 10, "publisher and its outbox", class_="t-soft"),
        text(READER, 10, "reader, behind", class_="t-soft"),
        *(_edge(rows[topic], seats[reader], is_late) for topic, reader, is_late in edges),
        *(mark for n, (name, newest) in enumerate(topics) for mark in _topic(n, name, newest)),
        *(
            mark
            for n, (name, behind, is_late) in enumerate(readers)
            for mark in _reader(n, name, behind, is_late)
        ),
    )


def _middle(n: int) -> int:
    return FIRST + STEP * n + TALL // 2


def _edge(start: int, end: int, late: bool) -> Markup:
    style = "t-edge t-edge--late" if late else "t-edge"
    middle = (LOG_END + READER) // 2
    return tag(
        "path", class_=style, d=f"M{LOG_END} {start}C{middle} {start} {middle} {end} {READER} {end}"
    )


def _topic(n: int, name: str, newest: str) -> list[Markup]:
    top, middle = FIRST + STEP * n, _middle(n)
    return [
        tag("rect", class_="t-box", x=0, y=top, width=118, height=TALL, rx=4),
        text(10, middle + 5, name),
        tag("line", class_="t-edge", x1=118, x2=136, y1=middle, y2=middle),
        tag("rect", class_="t-log", x=136, y=top, width=124, height=TALL, rx=14),
        text(198, middle + 4, newest, "middle", "t-soft"),
    ]


def _reader(n: int, name: str, behind: str, late: bool) -> list[Markup]:
    top, middle = FIRST + STEP * n, _middle(n)
    box = "t-box t-box--late" if late else "t-box"
    return [
        tag("rect", class_=box, x=READER, y=top, width=270, height=TALL, rx=4),
        text(READER + 10, middle + 5, name),
        text(
            760,
            middle + 5,
            f"{behind} behind" if late else behind,
            "end",
            "t-late" if late else "t-soft",
        ),
    ]
