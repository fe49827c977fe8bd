"""The producer: whole batches per partition, acknowledged by all replicas, idempotent."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.bus import Away, Message, own_cancellation


DEADLINE = 15.0  # the library would try for ever; nobody waits longer for an acknowledgement


class KafkaSender:
    """See shared.bus.Sender."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def send(self, topic: str, messages: Sequence[Message]) -> list[int]:
        """See shared.bus.Sender."""
        offsets = [-1] * len(messages)
        places: dict[int, list[int]] = defaultdict(list)
        for index, message in enumerate(messages):
            places[message.partition].append(index)
        sending = [
            asyncio.create_task(self._send(topic, partition, messages, indices, offsets))
            for partition, indices in places.items()
        ]
        try:
            with own_cancellation():
                async with asyncio.timeout(DEADLINE):
                    await asyncio.gather(*sending)
        except (KafkaError, OSError, TimeoutError, AssertionError) as error:
            raise Away(type(error).__name__) from error
        finally:
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)
        return offsets

    async def _send(
        self,
        topic: str,
        partition: int,
        messages: Sequence[Message],
        indices: Sequence[int],
        offsets: list[int],
    ) -> None:
        """One partition's messages, in batches as large as Kafka takes, one behind the other."""
        done = 0
        while done < len(indices):
            batch = self._producer.create_batch()
            start = done
            while done < len(indices):
                message = messages[indices[done]]
                if not batch.append(
                    timestamp=None,
                    key=message.key,
                    value=message.value,
                    headers=message.headers,
                ):
                    break
                done += 1
            if start == done:
                raise Away("MessageSizeTooLarge")
            batch.close()
            sent = await self._producer.send_batch(batch, topic, partition=partition)
            base = (await sent).offset
            for n in range(start, done):
                offsets[indices[n]] = base + n - start if base >= 0 else -1

    async def drop(self) -> None:
        """See shared.bus.Sender. The library's own stop would wait until everything is sent."""
        producer = self._producer
        producer._closed = True
        producer._message_accumulator.fail_all(KafkaError())
        task = producer._sender.sender_task
        if task is not None:
            task.cancel()
        await producer.client.close()
        if task is not None:
            await asyncio.wait([task], timeout=1.0)

    async def close(self) -> None:
        """See shared.bus.Sender."""
        with suppress(Away), own_cancellation():
            await self._producer.stop()
