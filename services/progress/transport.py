"""Faust's way to Kafka, in batches: one pseudo-record per partition and poll, in one loop.

Faust's own transport hands over record by record, keeps a ledger of every offset and runs the
consumer in a second thread; each of the three costs more than our whole fold. Here the database
knows what was read, one agent acknowledges in order, and aiokafka's consumer lives in the loop that
folds.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import aiokafka
import faust
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faust.tables.manager import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode import Service
from mode.utils.futures import maybe_async

from services.progress.projection.abreast import ASKING, Abreast, Asked
from shared.bus import Partition


Places = Callable[[Iterable[Any]], Awaitable[Mapping[Any, int]]]

# Seconds that the broker may hold a fetch back when there is nothing. aiokafka has one fetch under
# way: while one for quiet topics is held back, a busy one runs dry.
FETCH_WAIT = 0.05
A_FEW = 120  # records of a partition that may have to wait for the other topics of its number


class Untouched(faust.Schema):  # type: ignore[misc]
    """Decoding is the lane's business: what Faust cannot decode it would acknowledge and skip."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Awaitable[Any]]:
        """A decoder that makes Faust's event without touching the bytes."""

        async def decode(message: Any, *, propagate: bool = False) -> Any:
            return app.create_event(None, message.value, message.headers, message)

        return decode


class NoTables(TableManager):  # type: ignore[misc]
    """Faust waits a second at each start for tables to announce themselves; we have none."""

    async def sleep(self, n: float) -> None:
        """Let others have their turn, and go on."""
        await super().sleep(0)


