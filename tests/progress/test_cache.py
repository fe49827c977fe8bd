"""What a worker remembers of cases' states is bounded by bytes, however large cases get."""

from services.progress.projection.store import BESIDES, Cache, Held


def test_the_longest_unused_states_are_given_up_once_all_are_too_large() -> None:
    cache = Cache(2 * (1_000 + BESIDES))
    for case_id in (b"a", b"b"):
        cache.keep({case_id: Held(1, bytes(1_000))})
    cache.keep({b"a": Held(2, bytes(1_000))})
    cache.keep({b"c": Held(1, bytes(900))})
    assert (cache.get(b"a"), cache.get(b"b")) == (Held(2, bytes(1_000)), None)
    assert cache.get(b"c") is not None


def test_a_state_larger_than_everything_is_not_kept() -> None:
    cache = Cache(1_000)
    cache.keep({b"a": Held(1, bytes(10))})
    cache.keep({b"b": Held(1, bytes(2_000))})
    assert (cache.get(b"b"), cache.used) == (None, 0)


def test_states_that_are_dropped_make_room() -> None:
    cache = Cache(5_000)
    cache.keep({b"a": Held(1, bytes(100))})
    cache.drop([b"a", b"b"])
    assert (cache.get(b"a"), cache.used) == (None, 0)
