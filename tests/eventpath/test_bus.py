"""What relay and readers rely on, held to by Kafka and by its twin in memory alike."""

import pytest
from aiokafka.partitioner import murmur2 as kafkas_own

from shared.bus import Bus, Message, Partition, Reader, Record, Sender, scan
from shared.partitions import murmur2, partition_of


TOPIC = "goals"
FIRST, SECOND = Partition(TOPIC, 3), Partition(TOPIC, 8)


def message(partition: Partition, value: str) -> Message:
    return Message(partition.partition, b"key", value.encode(), [("name", value.encode())])


async def sent(sender: Sender, partition: Partition, *values: str) -> list[int]:
    return await sender.send(TOPIC, [message(partition, value) for value in values])


async def fetched(reader: Reader, count: int) -> list[Record]:
    found: list[Record] = []
    while len(found) < count:
        for records in (await reader.fetch(5, 100)).values():
            found += records
    return found


def values(records: list[Record]) -> list[str]:
    return [(record.value or b"").decode() for record in records]


async def test_what_was_acknowledged_lies_in_order_at_its_offset(bus: Bus) -> None:
    sender = await bus.sender()
    assert await sent(sender, FIRST, "a", "b") == [0, 1]
    assert await sent(sender, FIRST, "c") == [2]
    await sender.close()
    reader = await bus.reader()
    reader.assign({FIRST: 0})
    records = await fetched(reader, 3)
    assert values(records) == ["a", "b", "c"]
    assert [record.offset for record in records] == [0, 1, 2]
    last = records[-1]
    assert (last.topic, last.partition, last.key) == (*FIRST, b"key")
    assert list(last.headers) == [("name", b"c")]
    await reader.close()


async def test_one_send_may_go_to_many_partitions(bus: Bus) -> None:
    sender = await bus.sender()
    many = [message(Partition(TOPIC, n % 12), str(n)) for n in range(600)]
    offsets = await sender.send(TOPIC, many)
    assert offsets == [n // 12 for n in range(600)]
    await sender.close()


async def test_a_message_of_almost_a_megabyte_gets_through(bus: Bus) -> None:
    sender = await bus.sender()
    large = Message(3, b"key", b"x" * 900_000, [])
    assert await sender.send(TOPIC, [large, large]) == [0, 1]
    await sender.close()


async def test_a_reader_begins_where_it_is_told_and_goes_where_it_is_sent(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    await sent(sender, FIRST, "a", "b", "c")
    reader.assign({FIRST: 1})
    assert values(await fetched(reader, 2)) == ["b", "c"]
    assert await reader.position(FIRST) == 3
    reader.seek(FIRST, 0)
    assert values(await fetched(reader, 3)) == ["a", "b", "c"]
    await sender.close()
    await reader.close()


async def test_beyond_the_end_it_looks_from_the_beginning_and_never_skips(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    await sent(sender, FIRST, "a", "b")
    reader.assign({FIRST: 99})
    assert values(await fetched(reader, 2)) == ["a", "b"]
    await sender.close()
    await reader.close()


async def test_a_paused_partition_keeps_its_records_and_no_other_ones(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    reader.assign({FIRST: 0, SECOND: 0})
    reader.pause(FIRST)
    await sent(sender, FIRST, "a")
    await sent(sender, SECOND, "b")
    assert values(await fetched(reader, 1)) == ["b"]
    assert await reader.fetch(0.05, 100) == {}
    reader.resume(FIRST)
    assert values(await fetched(reader, 1)) == ["a"]
    await sender.close()
    await reader.close()


async def test_a_fetch_is_no_larger_than_asked_for(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    await sent(sender, FIRST, *"abcdef")
    reader.assign({FIRST: 0})
    found = await reader.fetch(5, 4)
    assert values(found[FIRST]) == list("abcd")
    assert await reader.position(FIRST) == 4
    await sender.close()
    await reader.close()


async def test_ends_are_where_the_next_record_goes(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    assert await reader.ends([FIRST, SECOND]) == {FIRST: 0, SECOND: 0}
    await sent(sender, FIRST, "a", "b")
    assert await reader.ends([FIRST, SECOND]) == {FIRST: 2, SECOND: 0}
    await sender.close()
    await reader.close()


async def test_a_scan_ends_at_the_end_it_found(bus: Bus) -> None:
    sender = await bus.sender()
    await sent(sender, FIRST, "a", "b", "c")
    await sent(sender, SECOND, "d")
    whole = [record async for records in scan(bus, {FIRST: 1, SECOND: 0}) for record in records]
    assert sorted(values(whole)) == ["b", "c", "d"]
    part = [r async for records in scan(bus, {FIRST: 0}, {FIRST: 2}) for r in records]
    assert values(part) == ["a", "b"]
    assert [records async for records in scan(bus, {FIRST: 3})] == []
    await sender.close()


async def test_a_dropped_sender_sends_no_more(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    await sent(sender, FIRST, "a")
    await sender.drop()
    assert await reader.ends([FIRST]) == {FIRST: 1}
    await reader.close()


async def test_partitions_are_counted(bus: Bus) -> None:
    assert await bus.partitions(TOPIC) == 12
    assert await bus.partitions("nobody") == 0


async def test_offsets_may_be_told_for_monitors_and_asked_for_again(bus: Bus) -> None:
    reader = await bus.reader("a-reader")
    reader.assign({FIRST: 0, SECOND: 0})
    await reader.tell({FIRST: 5})
    await reader.tell({FIRST: 6, SECOND: 1})
    await reader.close()
    again, other = await bus.reader("a-reader"), await bus.reader()
    third = FIRST._replace(partition=2)
    assert await again.told([FIRST, SECOND, third]) == {FIRST: 6, SECOND: 1}
    assert await other.told([FIRST]) == {}, "nothing is told without a name"
    await again.close()
    await other.close()


@pytest.mark.parametrize("key", ["", "a", "ab", "abc", "abcd", "8f14e45f-ceea-467f", "schlüssel"])
def test_the_hash_is_kafkas_own(key: str) -> None:
    assert murmur2(key.encode()) == kafkas_own(key.encode()) & 0xFFFFFFFF
    assert 0 <= partition_of(key, 12) < 12