class LoopConsumer(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    """aiokafka's consumer where Faust expects a thread: the same service, without one."""

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        super().__init__(consumer, thread_loop=consumer.loop, **kwargs)

    async def start(self) -> None:
        """Start as an ordinary service."""
        self._thread_started.set()
        await Service.start(self)

    async def stop(self) -> None:
        """Stop as an ordinary service; the consumer leaves nothing behind."""
        if self._started.is_set() and not self._stopped.is_set():
            await Service.stop(self)

    async def on_stop(self) -> None:
        """End the consumer with the service."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def crash(self, exc: BaseException) -> None:
        """As an ordinary service crashes: the worker ends with it."""
        await Service.crash(self, exc)

    async def call_thread(self, fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call at once: there is no other thread."""
        return await maybe_async(fun(*args, **kwargs))

    # Faust's thread leaves these to the thread's own loop; here that is this one.
    _stop_children = Service._stop_children
    _stop_futures = Service._stop_futures
    _stop_exit_stacks = Service._stop_exit_stacks

    def _stopped_set(self) -> None:
        self._stopped.set()

    async def fetch(self, tps: set[Any], timeout: float, limit: int) -> dict[Any, list[Any]]:
        """Up to so many records of these; waits for the first of them as long as this."""
        given = {"timeout": timeout, "max_records": limit}
        return await self._fetch_records(self._ensure_consumer(), tps, **given) or {}

    def set_shutdown(self) -> None:
        """Tell whoever waits for the end."""
        self._shutdown.set()

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        conf = self.app.conf
        # By range over equal partition counts: one worker has partition n of every topic.
        self._assignor = RangePartitionAssignor
        return aiokafka.AIOKafkaConsumer(
            client_id=conf.broker_client_id,
            group_id=conf.id,
            group_instance_id=conf.consumer_group_instance_id,
            bootstrap_servers=driver.server_list(transport.url, transport.default_port),
            partition_assignment_strategy=[self._assignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=conf.broker_max_poll_records,
            max_partition_fetch_bytes=conf.consumer_max_fetch_size,
            fetch_max_wait_ms=int(FETCH_WAIT * 1000),
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            max_poll_interval_ms=int((conf.broker_max_poll_interval or 300) * 1000),
            metadata_max_age_ms=30_000,
            check_crcs=conf.broker_check_crcs,
        )


class BatchConsumer(driver.Consumer):  # type: ignore[misc]
    """Faust's consumer, whose records are whole batches and whose start is our database's."""

    def _new_consumer_thread(self) -> LoopConsumer:
        return LoopConsumer(self, loop=self.loop, beacon=self.beacon)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._from_places({})

    def _from_places(self, offsets: Mapping[Any, int]) -> None:
        """Forget what was fetched: reading begins here."""
        self._abreast = Abreast()
        self._next = dict(offsets)  # what of each partition is to be fetched next
        self._asked = Asked()

    async def _getmany(self, active_partitions: Any, timeout: float) -> dict[Any, list[Any]]:
        most: int = self.app.conf.broker_max_poll_records
        ready: dict[Partition, list[Any]] = defaultdict(list)
        behind = True
        while behind and sum(map(len, ready.values())) < most:
            found = await self._some(active_partitions, 0 if ready else timeout, most)
            self._asked.again(time.monotonic())
            behind = self._abreast_with(found, active_partitions, ready) and bool(found)
        together = Counter(part.partition for part in ready)
        return {
            TP(*part): [_as_one(records, together[part.partition])]
            for part, records in ready.items()
        }

    async def _some(self, active: set[Any], timeout: float, most: int) -> dict[Any, list[Any]]:
        """What has come of those that do not wait. Far from the log's end it is a little of each:
        what turns out to be ahead of the others lies in memory until they are as far."""
        ours = active & self.assignment()
        wanted = {tp for tp in ours if not self._abreast.full(Partition(*tp))} or active
        found: dict[Any, list[Any]] = {}
        if any(self._more(tp, A_FEW) for tp in wanted & ours):
            most = A_FEW
            for tp in wanted:
                found |= await self._thread.fetch({tp}, 0, most)
        if self._abreast.waits():
            timeout = min(timeout, ASKING)
        return found or await self._thread.fetch(wanted, timeout, most)

    def _abreast_with(
        self, found: dict[Any, list[Any]], active: set[Any], ready: dict[Partition, list[Any]]
    ) -> bool:
        """Put to `ready` what waits for nobody now; whether more lies in the log."""
        self._next |= {tp: records[-1].offset + 1 for tp, records in found.items()}
        self._abreast.add({Partition(*tp): records for tp, records in found.items()})
        open_ = {Partition(*tp) for tp in active & self.assignment() if self._more(tp)}
        for polled in self._abreast.ready(open_, self._asked.seconds).values():
            for part, records in polled.items():
                ready[part] += records
        return bool(open_)

    def _more(self, tp: Any, than: int = 0) -> bool:
        """Whether more of a partition lies in the log, or nobody knows yet."""
        end = self.highwater(tp)
        return end is None or tp not in self._next or self._next[tp] + than < end

    def on_buffer_full(self, tp: Any) -> None:
        """Go on polling it. A full stream holds back whoever puts; if its partition were left out
        of the polls meanwhile, a poll of the quiet others would let it wait for a second."""

    def on_buffer_drop(self, tp: Any) -> None:
        """Nothing was left out."""

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Offsets inside a batch are not gaps."""

    def _new_offset(self, tp: Any) -> int | None:
        # One agent acknowledges a partition's batches in order: the highest covers all below it.
        acked = self._acked[tp]
        if not acked:
            return None
        last: int = max(acked)
        acked.clear()
        self._acked_index[tp].clear()
        return last + 1

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """After each assignment: go to where the database says, whatever Kafka has stored."""
        offsets: Mapping[Any, int] = await self.transport.places(self.assignment())
        await self.seek_wait(offsets)
        self._from_places(offsets)
        return offsets

    async def seek(self, partition: Any, offset: int) -> None:
        """Go to a place in a partition; what waits of it comes again, and counts as a repeat."""
        await super().seek(partition, offset)
        self._next[partition] = offset


class BatchTransport(driver.Transport):  # type: ignore[misc]
    """The driver with our consumer; `places` says from where a set of partitions is to be read."""

    Consumer = BatchConsumer

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places


def _as_one(records: list[Any], together: int) -> SimpleNamespace:
    """What Faust sees: one record whose value is all of them and whose offset is the last one's.

    With them stands how many partitions of their number came in this poll: they are folded
    together, in order of time.
    """
    last = records[-1]
    return SimpleNamespace(
        topic=last.topic,
        partition=last.partition,
        offset=last.offset,
        timestamp=last.timestamp,
        timestamp_type=0,
        headers=(),
        key=None,
        value=(records, together),
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
    )
