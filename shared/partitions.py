"""Which partition a key belongs to: murmur2, as Kafka's own producers choose, fixed for ever."""

from functools import lru_cache


SEED, M = 0x9747B28C, 0x5BD1E995
MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit hash of a key."""
    length = len(data)
    h = SEED ^ length
    whole = length & ~3
    for start in range(0, whole, 4):
        k = int.from_bytes(data[start : start + 4], "little") * M & MASK
        k = (k ^ (k >> 24)) * M & MASK
        h = (h * M & MASK) ^ k
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * M & MASK
    h = (h ^ (h >> 13)) * M & MASK
    return h ^ (h >> 15)


@lru_cache(maxsize=65_536)
def partition_of(key: str, count: int) -> int:
    """The partition of a key among `count`: never left to a client library's own choice."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % count
