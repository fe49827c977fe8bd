"""The rooms of a day: a bar each from 08:00 to 18:00, dark is booked; words say what is free."""

from datetime import datetime, time

from markupsafe import Markup

from services.web.charts.drawing import Scale, tag


OPENS, CLOSES = 8, 18
ACROSS = Scale(OPENS * 60, CLOSES * 60, 0, 760)
Stretch = tuple[datetime, datetime]


def room_bar(name: str, booked: list[Stretch], now: datetime | None) -> Markup:
    """One room's day; `now` is None on another day."""
    return tag(
        "svg",
        *(_hour(hour) for hour in range(OPENS, CLOSES + 1)),
        *(_booked(start, end) for start, end in _within(booked)),
        *([_now(now)] if now and OPENS <= now.hour < CLOSES else []),
        viewBox="0 0 760 24",
        role="img",
        aria_label=f"{name}: {', '.join(filter(None, (free_words(booked), beyond_words(booked))))}",
        focusable="false",
    )


def free_words(booked: list[Stretch]) -> str:
    """When a room is free, in words."""
    edges = [OPENS * 60]
    for start, end in _within(booked):
        edges += [start, end]
    edges.append(CLOSES * 60)
    gaps = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    if not gaps:
        return "not free"
    return "free " + ", ".join(f"{_clock(a)} to {_clock(b)}" for a, b in gaps)


def beyond_words(booked: list[Stretch]) -> str:
    """What is booked outside the hours that a bar shows, also in part; empty where nothing is."""
    beyond = [
        f"{start:%H:%M} to {end:%H:%M}"
        for start, end in sorted(booked)
        if _minute(start) < OPENS * 60 or not OPENS * 60 < _minute(end) <= CLOSES * 60
    ]
    return f"booked outside these hours: {', '.join(beyond)}" if beyond else ""


def hours() -> Markup:
    """The hours above the bars."""
    marks = [
        tag("text", f"{hour:02}:00", x=ACROSS(hour * 60), y=13, text_anchor=_anchor(hour))
        for hour in range(OPENS, CLOSES + 1, 2)
    ]
    return tag("svg", *marks, viewBox="0 0 760 17", focusable="false", aria_hidden="true")


def _within(booked: list[Stretch]) -> list[tuple[int, int]]:
    """Minutes of the day, within the hours shown, joined where they touch."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((_minute(a), _minute(b)) for a, b in booked):
        low, high = max(start, OPENS * 60), min(end, CLOSES * 60)
        if high <= low:
            continue
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _minute(when: datetime) -> int:
    return when.hour * 60 + when.minute


def _clock(minute: int) -> str:
    return f"{time(minute // 60, minute % 60):%H:%M}"


def _anchor(hour: int) -> str:
    return {OPENS: "start", CLOSES: "end"}.get(hour, "middle")


def _hour(hour: int) -> Markup:
    return _line(hour * 60, "#e4e9eb", 1)


def _now(now: datetime) -> Markup:
    return _line(_minute(now), "#a3160c", 2, data_now="")


def _line(minute: int, colour: str, width: int, **more: str) -> Markup:
    x = ACROSS(minute)
    return tag("line", x1=x, x2=x, y1=0, y2=24, stroke=colour, stroke_width=width, **more)


def _booked(start: int, end: int) -> Markup:
    left = ACROSS(start)
    wide = round(ACROSS(end) - left - 2, 1)
    return tag("rect", x=left + 1, y=3, width=max(2, wide), height=18, rx=2, fill="#1a4d61")
