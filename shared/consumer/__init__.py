"""Reading: each event once, in its key's order, in the transaction that says it was read."""

from shared.consumer.registry import Consumer
from shared.consumer.running import run


__all__ = ["Consumer", "run"]
