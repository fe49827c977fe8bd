"""The Streams page: tiles, the picture, the table, and pausing or resuming a reader."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from services.web import words
from services.web.charts.streams import streams_picture
from services.web.charts.words import count
from services.web.freshness import Freshness
from services.web.operations.readers import limit_of
from services.web.operations.streams import Publisher, Reader, Streams, look
from services.web.problems import Refused
from services.web.said import undoing
from services.web.visit import Form, Visit, refusals
from shared.operations import OFTEN


UNDONE = "Undone by the same person a moment later"
# What weighs more comes first; all others are told by how far behind they are.
STATES = {"down": "Down", "restarting": "Restarting", "paused": "Paused"}
ACTS = {"pause": "pausing", "resume": "resuming"}
ALREADY = {"pause": "paused-already", "resume": "runs-already"}


@dataclass(frozen=True)
class Tile:
    """One service's readers in one figure: the one that is furthest behind."""

    service: str
    late: bool
    state: str
    behind: str
    says: str


async def streams(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The operations home page."""
    state = visit.request.app.state
    seen = await look(visit.api, state.log_ends, state.streams_known)
    at = datetime.fromtimestamp(state.log_ends.at, visit.now.tzinfo) if state.log_ends.at else None
    age = (visit.now - at).total_seconds() if at else 0.0
    tiles = tiles_of(seen)
    return visit.page(
        "operations/streams.html",
        status=status,
        title="Streams",
        fresh=Freshness("Figures", at, max(0.0, age)),
        form=form or Form(),
        seen=seen,
        tiles=tiles,
        rows=rows_of(seen),
        picture=streams_picture(
            [(p.topic, unsent_words(p)) for p in seen.publishers],
            [(tile.service, tile.behind, tile.late) for tile in tiles],
            [(r.topic, r.service, r.late) for r in seen.items],
        ),
        summary=summary(tiles, seen.items),
        readers=[(tile.service, tile.service) for tile in tiles],
        counts=seen.counts,
        aside=aside(seen.items),
    )


def unsent_words(publisher: Publisher) -> str:
    """What a publisher has written and Kafka does not have yet."""
    if publisher.unsent is None:
        return "not known"
    return f"{publisher.unsent:,} unsent" if publisher.unsent else "all sent"


def tiles_of(seen: Streams) -> list[Tile]:
    """A tile for each service that reads, late ones first."""
    services = list(dict.fromkeys(reader.service for reader in seen.items))
    made = [_tile(name, [r for r in seen.items if r.service == name]) for name in services]
    return sorted(made, key=lambda tile: (not tile.late, tile.service))


def _tile(service: str, readers: list[Reader]) -> Tile:
    worst = max(readers, key=lambda reader: reader.lag_seconds)
    states = {reader.state for reader in readers}
    state = next((each for each in STATES if each in states), "running")
    return Tile(
        service=service,
        late=any(reader.late for reader in readers),
        state=STATES.get(state, "Current" if worst.lag_seconds <= limit_of(service) else "Late"),
        behind=words.ago(worst.lag_seconds),
        says=f"{waiting(readers)}; {often(readers)}limit {limit_of(service)} s",
    )


def often(readers: list[Reader]) -> str:
    """How often a service that does not stay up was started lately; its log says why it ends."""
    starts = max(reader.starts_lately for reader in readers)
    return f"started {starts} times within ten minutes; " if starts >= OFTEN else ""


def aside(readers: list[Reader]) -> list[str]:
    """What each service has set aside, in words; nothing for those that could read everything."""
    services = dict.fromkeys(reader.service for reader in readers)
    found = {name: sum(r.set_aside for r in readers if r.service == name) for name in services}
    return [f"{count(n, 'event')} by the reader {name}" for name, n in found.items() if n]


def waiting(readers: list[Reader]) -> str:
    """How many cases wait, in words; where it cannot be known, so many events."""
    events = sum(reader.lag_events for reader in readers)
    if not events:
        return "nobody else waiting" if any(r.set_aside for r in readers) else "nobody waiting"
    cases = [reader.cases_waiting for reader in readers]
    known = [each for each in cases if each is not None]
    if len(known) < len(cases):
        return f"{count(events, 'event')} unread, cases not counted yet"
    return f"{count(sum(known), 'case')} waiting, {count(events, 'event')} unread"


def summary(tiles: list[Tile], readers: list[Reader]) -> str:
    """The state of everything in one sentence."""
    late = [tile for tile in tiles if tile.late]
    if not late:
        return f"All {len(tiles)} readers are current."
    first = late[0]
    stopped = f"{first.state.lower()}, " if first.state != "Late" else ""
    mine = waiting([reader for reader in readers if reader.service == first.service])
    many = "is" if len(late) == 1 else "are"
    told = f"{first.service} is {stopped}{first.behind} behind, {mine}"
    return f"{len(late)} of {len(tiles)} readers {many} not current: {told}."


def rows_of(seen: Streams) -> list[tuple[Publisher, list[Reader]]]:
    """Publishers with their readers, those with a late one first."""
    rows = [(p, [r for r in seen.items if r.topic == p.topic]) for p in seen.publishers]
    return sorted(rows, key=lambda row: not any(reader.late for reader in row[1]))


async def control(visit: Visit) -> Response:
    """Ask a reader to pause or to go on; carried out by its own worker within a second.

    One that does so already is left alone, and the page says so.
    """
    form = await visit.form()
    service, act = form.get("reader", ""), form.get("act", "")
    state = visit.request.app.state
    known = await look(visit.api, state.log_ends, state.streams_known)
    consumer = next((r.consumer for r in known.items if r.service == service), None)
    if consumer is None:
        form.wrong("reader", "Choose a reader")
    if not form.get("reason"):
        form.wrong("reason", "Write the reason; it is kept with your name")
    if act not in ACTS:
        form.wrong("act", "Choose to pause or to resume")
    if form.errors:
        return await streams(visit, form, 422)
    path = f"/v1/consumers/{consumer}/{act}"
    try:
        done = await visit.api.act(service, path, {"reason": form["reason"]}, form.key)
    except Refused as refused:
        form.errors = refusals(refused, {"reason": ("reason", "The reason")})
        return await streams(visit, form, refused.status)
    other = "resume" if act == "pause" else "pause"
    back_path = f"/v1/consumers/{consumer}/{other}"
    back = undoing(service, back_path, {"reason": UNDONE}, done.answer, "wish_id")
    if back is None:
        return visit.done("/operations", ALREADY[act], whom=service)
    return visit.done("/operations", ACTS[act], undo=back)
