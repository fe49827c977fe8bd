"""The operations picture: Kafka's count joined with what the services say."""

from deploy import topology
from services.web.clients import Part
from services.web.operations import readers
from services.web.operations.home import summary, tiles_of, waiting
from services.web.operations.streams import Reader, Streams, joined
from shared.kafka.lag import Behind


def reader(**given: object) -> Reader:
    known = {"service": "progress", "consumer": "progress", "topic": "goals", "state": "running"}
    more = {"since": None, "lag_events": 0, "lag_seconds": 0.0, "cases_waiting": 0}
    return Reader(**{**known, **more, **given})  # type: ignore[arg-type]


def test_who_reads_whom_is_what_the_topology_says() -> None:
    reads = {part.name: tuple(part.reads) for part in topology.PARTS if part.reads}
    assert {name: set(topics) for name, topics in readers.READS.items()} == {
        name: set(topics) for name, topics in reads.items()
    }
    assert set(readers.PUBLISHERS) == set(topology.PUBLISHERS)


def test_a_service_that_does_not_answer_is_down_and_its_lag_counts_on() -> None:
    behind = {("goals", "intake"): Behind("goals", "intake", 7, 12.5, 3)}
    answers = {name: Part(away=True) for name in readers.PUBLISHERS}
    seen = joined(behind, answers, {"goals": {"items": [], "publishers": [{"unsent": 2}]}})
    found = next(r for r in seen.items if (r.service, r.topic) == ("goals", "intake"))
    assert (found.state, found.lag_events, found.lag_seconds, found.cases_waiting) == (
        "down", 7, 12.5, 3,
    )  # fmt: skip
    outbox = next(p for p in seen.publishers if p.service == "goals")
    assert outbox.unsent == 2  # what it said last
    assert next(p for p in seen.publishers if p.service == "intake").unsent is None


def test_a_paused_reader_says_since_when() -> None:
    told = {"items": [{"topic": "clinics", "consumer": "intake", "state": "paused", "since": "t"}]}
    answers = {name: Part(told if name == "intake" else None) for name in readers.PUBLISHERS}
    seen = joined({}, answers, {"intake": told})
    found = next(r for r in seen.items if r.service == "intake")
    assert (found.state, found.since, found.late) == ("paused", "t", True)


def test_late_readers_stand_first_and_are_said_in_one_sentence() -> None:
    late = reader(lag_events=9, lag_seconds=42.0, cases_waiting=6)
    seen = Streams([reader(service="goals"), late], [])
    tiles = tiles_of(seen)
    assert [(tile.service, tile.state) for tile in tiles] == [
        ("progress", "Late"),
        ("goals", "Current"),
    ]
    assert summary(tiles, seen.items) == (
        "1 of 2 readers is not current: progress is 42 s behind, 6 cases waiting, 9 events unread."
    )


def test_a_reader_that_does_not_stay_up_is_not_current_however_little_it_is_behind() -> None:
    dying = reader(state="restarting", starts_lately=7, lag_seconds=1.0)
    tiles = tiles_of(Streams([dying, reader(service="goals", starts_lately=3)], []))
    assert [(tile.service, tile.state, tile.late) for tile in tiles] == [
        ("progress", "Restarting", True),
        ("goals", "Current", False),
    ]
    assert "started 7 times within ten minutes; " in tiles[0].says
    assert "started" not in tiles[1].says
    assert summary(tiles, [dying]).startswith(
        "1 of 2 readers is not current: progress is restarting, 1 s behind"
    )


def test_cases_that_cannot_be_counted_are_not_called_none() -> None:
    assert waiting([reader(lag_events=9000, cases_waiting=None)]) == (
        "9000 events unread, cases not counted yet"
    )
    assert waiting([reader()]) == "nobody waiting"
    assert waiting([reader(set_aside=1)]) == "nobody else waiting"
